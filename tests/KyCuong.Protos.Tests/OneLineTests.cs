namespace KyCuong.Protos.Tests;

public sealed class OneLineTests
{
    [Theory]
    [InlineData("Nguyễn Thị Hoà, số 5", "Nguyễn Thị Hoà, số 5")]
    [InlineData("", "")]
    [InlineData("a\nb\r\nc", @"a\u000Ab\u000D\u000Ac")]
    [InlineData("\u001b[31m", @"\u001B[31m")]
    [InlineData("\u009b2J\u007f\0\t", @"\u009B2J\u007F\u0000\u0009")]
    [InlineData("a\u2028b\u2029c\u0085d", @"a\u2028b\u2029c\u0085d")]
    [InlineData("abc\u202Etxt.exe\u2066x\u200B", @"abc\u202Etxt.exe\u2066x\u200B")]
    [InlineData(@"C:\u000A", @"C:\u000A")]
    [InlineData("👍 ơ\u031b", "👍 ơ\u031b")]
    public void What_is_no_text_is_written_as_its_number(string text, string line) => Assert.Equal(line, OneLine.Of(text));
}
