using KyCuong.Server.Ingest;
using KyCuong.Server.Judging;

namespace KyCuong.Server.Tests.Judging;

/// <summary>Of which times a kiosk's entries are not all here, by what its journals say. Instants are hours of 2026-01-01; each entry is of a boot of its own and sure to the microsecond where nothing else is said.</summary>
public sealed class JournalHolesTests
{
    [Fact]
    public void One_whole_journal_has_none() => Assert.Empty(Find(Journal(10, 90)));

    [Fact]
    public void Numbers_that_are_missing_lie_between_what_stands_around_them() =>
        Assert.Equal(["20–30 lost", "40–50 waited"], Find(Journal(10, 90, Missing(20, 30, true), Missing(40, 50, false))));

    [Fact]
    public void A_new_journal_says_that_the_end_of_the_one_before_is_not_known() =>
        Assert.Equal(["30–40 lost", "60–70 lost"], Find(Journal(70, 90), Journal(10, 30), Journal(40, 60)));

    [Fact]
    public void A_journal_without_an_instant_lies_within_its_neighbours() =>
        Assert.Equal(["30–40 lost"], Find(Journal(10, 30), Journal(null, null), Journal(40, 60)));

    [Fact]
    public void Of_the_newest_without_an_instant_nothing_is_claimed() => Assert.Empty(Find(Journal(10, 30), Journal(null, null)));

    [Fact]
    public void What_is_missing_before_all_that_a_journal_says_lies_after_the_journal_before() =>
        Assert.Equal(["30–45 lost", "30–45 waited"], Find(Journal(10, 30), Journal(45, 60, Missing(null, 45, false))));

    [Fact]
    public void What_is_missing_at_the_end_lies_before_the_next_journal_if_there_is_one()
    {
        Assert.Equal(["30–40 lost"], Find(Journal(10, 30, Missing(30, null, true)), Journal(40, 60)));
        Assert.Equal(["30–end lost"], Find(Journal(10, 30, Missing(30, null, true))));
    }

    [Fact]
    public void What_is_missing_in_a_journal_without_an_instant_lies_between_those_that_came_before_and_after_it() =>
        Assert.Equal(["30–40 lost", "30–40 waited"], Find(Journal(10, 30), Journal(null, null, Missing(null, null, false)), Journal(40, 60)));

    [Fact]
    public void What_is_missing_before_anything_is_known_may_be_as_old_as_the_kiosk() => Assert.Equal(["0–10 lost"], Find(Journal(10, 30, Missing(null, 10, true))));

    /// <summary>A disk that was exchanged and put back: its journal goes on, and the other one's entries lie within it.</summary>
    [Fact]
    public void Journals_that_overlap_say_nothing_of_each_other() => Assert.Empty(Find(Journal(10, 90), Journal(40, 50)));

    [Fact]
    public void Of_two_boots_each_instant_is_true_within_its_uncertainty() =>
        Assert.Equal(["28–42 lost"], Find(new JournalSpan(1, At(10), At(30, uncertain: 2), []), new JournalSpan(2, At(40, uncertain: 2), At(60), [])));

    /// <summary>In one boot what is missing has a boot time between the two, and the estimate of one of them: who tapped right before it came before it.</summary>
    [Fact]
    public void In_one_boot_only_what_the_estimate_moved_by_counts()
    {
        Assert.Equal(["30–40 lost"], Find(Journal(10, 60, new MissingEntries(At(30, boot: 7, uncertain: 2), At(40, boot: 7, uncertain: 2), true))));
        // The clock was found to be five hours slow in between.
        Assert.Equal(["30–45 lost"], Find(Journal(10, 60, new MissingEntries(At(30, boot: 7), At(45, boot: 7, moved: 5), true))));
        Assert.Equal(["25–40 lost"], Find(Journal(10, 60, new MissingEntries(At(30, boot: 7), At(35, boot: 7, moved: -5), true))));
    }

    private static JournalSpan Journal(int? first, int? last, params IEnumerable<MissingEntries> missing) => new(++_boots, At(first), At(last), [.. missing]);

    private static MissingEntries Missing(int? after, int? before, bool declared) => new(At(after), At(before), declared);

    private static int _boots = 100;

    private static TimedEntry? At(int? hour, int? boot = null, int uncertain = 0, int moved = 0)
    {
        if (hour is not { } at) return null;
        var clock = new BootEstimate(Hours(at - moved) - Hours(0), Hours(moved), Hours(uncertain) - Hours(0));
        return TimedEntry.Of((UInt128)(boot ?? ++_boots), clock);
    }

    private static long Hours(int hours) => 1_767_225_600_000_000 + (hours * 3_600_000_000);

    private static IEnumerable<string> Find(params IReadOnlyList<JournalSpan> journals) =>
        JournalHoles.Find(journals).Select(hole => $"{Text(hole.From.Micros)}–{Text(hole.To.Micros)} {(hole.Lost ? "lost" : "waited")}");

    private static string Text(long us) => us == 0 ? "0" : us == long.MaxValue ? "end" : $"{(us - Hours(0)) / 3_600_000_000.0:0.##}";
}
