using KyCuong.Kiosk.Taps;

namespace KyCuong.Kiosk.Tests.Taps;

public sealed class StaffCodeBudgetTests
{
    private const long Second = 1_000_000;
    private readonly StaffCodeBudget _budget = new();

    [Fact]
    public void A_gate_takes_a_try_each_two_seconds_of_whatever_codes()
    {
        Assert.Equal(0, _budget.Begin("A", 0));
        Assert.Equal(Second / 2, _budget.Begin("B", (3 * Second) / 2));
        Assert.Equal(0, _budget.Begin("B", 2 * Second));
    }

    [Fact]
    public void A_gate_takes_ten_tries_a_minute()
    {
        for (var i = 0; i < 10; i++) Assert.Equal(0, _budget.Begin($"{i}", i * 3 * Second));
        Assert.Equal(30 * Second, _budget.Begin("X", 30 * Second));
        Assert.Equal(Second, _budget.Begin("X", 59 * Second));
        Assert.Equal(0, _budget.Begin("X", 60 * Second));
        Assert.Equal(2 * Second, _budget.Begin("X", 61 * Second));
    }

    [Fact]
    public void Wrong_PINs_of_one_code_wait_twice_as_long_each_time_and_a_right_one_ends_that()
    {
        long now = 0;
        var waits = new List<long>();
        for (var i = 0; i < 10; i++)
        {
            _budget.Wrong("A", now);
            waits.Add(_budget.Begin("A", now) / Second);
            now += _budget.Begin("A", now) + (60 * Second);
        }

        Assert.Equal([0, 10, 20, 40, 80, 160, 320, 640, 900, 900], waits);
        Assert.Equal(0, _budget.Begin("B", now));
        _budget.Right("A");
        Assert.Equal(0, _budget.Begin("A", now + (2 * Second)));
    }

    [Fact]
    public void What_the_server_says_to_wait_is_waited_and_after_a_quarter_of_an_hour_all_is_forgotten()
    {
        _budget.Hold("A", 0, 100 * Second);
        Assert.Equal(100 * Second, _budget.Begin("A", 0));
        for (var i = 0; i < 3; i++) _budget.Wrong("A", 200 * Second);
        Assert.Equal(0, _budget.Begin("A", 1100 * Second));
        _budget.Wrong("A", 1100 * Second);
        Assert.Equal(0, _budget.Begin("A", 1200 * Second));
    }
}
