using KyCuong.Kiosk.Link;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Link;

public sealed class GatheringTests : IDisposable
{
    private static readonly TimeSpan Nearly = Gathering.Moment - TimeSpan.FromMilliseconds(1);

    private readonly HandClock _clock = new();
    private readonly Gathering _gathering;
    private int _due;

    public GatheringTests() => _gathering = new Gathering(_clock, () => _due++);

    public void Dispose() => _gathering.Dispose();

    [Fact]
    public void What_waits_on_disk_when_nothing_was_committed_may_go_at_once() => Assert.True(_gathering.MaySend());

    [Fact]
    public void A_commit_waits_for_its_moment_and_the_sender_is_told_when_it_is_over()
    {
        _gathering.Changed();
        _clock.Advance(Nearly);
        Assert.False(_gathering.MaySend());
        Assert.Equal(0, _due);
        _clock.Advance(Gathering.Moment - Nearly);
        Assert.Equal(1, _due);
        Assert.True(_gathering.MaySend());
    }

    [Fact]
    public void A_commit_within_the_moment_of_another_does_not_make_it_longer()
    {
        _gathering.Changed();
        _clock.Advance(Nearly);
        _gathering.Changed();
        _clock.Advance(Gathering.Moment - Nearly);
        Assert.Equal(1, _due);
        Assert.True(_gathering.MaySend());
    }

    [Fact]
    public void A_sender_that_comes_late_is_not_held_by_the_commits_since_the_moment_was_over()
    {
        _gathering.Changed();
        _clock.Advance(Gathering.Moment);
        _gathering.Changed();
        _gathering.Changed();
        Assert.True(_gathering.MaySend());
    }

    [Fact]
    public void A_commit_after_the_sender_asked_has_a_moment_of_its_own()
    {
        _gathering.Changed();
        _clock.Advance(Gathering.Moment);
        Assert.True(_gathering.MaySend());
        _gathering.Changed();
        Assert.False(_gathering.MaySend());
        _clock.Advance(Gathering.Moment);
        Assert.Equal(2, _due);
        Assert.True(_gathering.MaySend());
    }

    [Fact]
    public void After_its_end_nothing_is_said()
    {
        _gathering.Changed();
        _gathering.Dispose();
        _clock.Advance(Gathering.Moment);
        Assert.Equal(0, _due);
    }
}
