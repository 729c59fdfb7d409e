namespace KyCuong.Rules.Tests;

/// <summary>Of which instants a gate's taps may be missing. It served from second 100 to 900 and is known up to 500; what it wrote from 200 to 210 is lost, from 300 to 310 waited for.</summary>
public sealed class KioskKnowledgeTests
{
    private static readonly KioskKnowledge Gate = new(1, null, At(100), At(900), At(500)) { Holes = [new DataHole(At(200), At(210), true), new DataHole(At(300), At(310), false)] };

    [Theory]
    [InlineData(110, 199, false, false)]
    [InlineData(110, 200, false, false)]
    [InlineData(110, 201, true, false)]
    [InlineData(205, 206, true, false)]
    [InlineData(205, 205, true, false)]
    [InlineData(209, 299, true, false)]
    [InlineData(210, 300, false, false)]
    [InlineData(210, 301, false, true)]
    [InlineData(309, 500, false, true)]
    [InlineData(310, 500, false, false)]
    [InlineData(311, 501, false, true)]
    [InlineData(0, 99, false, false)]
    [InlineData(901, 999, false, false)]
    public void It_lacks_what_was_lost_and_what_is_waited_for(int from, int to, bool lost, bool waited) =>
        Assert.Equal((lost, waited), (Gate.MayLack(At(from), At(to), lost: true), Gate.MayLack(At(from), At(to), lost: false)));

    [Fact]
    public void Of_a_lost_gate_nothing_is_waited_for()
    {
        var gone = Gate with { Lost = true };
        Assert.True(gone.MayLack(At(305), At(306), lost: true));
        Assert.False(gone.MayLack(At(305), At(306), lost: false));
        Assert.True(gone.MayLack(At(501), At(502), lost: true));
    }

    [Fact]
    public void It_is_settled_up_to_the_first_that_may_still_come()
    {
        Assert.Equal(At(300), Gate.SettledUntil);
        Assert.Equal(At(250), (Gate with { KnownUntil = At(250) }).SettledUntil);
        Assert.Equal(At(500), (Gate with { Holes = [Gate.Holes[0]] }).SettledUntil);
        Assert.Equal(At(100), (Gate with { Holes = [new DataHole(At(0), At(310), false)] }).SettledUntil);
    }

    private static Instant At(int second) => new(second * Instant.PerSecond);
}
