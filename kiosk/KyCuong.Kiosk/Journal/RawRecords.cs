using System.Buffers.Binary;
using KyCuong.Protos;
using KyCuong.Protos.Journal;

namespace KyCuong.Kiosk.Journal;

/// <summary>A record that was found whole somewhere in a file.</summary>
/// <param name="Journal">Whose it is, as it says itself.</param>
/// <param name="Stored">What it says.</param>
/// <param name="Bytes">The record.</param>
internal sealed record RawRecord(JournalId Journal, StoredEntry Stored, byte[] Bytes);

/// <summary>
/// Finds records in the bytes of a database or its log whatever has become of SQLite's own structure: each lies in one piece in a page,
/// says how long it is, and carries its hash, so that nothing altered is taken for one. Copies of rows that were deleted or
/// moved since are found too: they are what they always were. Pure, but for the stream.
/// </summary>
internal static class RawRecords
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>All whole records, in the order in which they lie.</summary>
    /// <param name="file">Knows its length; what is appended meanwhile may or may not be read.</param>
    public static IEnumerable<RawRecord> In(Stream file)
    {
        // Most logs are far smaller than a chunk, and one more byte than there is shows the end.
        var buffer = new byte[Math.Min(file.Length + 1, ChunkBytes + JournalRecord.MaxSize)];
        var filled = 0;
        while (true)
        {
            var read = file.ReadAtLeast(buffer.AsSpan(filled), buffer.Length - filled, throwOnEndOfStream: false);
            filled += read;
            var last = read == 0 || filled < buffer.Length;
            // A record that begins in the rest may go on in the next chunk.
            var until = last ? filled : filled - JournalRecord.MaxSize;
            var at = 0;
            while (at < until)
            {
                var found = buffer.AsSpan(at, filled - at).IndexOf(JournalRecord.Magic);
                if (found < 0 || at + found >= until)
                {
                    at = until;
                    break;
                }

                at += found;
                if (At(buffer.AsSpan(at, filled - at)) is not { } record)
                {
                    at++;
                    continue;
                }

                yield return record;
                at += record.Bytes.Length;
            }

            if (last) yield break;
            buffer.AsSpan(at, filled - at).CopyTo(buffer);
            filled -= at;
        }
    }

    private static RawRecord? At(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < JournalRecord.MinSize) return null;
        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[JournalRecord.LengthOffset..]);
        if (length > CanonicalEntry.MaxSize) return null;
        var whole = JournalRecord.EncodingOffset + (int)length + Digest.Size;
        if (whole > bytes.Length || !JournalRecord.TryRead(bytes[..whole], out var journal, out var stored)) return null;
        // No journal counts further: its rows' keys end there.
        if (stored.Entry.Sequence > long.MaxValue) return null;
        return new RawRecord(journal, stored, bytes[..whole].ToArray());
    }
}
