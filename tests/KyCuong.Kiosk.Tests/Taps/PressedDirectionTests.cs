using KyCuong.Kiosk.Taps;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Tests.Taps;

public sealed class PressedDirectionTests
{
    private readonly PressedDirection _pressed;
    private long _now = 1_000_000_000;

    public PressedDirectionTests() => _pressed = new PressedDirection(() => _now);

    [Theory]
    [InlineData(Direction.In)]
    [InlineData(Direction.Out)]
    public void A_choice_is_the_next_tap_s_and_no_other_s(Direction chosen)
    {
        _pressed.Press(chosen);
        Assert.Equal(chosen, _pressed.Current);
        Assert.Equal(chosen, _pressed.Take(_now));
        Assert.Equal((Direction.Unspecified, Direction.Unspecified), (_pressed.Current, _pressed.Take(_now)));
    }

    [Fact]
    public void A_choice_without_a_tap_ends()
    {
        _pressed.Press(Direction.Out);
        _now += PressedDirection.HoldsUs - 1;
        Assert.Equal(Direction.Out, _pressed.Current);
        _now++;
        Assert.Equal((Direction.Unspecified, Direction.Unspecified), (_pressed.Current, _pressed.Take(_now)));
    }

    [Fact]
    public void A_choice_is_taken_back_and_the_last_one_counts()
    {
        _pressed.Press(Direction.Out);
        _pressed.Press(Direction.Unspecified);
        Assert.Equal((Direction.Unspecified, Direction.Unspecified), (_pressed.Current, _pressed.Take(_now)));
        _pressed.Press(Direction.Out);
        _pressed.Press(Direction.In);
        Assert.Equal(Direction.In, _pressed.Take(_now));
    }

    [Fact]
    public void A_tap_from_before_the_choice_leaves_it_to_the_next()
    {
        var tapped = _now;
        _now += 300_000;
        _pressed.Press(Direction.Out);
        Assert.Equal(Direction.Unspecified, _pressed.Take(tapped));
        Assert.Equal(Direction.Out, _pressed.Take(_now));
    }
}
