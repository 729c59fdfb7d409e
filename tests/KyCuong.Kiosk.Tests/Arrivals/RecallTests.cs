using KyCuong.Kiosk.Arrivals;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Roster;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Tests.Arrivals;

/// <summary>What a gate knows of its own taps after a restart: late is said only where it knows all of them since the shift began.</summary>
public sealed class RecallTests : IDisposable
{
    private const long Minute = 60_000_000;
    private const long Day = 24 * 60 * Minute;

    /// <summary>A shift from 05:00 with its limit at 07:05, on each of four days; µs are of the first.</summary>
    private static readonly GateSegment[] Shifts = [.. new[] { 0, 1, 2, 3 }.Select(day => new GateSegment((day * Day) + Today(5, 0), (day * Day) + Today(17, 0), (day * Day) + Today(7, 5), (day * Day) + Today(7, 0), (day * Day) + Today(5, 0)))];

    private static readonly RosterEntry An = new(1, "An", "VP", Shifts) { StaffCode = "NV001" };
    private static readonly RosterEntry Binh = new(2, "Bình", "VP", Shifts);
    private static readonly RosterBook Roster = new(1, [An, Binh], [.. new[] { An, Binh }.Select(person => new RosterBadgeEntry(person.PersonId, person.PersonId, TapOf(person).Badge, BadgeState.Active, long.MinValue, 0))]);

    private readonly TempFolder _folder = new();
    private uint _epochs = 1;

    private string File => Path.Combine(_folder.Path, "journal.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task After_a_restart_who_came_in_time_is_not_late_and_who_did_not_is()
    {
        await WriteAsync((An, Today(6, 58)));
        var gate = await RecallAsync(Today(8, 0));
        Assert.Equal(ArrivalKind.Recorded, Tap(gate, An, Today(8, 10)).Kind);
        Assert.Equal(new Arrival(ArrivalKind.Late, 70), Tap(gate, Binh, Today(8, 10)));
    }

    [Fact]
    public async Task Of_a_long_journal_the_last_hours_are_remembered_and_all_of_them()
    {
        await WriteAsync([.. Enumerable.Range(0, 3000).Select(i => (Binh, i * Minute / 100)), (An, (3 * Day) + Today(6, 58))]);
        var gate = await RecallAsync((3 * Day) + Today(8, 0));
        Assert.Equal(1, gate.Remembered);
        Assert.Equal(ArrivalKind.Recorded, Tap(gate, An, (3 * Day) + Today(8, 10)).Kind);
        Assert.Equal(ArrivalKind.Late, Tap(gate, Binh, (3 * Day) + Today(8, 10)).Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_a_new_journal_in_the_place_of_a_damaged_one_nobody_is_late_before_the_next_shift(bool restarted)
    {
        await WriteAsync((An, Today(6, 58)));
        await System.IO.File.WriteAllBytesAsync(File, [.. Enumerable.Repeat((byte)7, 8192)]);
        if (restarted) await WriteAsync((Binh, Today(7, 0)));
        var gate = await RecallAsync(Today(8, 0));
        Assert.Equal(ArrivalKind.Recorded, Tap(gate, An, Today(8, 10)).Kind);
        Assert.Equal(ArrivalKind.Late, Tap(gate, An, Today(8, 10) + Day).Kind);
    }

    [Fact]
    public async Task With_a_hole_in_the_journal_it_knows_what_comes_after()
    {
        await WriteAsync((An, Today(6, 58)), (Binh, Today(7, 30)), (Binh, Today(7, 50)));
        Spoil(2);
        var gate = await RecallAsync(Today(8, 0));
        Assert.Equal(ArrivalKind.Recorded, Tap(gate, An, Today(8, 10)).Kind);
        Assert.Equal(ArrivalKind.Late, Tap(gate, An, Today(8, 10) + Day).Kind);
    }

    [Fact]
    public async Task What_is_tapped_before_all_is_recalled_is_late_only_when_it_is()
    {
        await WriteAsync((An, Today(6, 58)));
        await using var journal = Open();
        var gate = Alone();
        var recalling = gate.RecallAsync(journal.Current, System.IO.Path.Combine(_folder.Path, "another"), Roster, At(Today(8, 0)), NullLogger.Instance);
        Assert.Equal(ArrivalKind.Recorded, Tap(gate, An, Today(8, 10)).Kind);
        await recalling;
        Assert.Equal(ArrivalKind.Recorded, Tap(gate, Binh, Today(8, 10)).Kind);
        Assert.Equal(ArrivalKind.Late, Tap(gate, Binh, Today(8, 10) + Day).Kind);
        await gate.RecallAsync(journal.Current, File, Roster, At(Today(8, 0)), NullLogger.Instance);
        Assert.Equal(ArrivalKind.Late, Tap(gate, Binh, Today(8, 10) + (2 * Day)).Kind);
    }

    [Fact]
    public void A_tap_before_the_clock_met_the_server_is_in_its_place_when_it_has()
    {
        var gate = Alone();
        // The wall clock stands at 1970, or years ahead.
        foreach (var (person, wall) in new[] { (An, 5L), (Binh, 10_000 * Day) })
        {
            Assert.Equal(ArrivalKind.Recorded, gate.Tap(person, Direction.Unspecified, new Stamp(wall, Today(6, 58), 7, null), Roster).Kind);
            Assert.Equal(ArrivalKind.Recorded, Tap(gate, person, Today(8, 10)).Kind);
            Assert.Equal(new Arrival(ArrivalKind.Repeat, EarlierUs: Today(8, 10)), Tap(gate, person, Today(8, 11)));
            Assert.Equal(ArrivalKind.Late, Tap(gate, person, Today(8, 10) + Day).Kind);
        }
    }

    [Fact]
    public async Task A_tap_of_an_earlier_boot_that_never_met_the_server_may_have_been_in_time()
    {
        await using (var journal = Open())
        {
            await journal.AppendAsync(new Stamp(5, 10 * Minute, 6, null), TapOf(An));
        }

        var gate = await RecallAsync(Today(8, 0));
        Assert.Equal(ArrivalKind.Recorded, Tap(gate, An, Today(8, 10)).Kind);
        Assert.Equal(ArrivalKind.Late, Tap(gate, Binh, Today(8, 10)).Kind);
        Assert.Equal(ArrivalKind.Late, Tap(gate, An, Today(8, 10) + (2 * Day)).Kind);
    }

    [Fact]
    public void A_claim_before_the_clock_met_the_server_may_have_been_in_time()
    {
        var gate = Alone();
        gate.Claimed(An, new Stamp(10_000 * Day, Today(6, 58), 7, null));
        Assert.Equal(ArrivalKind.Recorded, Tap(gate, An, Today(8, 10)).Kind);
    }

    [Fact]
    public void A_badge_that_named_nobody_and_is_hers_now_may_have_brought_her_in_time()
    {
        var gate = Alone();
        gate.Nameless(TapOf(An), At(Today(6, 58)));
        gate.Nameless(TapOf(99), At(Today(6, 59)));
        Assert.Equal(ArrivalKind.Recorded, Tap(gate, An, Today(8, 10)).Kind);
        Assert.Equal(ArrivalKind.Late, Tap(gate, Binh, Today(8, 10)).Kind);
        // At a time that no clock knew.
        gate.Nameless(TapOf(Binh), new Stamp(5, Today(6, 58), 7, null));
        Assert.Equal(ArrivalKind.Recorded, Tap(gate, Binh, Today(8, 10) + Day).Kind);
    }

    private static Arrival Tap(GateBook gate, RosterEntry person, long atUs) => gate.Tap(person, Direction.Unspecified, At(atUs), Roster);

    private static TapEntry TapOf(RosterEntry person) => TapOf((int)person.PersonId);

    private static TapEntry TapOf(int badge) => Entries.Tap(badge) with { Direction = Direction.Unspecified, DirectionSource = DirectionSource.Unspecified };

    /// <summary>The boot of these tests began with its first day, and its clock is right.</summary>
    private static Stamp At(long us) => new(us, us, 7, new ClockReading(0, 0, 0));

    private static long Today(int hour, int minute) => ((hour * 60L) + minute) * Minute;

    /// <summary>The agency's only gate.</summary>
    private GateBook Alone()
    {
        var gate = new GateBook(Path.Combine(_folder.Path, "gates"));
        gate.Apply(new PresenceUpdate());
        return gate;
    }

    // Less than all is verified at the start, so that a hole is there to be met.
    private KioskJournal Open() => KioskJournal.Open(new JournalOptions { Path = File, VerifiedTail = 1, ScanAfter = TimeSpan.FromHours(1) }, 1, () => _epochs++, RealClock.Wall, NullLogger<KioskJournal>.Instance);

    /// <summary>Spoils an entry where it lies.</summary>
    private void Spoil(ulong sequence)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = File, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE entries SET record = zeroblob(length(record)) WHERE key & 0xffffffffffff = @sequence";
        command.Parameters.AddWithValue("@sequence", (long)sequence);
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    private async Task WriteAsync(params (RosterEntry Person, long AtUs)[] taps)
    {
        await using var journal = Open();
        foreach (var (person, at) in taps) await journal.AppendAsync(At(at), TapOf(person));
    }

    private async Task<GateBook> RecallAsync(long nowUs)
    {
        await using var journal = Open();
        var gate = Alone();
        await gate.RecallAsync(journal.Current, File, Roster, At(nowUs), NullLogger.Instance);
        return gate;
    }
}
