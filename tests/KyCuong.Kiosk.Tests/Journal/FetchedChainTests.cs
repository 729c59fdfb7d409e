using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos;
using KyCuong.Protos.Journal;

namespace KyCuong.Kiosk.Tests.Journal;

/// <summary>What a server gives back of lost entries is believed as far as the kiosk's own entries vouch for it, and no further.</summary>
public sealed class FetchedChainTests
{
    private static readonly JournalId Journal = new(1, 100);
    private readonly List<byte[]> _encodings = [];
    private readonly List<Digest> _hashes = [default];

    public FetchedChainTests()
    {
        for (ulong sequence = 1; sequence <= 20; sequence++)
        {
            _encodings.Add(Encode(_hashes[^1], sequence, (int)sequence));
            _hashes.Add(CanonicalEntry.HashBytes(_encodings[^1]));
        }
    }

    [Fact]
    public void All_of_a_hole_is_believed_when_it_leads_to_the_entry_behind_it()
    {
        var kept = Check(5, 9, _encodings[4..9], out var wrong);
        Assert.Null(wrong);
        Assert.Equal([9UL, 8, 7, 6, 5], kept.Select(record => record.Stored.Entry.Sequence));
        Assert.All(kept, record => Assert.True(JournalRecord.TryRead(record.Bytes, Journal, record.Stored.Entry.Sequence, out _)));
        Assert.Equal(3, Check(1, 3, _encodings[..3], out _).Count);
    }

    [Fact]
    public void Of_a_hole_within_what_comes_only_the_end_is_believed_and_nobody_lied()
    {
        var kept = Check(5, 9, [_encodings[4], _encodings[5], _encodings[7], _encodings[8]], out var wrong);
        Assert.Null(wrong);
        Assert.Equal([9UL, 8], kept.Select(record => record.Stored.Entry.Sequence));
        Assert.Empty(Check(5, 9, _encodings[4..8], out wrong));
        Assert.Null(wrong);
        Assert.Empty(Check(5, 9, [], out wrong));
        Assert.Null(wrong);
    }

    [Fact]
    public void Every_other_byte_of_every_entry_is_believed_of_none()
    {
        for (var entry = 0; entry < 5; entry++)
        {
            for (var at = 0; at < _encodings[4 + entry].Length; at++)
            {
                var given = _encodings[4..9].ConvertAll(encoding => (byte[])encoding.Clone());
                given[entry][at] ^= 1;
                var kept = Check(5, 9, given, out var wrong);
                // One that says it is an earlier entry looks like a hole: then what stands behind it is kept, and that is as it was.
                Assert.True(kept.Count == 0 ? wrong is not null || entry == 4 : at is >= 29 and < 37, $"byte {at} of entry {entry}: {kept.Count} kept");
                Assert.All(kept, record => Assert.Contains(_encodings[4..9], encoding => record.Bytes.AsSpan().IndexOf(encoding) > 0));
                Assert.DoesNotContain(kept, record => record.Stored.Entry.Sequence == 5 + (ulong)entry);
            }
        }
    }

    [Fact]
    public void Another_history_that_is_whole_in_itself_is_refused()
    {
        var (other, previous) = (new List<byte[]>(), _hashes[4]);
        for (ulong sequence = 5; sequence <= 9; sequence++)
        {
            other.Add(Encode(previous, sequence, 99));
            previous = CanonicalEntry.HashBytes(other[^1]);
        }

        Assert.Empty(Check(5, 9, other, out var wrong));
        Assert.NotNull(wrong);
    }

    [Fact]
    public void Entries_that_were_not_asked_for_are_refused()
    {
        Assert.Empty(Check(5, 9, _encodings[3..9], out var wrong));
        Assert.NotNull(wrong);
        Assert.Empty(Check(5, 9, _encodings[4..10], out wrong));
        Assert.NotNull(wrong);
        Assert.Empty(Check(5, 9, [.. _encodings[4..9], _encodings[8]], out wrong));
        Assert.NotNull(wrong);
        Assert.Empty(Check(5, 9, [.. _encodings[4..9].AsEnumerable().Reverse()], out wrong));
    }

    [Fact]
    public void Entries_that_do_not_follow_the_one_before_the_hole_are_refused()
    {
        Assert.Empty(FetchedChain.Check(Journal, 5, 9, _hashes[9], _hashes[3], _encodings[4..9], out var wrong));
        Assert.NotNull(wrong);
        // That one is not here either.
        Assert.Equal(5, FetchedChain.Check(Journal, 5, 9, _hashes[9], null, _encodings[4..9], out wrong).Count);
        Assert.Null(wrong);
    }

    private IReadOnlyList<RawRecord> Check(ulong first, ulong last, IReadOnlyList<byte[]> given, out string? wrong) =>
        FetchedChain.Check(Journal, first, last, _hashes[(int)last], _hashes[(int)first - 1], given, out wrong);

    private static byte[] Encode(Digest previous, ulong sequence, int badge)
    {
        var bytes = new byte[CanonicalEntry.MaxSize];
        return bytes[..CanonicalEntry.Write(bytes, Journal, previous, new Entry(sequence, Entries.Stamp(), Entries.Tap(badge)))];
    }
}
