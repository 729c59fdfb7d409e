using KyCuong.Server.Ingest;

namespace KyCuong.Server.Tests.Ingest;

public sealed class IngestQueueTests
{
    private readonly IngestQueue _queue = new(new IngestOptions { EntriesPerCommit = 8, PatientEntriesPerCommit = 4 });

    [Fact]
    public async Task A_tap_just_made_goes_before_a_month_of_others()
    {
        var (month, gate) = (Session(1), Session(2));
        for (var i = 1; i <= 6; i++) await AddAsync(month, $"month {i}", backlog: true);
        await AddAsync(gate, "gate", backlog: false);
        Assert.Equal(["gate", "month 1", "month 2"], Next());
        Assert.Equal(["month 3", "month 4"], Next());
    }

    [Fact]
    public async Task One_journals_entries_never_overtake_each_other()
    {
        var session = Session(1);
        await AddAsync(session, "old", backlog: true);
        await AddAsync(session, "new", backlog: false);
        await AddAsync(session, "newer", backlog: false);
        await AddAsync(Session(2), "other", backlog: false);
        Assert.Equal(["other", "old", "new"], Next());
        await AddAsync(session, "newest", backlog: false);
        Assert.Equal(["newer", "newest"], Next());
        // Nothing of it waits any more.
        await AddAsync(Session(3), "month", backlog: true);
        await AddAsync(session, "prompt", backlog: false);
        Assert.Equal(["prompt", "month"], Next());
    }

    [Fact]
    public async Task Waiting_ends_for_either_lane_and_when_it_is_closed()
    {
        var waiting = _queue.WaitAsync();
        Assert.False(waiting.IsCompleted);
        await AddAsync(Session(1), "month", backlog: true);
        Assert.True(await waiting);
        Assert.Equal(["month"], Next());

        waiting = _queue.WaitAsync();
        await AddAsync(Session(2), "gate", backlog: false);
        Assert.True(await waiting);
        _queue.Complete();
        Assert.True(await _queue.WaitAsync());
        Assert.Equal(["gate"], Next());
        Assert.False(await _queue.WaitAsync());
    }

    [Fact]
    public async Task Work_that_could_not_be_queued_leaves_its_journal_prompt()
    {
        var session = Session(1);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _queue.AddAsync(new Named(session, "old", true), cancelled.Token).AsTask());
        await AddAsync(Session(2), "month", backlog: true);
        await AddAsync(session, "prompt", backlog: false);
        Assert.Equal(["prompt", "month"], Next());
    }

    private static JournalSession Session(long kiosk) => new(kiosk, 1, kiosk, 1, 0, default, false);

    private ValueTask AddAsync(JournalSession session, string name, bool backlog) => _queue.AddAsync(new Named(session, name, backlog), CancellationToken.None);

    private string[] Next()
    {
        var group = new List<IngestWork>();
        _queue.Fill(group);
        foreach (var work in group) work.Complete();
        return [.. group.Cast<Named>().Select(work => work.Name)];
    }

    /// <summary>Two entries of a journal.</summary>
    private sealed class Named(JournalSession session, string name, bool backlog) : SessionWork(session, backlog)
    {
        public string Name => name;

        public override int Size => 2;

        public override void Apply(JournalWriter writer, long nowUs) => throw new NotSupportedException("Nothing is written here.");
    }
}
