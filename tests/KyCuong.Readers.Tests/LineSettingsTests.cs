namespace KyCuong.Readers.Tests;

public sealed class LineSettingsTests
{
    [Theory]
    [InlineData("9600", "9600 8N1")]
    [InlineData("9600 8N1", "9600 8N1")]
    [InlineData("14400 7e2", "14400 7E2")]
    [InlineData(" 115200  8O1 ", "115200 8O1")]
    public void Usual_spelling_is_understood(string text, string canonical)
    {
        Assert.True(LineSettings.TryParse(text, out var line, out var error), error);
        Assert.Equal(canonical, line.ToString());
        Assert.True(LineSettings.TryParse(canonical, out var again, out _));
        Assert.Equal(line, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("8N1")]
    [InlineData("9600 9N1")]
    [InlineData("9600 8X1")]
    [InlineData("9600 8N3")]
    [InlineData("9600 8N1 RTS")]
    [InlineData("-9600")]
    [InlineData("99999999999")]
    public void Anything_else_is_refused_with_a_sentence_that_shows_the_right_form(string text)
    {
        Assert.False(LineSettings.TryParse(text, out _, out var error));
        Assert.Contains("9600 8N1", error, StringComparison.Ordinal);
        Assert.Contains($"\"{text}\"", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("299")]
    [InlineData("4000001")]
    public void Speed_outside_the_bounds_is_named(string text)
    {
        Assert.False(LineSettings.TryParse(text, out _, out var error));
        Assert.Contains("outside 300 to 4000000", error, StringComparison.Ordinal);
    }
}
