namespace KyCuong.Kiosk.Tests.Screen;

/// <summary>The measure that <see cref="ViewTests"/> judges colours by.</summary>
public sealed class ContrastTests
{
    [Theory]
    [InlineData(new double[] { 0, 0, 0 }, new double[] { 255, 255, 255 }, 21.0)]
    [InlineData(new double[] { 255, 255, 255 }, new double[] { 255, 255, 255 }, 1.0)]
    // The lightest grey that WCAG's own explanations let pass on white, and the next.
    [InlineData(new double[] { 118, 118, 118 }, new double[] { 255, 255, 255 }, 4.54)]
    [InlineData(new double[] { 119, 119, 119 }, new double[] { 255, 255, 255 }, 4.48)]
    [InlineData(new double[] { 255, 255, 255 }, new double[] { 255, 0, 0 }, 4.00)]
    public void The_ratio_is_as_WCAG_defines_it(double[] ink, double[] ground, double ratio) => Assert.Equal(ratio, Contrast.Ratio(ink, ground), 0.005);

    [Fact]
    public void What_is_too_faint_is_named()
    {
        Assert.Null(Contrast.TooFaint(new Colours("h1#title", [118, 118, 118], [255, 255, 255])));
        Assert.Equal("h1#title stands out by 4.48 : 1 instead of 4.5 : 1", Contrast.TooFaint(new Colours("h1#title", [119, 119, 119], [255, 255, 255])));
    }
}
