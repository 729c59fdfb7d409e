using KyCuong.Server.Formats;

namespace KyCuong.Server.Tests.Formats;

public sealed class PeopleTableTests
{
    private const string Name = "Hoàng Thị Diễm Quỳnh";

    [Fact]
    public void Where_nobody_watches_a_record_stays_on_one_line()
    {
        var table = new PeopleTable(["Mã", "Họ và tên", "Ghi chú"]);
        table.Add("NV001", Name, new string('x', 150));
        Assert.Contains($"│ NV001 │ {Name} │ {new string('x', 150)} │", table.ToText(null), StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_is_broken_where_the_column_is_narrow_and_the_terminal_too()
    {
        var table = new PeopleTable(["Mã", "Vắng không phép"], 1);
        table.Add("A", "12");
        Assert.Contains("Vắng không │", Line(table.ToText(80), 1), StringComparison.Ordinal);
        var narrow = new PeopleTable(["Mã", .. Enumerable.Repeat("Vắng không phép", 6)], 1, 2, 3, 4, 5, 6);
        narrow.Add("A", "1", "2", "3", "4", "5", "6");
        Assert.Contains("│  Vắng │", Line(narrow.ToText(70), 1), StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminal_that_is_too_narrow_costs_the_spaces_first()
    {
        var table = new PeopleTable(["Mã", "Họ và tên"]);
        table.Add(new string('A', 20), Name);
        Assert.Contains($"│ {new string('A', 20)} │ {Name} │", table.ToText(47), StringComparison.Ordinal);
        Assert.Contains($"│{new string('A', 20)}│{Name}│", table.ToText(46), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public void No_line_is_longer_than_the_terminal_and_all_are_as_long(int width)
    {
        var table = new PeopleTable(["Mã", "Họ và tên", "Trạng thái", "Ghi chú"]);
        table.Add("NV001", Name, "[đang dùng], đang kết nối", "Thiếu lượt quẹt vào; chờ dữ liệu của Cổng chính");
        var lines = table.ToText(width).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, width));
        Assert.Single(lines.Select(line => line.Length).Distinct());
    }

    private static string Line(string text, int index) => text.Split('\n')[index];
}
