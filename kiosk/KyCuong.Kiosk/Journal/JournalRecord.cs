using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using KyCuong.Protos;
using KyCuong.Protos.Journal;

namespace KyCuong.Kiosk.Journal;

/// <summary>An entry as it stands on disk, checked.</summary>
/// <param name="Entry">What it says.</param>
/// <param name="Previous">Hash of the entry before.</param>
/// <param name="Hash">Its own hash.</param>
public sealed record StoredEntry(Entry Entry, Digest Previous, Digest Hash);

/// <summary>
/// The record of one entry: <c>"KCJ1"</c>, length of the encoding as u32 big-endian, the canonical encoding, its SHA-256.
/// Self-contained, so that salvage can find it in raw pages of a damaged file. Pure.
/// </summary>
public static class JournalRecord
{
    internal const int LengthOffset = 4;
    internal const int EncodingOffset = 8;

    /// <summary>No record is shorter, bytes.</summary>
    internal const int MinSize = EncodingOffset + CanonicalEntry.HeaderSize + Digest.Size;

    /// <summary>No record is longer, bytes.</summary>
    internal const int MaxSize = EncodingOffset + CanonicalEntry.MaxSize + Digest.Size;

    internal static ReadOnlySpan<byte> Magic => "KCJ1"u8;

    /// <summary>Makes the record of an entry and its hash.</summary>
    /// <exception cref="ArgumentException">The entry exceeds the contract's limits: our own mistake.</exception>
    public static byte[] Build(JournalId journal, Digest previous, Entry entry, out Digest hash)
    {
        Span<byte> encoding = stackalloc byte[CanonicalEntry.MaxSize];
        encoding = encoding[..CanonicalEntry.Write(encoding, journal, previous, entry)];
        hash = CanonicalEntry.HashBytes(encoding);
        var record = new byte[EncodingOffset + encoding.Length + Digest.Size];
        Magic.CopyTo(record);
        BinaryPrimitives.WriteUInt32BigEndian(record.AsSpan(LengthOffset), (uint)encoding.Length);
        encoding.CopyTo(record.AsSpan(EncodingOffset));
        hash.CopyTo(record.AsSpan(EncodingOffset + encoding.Length));
        return record;
    }

    /// <summary>Reads a record; false for anything that is not, to the byte, a record of this journal with this sequence.</summary>
    public static bool TryRead(ReadOnlySpan<byte> record, JournalId journal, ulong sequence, [NotNullWhen(true)] out StoredEntry? stored)
    {
        if (TryRead(record, out var found, out stored) && found == journal && stored.Entry.Sequence == sequence) return true;
        stored = null;
        return false;
    }

    /// <summary>Reads a record, whosever it is; false for anything that is not, to the byte, a record.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> record, out JournalId journal, [NotNullWhen(true)] out StoredEntry? stored)
    {
        (journal, stored) = (default, null);
        if (record.Length < MinSize || !record.StartsWith(Magic)) return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(record[LengthOffset..]);
        if (length != (uint)(record.Length - EncodingOffset - Digest.Size)) return false;
        var encoding = record.Slice(EncodingOffset, (int)length);
        var hash = CanonicalEntry.HashBytes(encoding);
        if (hash != Digest.FromBytes(record[(EncodingOffset + (int)length)..])) return false;
        if (!CanonicalEntry.TryRead(encoding, out journal, out var previous, out var entry)) return false;
        stored = new StoredEntry(entry, previous, hash);
        return true;
    }
}
