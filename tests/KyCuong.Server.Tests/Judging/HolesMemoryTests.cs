using KyCuong.Rules;
using KyCuong.Server.Judging;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Tests.Judging;

/// <summary>A kiosk with two journals, the second of which is written to, and entries 4 to 6 of the first lost.</summary>
public sealed class HolesMemoryTests
{
    private const long Kiosk = 7;
    private static readonly DataHole[] Found = [new(new Instant(10), new Instant(20), true)];

    [Fact]
    public void What_was_found_holds_while_nothing_comes_but_to_the_newest_journal()
    {
        var memory = Remembered(Outlines());
        Assert.Same(Found, memory.Of(Kiosk, Outlines()));
        Assert.Same(Found, memory.Of(Kiosk, Outlines(newest: 500)));
        Assert.Null(memory.Of(Kiosk + 1, Outlines()));
    }

    [Fact]
    public void Whatever_else_comes_has_it_found_anew()
    {
        var memory = Remembered(Outlines());
        Assert.Null(memory.Of(Kiosk, Outlines(first: 10)));
        Assert.Null(memory.Of(Kiosk, Outlines(lastLost: 5)));
        Assert.Null(memory.Of(Kiosk, [.. Outlines(), new JournalOutline(3, 0, [])]));
        Assert.Null(memory.Of(Kiosk, [new JournalOutline(1, 9, []), Outlines()[1]]));
        Assert.Null(memory.Of(Kiosk, [Outlines()[0], new JournalOutline(2, 30, [Gap(2, 3, 4, true)])]));
    }

    [Fact]
    public void What_the_next_entry_may_bound_otherwise_is_not_remembered()
    {
        var memory = Remembered(Outlines());
        memory.Take(Kiosk, Outlines(), 2, [new DataHole(new Instant(10), new Instant(long.MaxValue), true)]);
        Assert.Null(memory.Of(Kiosk, Outlines()));
        List<JournalOutline> waited = [new JournalOutline(1, 3, [Gap(1, 4, 6, false)]), Outlines()[1]];
        memory.Take(Kiosk, waited, 2, Found);
        Assert.Null(memory.Of(Kiosk, waited));
    }

    [Fact]
    public void Where_no_journal_is_known_to_be_the_newest_each_counts()
    {
        var memory = new HolesMemory();
        memory.Take(Kiosk, Outlines(), null, Found);
        Assert.Same(Found, memory.Of(Kiosk, Outlines()));
        Assert.Null(memory.Of(Kiosk, Outlines(newest: 31)));
    }

    private static HolesMemory Remembered(List<JournalOutline> outlines)
    {
        var memory = new HolesMemory();
        memory.Take(Kiosk, outlines, 2, Found);
        return memory;
    }

    private static List<JournalOutline> Outlines(long first = 9, long lastLost = 6, long newest = 30) =>
        [new JournalOutline(1, first, [Gap(1, 4, lastLost, true)]), new JournalOutline(2, newest, [])];

    private static JournalGapRow Gap(long journal, long first, long last, bool declared) =>
        new() { JournalId = journal, FirstSequence = first, LastSequence = last, DeclaredUs = declared ? 1 : null };
}
