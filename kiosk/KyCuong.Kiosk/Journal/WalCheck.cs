using System.Buffers.Binary;

namespace KyCuong.Kiosk.Journal;

/// <summary>How SQLite's write-ahead log looks before SQLite opens it.</summary>
internal enum WalState
{
    /// <summary>None, or whole to its end.</summary>
    Whole,

    /// <summary>Its last transaction is not whole: a power cut leaves that.</summary>
    TornTail,

    /// <summary>Transactions follow one that is not whole, or its head is gone: no power cut does that.</summary>
    Damaged,
}

/// <summary>
/// SQLite reads its log up to the first frame that is not right and silently drops all that follows. With synchronous=FULL each
/// transaction was on disk before the next one began, so that one which is not whole can only be the last; if others follow, the
/// disk damaged it and what follows was kept and shown green. Format: sqlite.org/fileformat2.html, section 4. Pure.
/// </summary>
internal static class WalCheck
{
    private const int HeaderBytes = 32;
    private const int FrameHeaderBytes = 24;
    private const uint Magic = 0x377f0682;

    /// <summary>Looks at a log; an empty or missing one is whole.</summary>
    public static WalState Look(ReadOnlySpan<byte> wal)
    {
        if (wal.Length <= HeaderBytes) return WalState.Whole;
        var magic = BinaryPrimitives.ReadUInt32BigEndian(wal);
        var bigEndian = (magic & 1) == 1;
        var size = BinaryPrimitives.ReadUInt32BigEndian(wal[8..]);
        var sum = Sum(wal[..24], bigEndian, (0, 0));
        if ((magic & ~1u) != Magic || sum != Read(wal[24..]) || size is < 512 or > 65536)
            return RawRecords.In(new MemoryStream(wal.ToArray())).Any() ? WalState.Damaged : WalState.TornTail;

        var salt = wal.Slice(16, 8);
        var frameBytes = FrameHeaderBytes + (int)size;
        var at = HeaderBytes;
        for (; at + frameBytes <= wal.Length; at += frameBytes)
        {
            var frame = wal.Slice(at, frameBytes);
            if (!frame.Slice(8, 8).SequenceEqual(salt)) break;
            var next = Sum(frame[FrameHeaderBytes..], bigEndian, Sum(frame[..8], bigEndian, sum));
            if (next != Read(frame[16..])) break;
            sum = next;
        }

        if (at + frameBytes > wal.Length) return at == wal.Length ? WalState.Whole : WalState.TornTail;
        var firstEnds = IsCommit(wal.Slice(at, frameBytes), salt);
        var (frames, ends) = (0, 0);
        for (var behind = at + frameBytes; behind + frameBytes <= wal.Length; behind += frameBytes)
        {
            var frame = wal.Slice(behind, frameBytes);
            if (frame.Slice(8, 8).SequenceEqual(salt)) frames++;
            if (IsCommit(frame, salt)) ends++;
        }

        if (ends >= 2 || (firstEnds && ends >= 1)) return WalState.Damaged;
        return frames == 0 && IsOfEarlierRound(wal.Slice(at + 8, 8), salt) ? WalState.Whole : WalState.TornTail;
    }

    /// <summary>
    /// A log that was copied back is written anew from its beginning, and what is left of its earlier round lies behind: the first half of the salt counts the
    /// rounds, the second is random, so that both are others there. Where one of them is the same, or all is zeros, the frame was of this round.
    /// </summary>
    private static bool IsOfEarlierRound(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> salt) =>
        !frame[..4].SequenceEqual(salt[..4]) && !frame[4..].SequenceEqual(salt[4..]) && frame.ContainsAnyExcept((byte)0);

    private static bool IsCommit(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> salt) =>
        frame.Slice(8, 8).SequenceEqual(salt) && BinaryPrimitives.ReadUInt32BigEndian(frame[4..]) != 0;

    private static (uint, uint) Read(ReadOnlySpan<byte> bytes) => (BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]));

    private static (uint, uint) Sum(ReadOnlySpan<byte> bytes, bool bigEndian, (uint First, uint Second) sum)
    {
        unchecked
        {
            for (var i = 0; i < bytes.Length; i += 8)
            {
                sum.First += Word(bytes[i..]) + sum.Second;
                sum.Second += Word(bytes[(i + 4)..]) + sum.First;
            }
        }

        return sum;

        uint Word(ReadOnlySpan<byte> word) => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(word) : BinaryPrimitives.ReadUInt32LittleEndian(word);
    }
}
