using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace KyCuong.Verify;

/// <summary>
/// Holds journal entries against what came in: their hashes follow from their content and from the entry before (the contract's
/// canonical encoding, version 1), and every run of the log is there, unaltered, and nothing besides.
/// </summary>
internal sealed class JournalCheck(Store store, Log log, HeadCheck heads, DerivedCheck derived, KnownCheck known, List<Finding> findings) : IDisposable
{
    private const int HeaderSize = 130;
    private const byte Tap = 3;
    private const byte ClaimedTap = 11;
    private static readonly byte[] RunFormat = "KCJ\u0001"u8.ToArray();
    private static readonly byte[] EntryFormat = "KCE\u0001"u8.ToArray();
    private readonly Sha _entry = new();
    private readonly Sha _run = new();
    private long _gaps;

    /// <summary>Entries looked at.</summary>
    public long Checked { get; private set; }

    public void Run()
    {
        var journals = store.Rows("journals", "journal_id").ToList();
        var seen = new HashSet<(long, string)>();
        foreach (var journal in journals)
        {
            var id = ((long)journal["kiosk_id"]!, Convert.ToHexStringLower((byte[])journal["epoch"]!));
            seen.Add(id);
            One(journal, id, log.Runs.GetValueOrDefault(id) ?? [], log.Losses.GetValueOrDefault(id) ?? []);
        }

        foreach (var (id, runs) in log.Runs.Where(item => !seen.Contains(item.Key)))
            foreach (var run in runs) findings.Add(new Finding(FindingKind.EntryGone, Where(id, run.First, run.Last), run.Number));
        if (store.Count("journal_gaps") != _gaps) findings.Add(new Finding(FindingKind.JournalAltered, FormattableString.Invariant($"journal_gaps: {store.Count("journal_gaps") - _gaps}"), 0));
        heads.End();
        known.End();
        var all = store.Count("taps") + store.Count("kiosk_events") + (store.HasErasures ? store.Count("erased_entries", "WHERE received_us IS NOT NULL") : 0);
        if (all != Checked) findings.Add(new Finding(FindingKind.EntryUnknown, FormattableString.Invariant($"taps, kiosk_events: {all - Checked}"), 0));
    }

    public void Dispose()
    {
        _entry.Dispose();
        _run.Dispose();
    }

    private void One(IReadOnlyDictionary<string, object?> journal, (long Kiosk, string Epoch) id, List<Run> runs, List<(long First, long Last)> losses)
    {
        var journalId = (long)journal["journal_id"]!;
        if (runs.Any(run => run.Agency != (long)journal["agency_id"]!)) findings.Add(new Finding(FindingKind.JournalAltered, Where(id, 1), runs[0].Number));
        var gaps = store.Gaps(journalId);
        _gaps += gaps.Count;
        var before = 0L;
        foreach (var gap in gaps)
        {
            if (gap.First <= before || gap.Last < gap.First || gap.Agency != (long)journal["agency_id"]!) findings.Add(new Finding(FindingKind.JournalAltered, Where(id, gap.First, gap.Last), 0));
            before = gap.Last;
        }

        var (place, next, hole) = (0, 0L, 0);
        Run? run = null;
        var (last, lastHash) = (0L, (byte[]?)new byte[32]);
        var highWater = (long)journal["high_water"]!;
        byte[]? highWaterHash = highWater == 0 ? new byte[32] : null;
        var signed = heads.For(journalId, id);
        foreach (var entry in store.Entries(journalId))
        {
            Checked++;
            signed.Entry(entry.Sequence, entry.Hash);
            // Which run it came with.
            while (run is null || entry.Sequence > run.Last)
            {
                if (run is not null) EndRun(id, run, next);
                run = place < runs.Count && runs[place].First <= entry.Sequence ? runs[place++] : null;
                if (run is null) break;
                next = run.First;
                _run.Bytes(RunFormat);
            }

            byte[]? previous = entry.Sequence == last + 1 ? lastHash : null;
            if (run is null)
            {
                findings.Add(new Finding(FindingKind.EntryUnknown, Where(id, entry.Sequence), 0));
            }
            else
            {
                if (entry.Sequence != next) findings.Add(new Finding(FindingKind.EntryGone, Where(id, next, entry.Sequence - 1), run.Number));
                if (entry.Sequence == run.First) previous = run.Previous ?? previous;
                next = entry.Sequence + 1;
                _run.I64(entry.Sequence).Bytes(entry.Hash).I64(entry.ReceivedUs).U8(entry.Encoding is not null ? (byte)2 : entry.Backlog is 0 or 1 ? (byte)entry.Backlog : (byte)3);
                if (entry.Agency != run.Agency) findings.Add(new Finding(FindingKind.EntryAltered, Where(id, entry.Sequence), run.Number));
            }

            while (hole < gaps.Count && gaps[hole].Last < entry.Sequence) hole++;
            if (hole < gaps.Count && gaps[hole].First <= entry.Sequence) findings.Add(new Finding(FindingKind.JournalAltered, Where(id, entry.Sequence), run?.Number ?? 0));
            // Content beside the tombstone of it.
            if (entry.Sequence == last) findings.Add(new Finding(FindingKind.ErasureLeft, Where(id, entry.Sequence), run?.Number ?? 0));
            if (!entry.IsErased && !IsWhole(id, entry, previous)) findings.Add(new Finding(FindingKind.EntryAltered, Where(id, entry.Sequence), run?.Number ?? 0));
            if (entry.Sequence > last + 1) Hole(id, last + 1, entry.Sequence - 1, gaps, run?.Number ?? 0);
            if (!entry.IsErased) derived.Take(journalId, id.Kiosk, entry, run?.Write);
            known.Take(id.Kiosk, entry);
            (last, lastHash) = (entry.Sequence, entry.Hash);
            if (last == highWater) highWaterHash = entry.Hash;
        }

        derived.EndJournal(journalId, id.Kiosk);
        known.EndJournal();
        signed.End();
        if (run is not null) EndRun(id, run, next);
        for (; place < runs.Count; place++) findings.Add(new Finding(FindingKind.EntryGone, Where(id, runs[place].First, runs[place].Last), runs[place].Number));
        foreach (var gap in gaps)
            if (gap.Declared && !Enumerable.Any(losses, loss => loss.First <= gap.First && gap.Last <= loss.Last))
                findings.Add(new Finding(FindingKind.LossUnknown, Where(id, gap.First, gap.Last), 0));
        var open = gaps.Where(gap => !gap.Declared).Select(gap => gap.First - 1).DefaultIfEmpty(Math.Max(last, gaps.Select(gap => gap.Last).DefaultIfEmpty(0).Max())).Min();
        // After entries declared lost the hash is zeros.
        if (highWater != open || !((byte[])journal["high_water_hash"]!).AsSpan().SequenceEqual(highWaterHash ?? new byte[32]))
            findings.Add(new Finding(FindingKind.JournalAltered, Where(id, highWater), 0));
    }

    private void EndRun((long, string) id, Run run, long next)
    {
        if (next <= run.Last) findings.Add(new Finding(FindingKind.EntryGone, Where(id, next, run.Last), run.Number));
        var digest = _run.End();
        // What is gone was said already.
        if (next > run.Last && !digest.AsSpan().SequenceEqual(run.Digest)) findings.Add(new Finding(FindingKind.EntryAltered, Where(id, run.First, run.Last), run.Number));
    }

    /// <summary>What is not stored is waited for or declared lost.</summary>
    private void Hole((long, string) id, long first, long last, IReadOnlyList<Gap> gaps, long number)
    {
        var from = first;
        foreach (var gap in gaps)
            if (gap.First <= from && from <= gap.Last) from = gap.Last + 1;
        if (from <= last) findings.Add(new Finding(FindingKind.EntryGone, Where(id, from, last), number));
    }

    private bool IsWhole((long Kiosk, string Epoch) id, JournalEntry entry, byte[]? previous)
    {
        var epoch = Convert.FromHexString(id.Epoch);
        if (entry.Encoding is { } bytes)
        {
            return bytes.Length > HeaderSize
                && bytes.AsSpan().StartsWith(EntryFormat)
                && bytes[4] == entry.Kind
                && BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(5)) == id.Kiosk
                && bytes.AsSpan(13, 16).SequenceEqual(epoch)
                && BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(29)) == entry.Sequence
                && (previous is null || bytes.AsSpan(37, 32).SequenceEqual(previous))
                && _entry.Bytes(bytes).End().AsSpan().SequenceEqual(entry.Hash);
        }

        // Only of what was stored before there was a log is it not known what came before: then the chain after it vouches for its hash alone.
        if (previous is null) return true;
        var tap = entry.Tap!;
        if (!IsSmall(tap)) return false;
        var payload = tap.StaffCode is null
            ? 2 + Encoding.UTF8.GetByteCount(tap.Reader) + 1 + 4 + 1 + 1 + 1 + tap.Badge.Length
            : 2 + Encoding.UTF8.GetByteCount(tap.StaffCode) + 3;
        _entry.Bytes(EntryFormat).U8(tap.StaffCode is null ? Tap : ClaimedTap).I64(id.Kiosk).Bytes(epoch).I64(entry.Sequence).Bytes(previous)
            .I64(tap.WallClockUs).I64(tap.BootTimeUs).Bytes(tap.BootId)
            .U8(tap.ServerMinusBootUs is null ? (byte)0 : (byte)1).I64(tap.ServerMinusBootUs ?? 0).I64(tap.UncertaintyUs ?? 0).I64(tap.SampleAgeUs ?? 0)
            .U32((uint)payload);
        if (tap.StaffCode is null)
            _entry.Text(tap.Reader).U8((byte)tap.Technology).U32((uint)tap.RawLength).U8((byte)tap.Direction).U8((byte)tap.DirectionSource)
                .U8((byte)(tap.Badge.Length / 21)).Bytes(tap.Badge);
        else
            _entry.Text(tap.StaffCode).U8((byte)(tap.Claim ?? 0)).U8((byte)tap.Direction).U8((byte)tap.DirectionSource);
        // Columns that are not in the encoding must say nothing.
        var plain = tap.StaffCode is null
            ? tap.Claim is null
            : tap.Reader.Length == 0 && tap.Badge.Length == 0 && tap.Technology == 0 && tap.RawLength == 0 && tap.Claim is not null;
        return _entry.End().AsSpan().SequenceEqual(entry.Hash) && plain
            && (tap.ServerMinusBootUs is null) == (tap.UncertaintyUs is null) && (tap.UncertaintyUs is null) == (tap.SampleAgeUs is null);
    }

    // What is hashed as one byte or four must fit in them, or another number would have the same hash.
    private static bool IsSmall(TapColumns tap) =>
        tap.Technology is >= 0 and <= byte.MaxValue && tap.Direction is >= 0 and <= byte.MaxValue && tap.DirectionSource is >= 0 and <= byte.MaxValue
        && tap.Claim is null or (>= 0 and <= byte.MaxValue) && tap.RawLength is >= 0 and <= int.MaxValue && tap.Badge.Length % 21 == 0;

    private static string Where((long Kiosk, string Epoch) id, long first, long? last = null) => last is null || last == first
        ? string.Create(CultureInfo.InvariantCulture, $"kiosk {id.Kiosk} {id.Epoch[..8]} {first}")
        : string.Create(CultureInfo.InvariantCulture, $"kiosk {id.Kiosk} {id.Epoch[..8]} {first}–{last}");
}
