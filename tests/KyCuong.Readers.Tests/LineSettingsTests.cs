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
        Assert.True(LineSettings.TryParse(text, out var line));
        Assert.Equal(canonical, line.ToString());
        Assert.True(LineSettings.TryParse(canonical, out var again));
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
    [InlineData("299")]
    [InlineData("4000001")]
    public void Anything_else_is_refused(string text) => Assert.False(LineSettings.TryParse(text, out _));
}
