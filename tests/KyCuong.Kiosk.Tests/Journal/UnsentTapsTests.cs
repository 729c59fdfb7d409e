using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Tests.Journal;

/// <summary>How many taps wait for the server, which the page says while it is away: starts, samples of the clock and refused reads are none.</summary>
public sealed class UnsentTapsTests : IDisposable
{
    private static readonly JournalId Epoch = new(1, 100);

    private readonly TempFolder _folder = new();
    private UInt128 _epochs = 100;

    private string Path => _folder.File("journal.db");

    public void Dispose() => _folder.Dispose();

    private KioskJournal Open(TimeSpan scanAfter = default) =>
        KioskJournal.Open(new JournalOptions { Path = Path, ScanAfter = scanAfter }, 1, () => _epochs++, RealClock.Wall, NullLogger<KioskJournal>.Instance);

    /// <summary>Six entries: 2, 4 and 5 are taps, the last of them of somebody without the badge.</summary>
    private static async Task WriteAsync(KioskJournal journal)
    {
        foreach (var body in (EntryBody[])
            [
                new ClockSampleEntry(1, 2, 3), Entries.Tap(1), new RefusedReadEntry("r1", RefusalReason.BadFrame, Technology.Em4100, 12, 1), Entries.Tap(2),
                new ClaimedTapEntry("NV001", ClaimCheck.Unverified, Direction.In, DirectionSource.Person), new StopEntry(StopReason.Requested),
            ])
            await journal.AppendAsync(Entries.Stamp(), body);
    }

    [Fact]
    public async Task Taps_with_a_badge_and_without_are_counted_until_they_are_acknowledged()
    {
        await using var journal = Open();
        var counted = new List<(ulong, ulong)>();
        await WriteAsync(journal);
        for (var acked = 0UL; acked <= 6; acked++)
        {
            journal.Acknowledge(journal.Current, acked);
            counted.Add((journal.Unsent, journal.UnsentTaps));
        }

        Assert.Equal([(6, 3), (5, 3), (4, 2), (3, 2), (2, 1), (1, 0), (0, 0)], counted);
    }

    [Fact]
    public async Task After_a_start_every_entry_is_counted_until_all_have_been_read_and_then_the_taps()
    {
        await using (var journal = Open())
        {
            await WriteAsync(journal);
            journal.Acknowledge(journal.Current, 2);
        }

        await using (var unread = Open(scanAfter: TimeSpan.FromHours(1)))
        {
            Assert.Equal((4UL, 4UL), (unread.Unsent, unread.UnsentTaps));
            await unread.AppendAsync(Entries.Stamp(), new ClockSampleEntry(1, 2, 3));
            Assert.Equal((5UL, 5UL), (unread.Unsent, unread.UnsentTaps));
            unread.Acknowledge(unread.Current, 6);
            Assert.Equal((1UL, 0UL), (unread.Unsent, unread.UnsentTaps));
            unread.Acknowledge(unread.Current, 2);
        }

        await using var read = Open();
        await read.AppendAsync(Entries.Stamp(), Entries.Tap(3));
        await read.Mending;
        Assert.Equal((6UL, 3UL), (read.Unsent, read.UnsentTaps));
        // The server was put back to a backup: what it takes back was not read in this run.
        read.Acknowledge(read.Current, 1);
        Assert.Equal((7UL, 7UL), (read.Unsent, read.UnsentTaps));
    }

    [Fact]
    public async Task What_is_saved_of_a_damaged_file_is_counted_with_the_rest()
    {
        var first = default(JournalEpoch);
        await using (var journal = Open())
        {
            await WriteAsync(journal);
            first = journal.Current;
        }

        var bytes = File.ReadAllBytes(Path);
        bytes.AsSpan(0, 100).Fill(0xA5);
        File.WriteAllBytes(Path, bytes);
        await using var next = Open();
        await next.AppendAsync(Entries.Stamp(), Entries.Tap(3));
        await next.Mending;
        Assert.Equal([first.Id, next.Current.Id], next.Epochs.Select(epoch => epoch.Id));
        Assert.Equal((7UL, 4UL), (next.Unsent, next.UnsentTaps));
    }

    [Fact]
    public void Any_part_of_what_is_known_counts_as_its_taps_one_by_one()
    {
        var random = new Random(1);
        var (marks, taps) = (new TapMarks(), new HashSet<ulong>());
        for (var sequence = 1UL; sequence <= 300; sequence++)
        {
            if (random.Next(2) == 0) taps.Add(sequence);
            marks.Written(Epoch, new Entry(sequence, Entries.Stamp(), taps.Contains(sequence) ? Entries.Tap(1) : new ClockSampleEntry(1, 2, 3)));
        }

        for (var after = 0UL; after < 300; after++)
            for (var last = after; last <= 300; last++)
                Assert.Equal((ulong)taps.Count(tap => tap > after && tap <= last), marks.Between(Epoch, after, last));
        Assert.Null(marks.Between(Epoch, 0, 301));
        Assert.Null(marks.Between(new JournalId(1, 101), 0, 1));
    }

    [Fact]
    public void Across_a_gap_nothing_is_counted_until_it_is_read()
    {
        var marks = new TapMarks();
        marks.Known(Epoch, 1, 3);
        marks.Written(Epoch, new Entry(6, Entries.Stamp(), Entries.Tap(1)));
        Assert.Null(marks.Between(Epoch, 4, 6));
        Assert.Equal(1UL, marks.Between(Epoch, 5, 6));
        marks.Read(Epoch, new Entry(5, Entries.Stamp(), Entries.Tap(1)));
        Assert.Null(marks.Between(Epoch, 4, 6));
        marks.Known(Epoch, 5, 5);
        Assert.Equal(2UL, marks.Between(Epoch, 4, 6));
        // Apart from what is known, and older: nothing can be said from there on.
        marks.Known(Epoch, 1, 3);
        Assert.Null(marks.Between(Epoch, 0, 6));
        marks.Known(Epoch, 1, 4);
        Assert.Equal(2UL, marks.Between(Epoch, 0, 6));
    }
}
