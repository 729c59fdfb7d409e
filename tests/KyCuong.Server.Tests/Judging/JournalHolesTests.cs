using KyCuong.Rules;
using KyCuong.Server.Judging;

namespace KyCuong.Server.Tests.Judging;

/// <summary>Of which times a kiosk's entries are not all here, by what its journals say. Instants are small numbers.</summary>
public sealed class JournalHolesTests
{
    [Fact]
    public void One_whole_journal_has_none() => Assert.Empty(Find(Journal(10, 90)));

    [Fact]
    public void Numbers_that_are_missing_lie_between_what_stands_around_them() =>
        Assert.Equal(["20–30 lost", "40–50 waited"], Find(Journal(10, 90, new MissingEntries(20, 30, 95, true), new MissingEntries(40, 50, 95, false))));

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
        Assert.Equal(["30–45 lost", "30–45 waited"], Find(Journal(10, 30), Journal(45, 60, new MissingEntries(null, 45, 99, false))));

    [Fact]
    public void What_is_missing_at_the_end_lies_before_the_next_journal_and_before_it_was_noticed()
    {
        Assert.Equal(["30–40 lost"], Find(Journal(10, 30, new MissingEntries(30, null, 99, true)), Journal(40, 60)));
        Assert.Equal(["30–35 lost", "30–40 lost"], Find(Journal(10, 30, new MissingEntries(30, null, 35, true)), Journal(40, 60)));
        Assert.Equal(["30–99 lost"], Find(Journal(10, 30, new MissingEntries(30, null, 99, true))));
    }

    [Fact]
    public void What_is_missing_before_anything_is_known_may_be_as_old_as_the_kiosk() => Assert.Equal(["0–10 lost"], Find(Journal(10, 30, new MissingEntries(null, 10, 99, true))));

    /// <summary>A disk that was exchanged and put back: its journal goes on, and the other one's entries lie within it.</summary>
    [Fact]
    public void Journals_that_overlap_say_nothing_of_each_other() => Assert.Empty(Find(Journal(10, 90), Journal(40, 50)));

    private static JournalSpan Journal(long? first, long? last, params IEnumerable<MissingEntries> missing) => new(first, last, [.. missing]);

    private static IEnumerable<string> Find(params IReadOnlyList<JournalSpan> journals) =>
        JournalHoles.Find(journals).Select(hole => $"{hole.From.Micros}–{hole.To.Micros} {(hole.Lost ? "lost" : "waited")}");
}
