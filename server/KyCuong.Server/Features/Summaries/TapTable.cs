using KyCuong.Protos.V1;
using KyCuong.Rules;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using Tap = KyCuong.Rules.Tap;

namespace KyCuong.Server.Features.Summaries;

/// <summary>
/// The taps of a period, one run for each person, read in one pass of the covering key without an object a row: a month of
/// ten thousand people is a million rows. Immutable once read; safe to share.
/// </summary>
internal sealed class TapTable
{
    /// <summary>The statement; a test looks at its plan.</summary>
    internal const string Sql = """
        SELECT staff_id, at_us, direction, direction_source, uncertainty_us, kiosk_id
        FROM resolved_taps WHERE agency_id = ?1 AND bucket BETWEEN ?2 AND ?3
        ORDER BY agency_id, bucket, staff_id, at_us, journal_id, sequence
        """;

    /// <summary>Rows in a block; blocks grow the table without copying it.</summary>
    private const int BlockSize = 32_768;

    private readonly Row[] _rows;
    private readonly int[] _starts;

    private TapTable(Row[] rows, int[] starts) => (_rows, _starts) = (rows, starts);

    /// <summary>32 bytes of what judging asks of a tap; reader and key matter to explanations only.</summary>
    private readonly record struct Row(long AtUs, long UncertaintyUs, long KioskId, int Person, byte Direction, byte Source);

    /// <summary>Taps read.</summary>
    public int Count => _rows.Length;

    /// <summary>Reads the taps of these people (by their place in the list, which is in order of identity) from one date to another.</summary>
    public static TapTable Read(StoreSession session, long agencyId, DateOnly from, DateOnly to, IReadOnlyList<PersonData> people, CancellationToken cancel)
    {
        var starts = new int[people.Count + 1];
        var blocks = new List<Row[]>();
        var block = Array.Empty<Row>();
        var used = 0;
        using (var statement = session.Prepare(Sql).Bind(1, agencyId).Bind(2, from.DayNumber).Bind(3, to.DayNumber))
        {
            // Both sides are in order of identity, the rows anew for each date: walking along replaces a look-up a row.
            var (staff, place) = (-1L, 0);
            while (statement.Step())
            {
                var id = statement.Number(0);
                if (id != staff)
                {
                    if (id < staff)
                    {
                        cancel.ThrowIfCancellationRequested();
                        place = 0;
                    }

                    while (place < people.Count && people[place].Row.StaffId < id) place++;
                    staff = id;
                }

                if (place == people.Count || people[place].Row.StaffId != id) continue;
                if (used == block.Length)
                {
                    blocks.Add(block = new Row[BlockSize]);
                    used = 0;
                }

                starts[place + 1]++;
                block[used++] = new Row(statement.Number(1), statement.Number(4), statement.Number(5), place, (byte)statement.Number(2), (byte)statement.Number(3));
            }
        }

        for (var i = 0; i < people.Count; i++) starts[i + 1] += starts[i];
        return new TapTable(ByPerson(blocks, used, starts), starts);
    }

    /// <summary>Copies one person's taps, in order of time, into the buffer, which grows as needed.</summary>
    public ReadOnlySpan<Tap> Of(int place, ref Tap[] buffer)
    {
        var rows = _rows.AsSpan(_starts[place], _starts[place + 1] - _starts[place]);
        if (buffer.Length < rows.Length) buffer = new Tap[Math.Max(rows.Length, 2 * buffer.Length)];
        for (var i = 0; i < rows.Length; i++)
        {
            ref readonly var row = ref rows[i];
            buffer[i] = new Tap(new Instant(row.AtUs), PersonTaps.DirectionOf((Direction)row.Direction), PersonTaps.SourceOf((Protos.V1.DirectionSource)row.Source), row.UncertaintyUs, row.KioskId, "", default);
        }

        return buffer.AsSpan(0, rows.Length);
    }

    /// <summary>Puts rows that come by day into runs by person; each keeps its order.</summary>
    private static Row[] ByPerson(List<Row[]> blocks, int usedOfLast, int[] starts)
    {
        var sorted = new Row[starts[^1]];
        var next = starts.AsSpan(0, starts.Length - 1).ToArray();
        for (var i = 0; i < blocks.Count; i++)
            foreach (ref readonly var row in blocks[i].AsSpan(0, i == blocks.Count - 1 ? usedOfLast : BlockSize)) sorted[next[row.Person]++] = row;
        return sorted;
    }
}
