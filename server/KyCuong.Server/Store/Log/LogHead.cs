using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using KyCuong.Protos;

namespace KyCuong.Server.Store.Log;

/// <summary>
/// The end of the log: whoever keeps one of these outside can tell later whether anything before it was changed.
/// </summary>
/// <param name="Number">Of the last entry; 0: the log is empty.</param>
/// <param name="Hash">Of the last entry; zeros when the log is empty.</param>
public sealed record LogHead(long Number, Digest Hash)
{
    /// <summary>Of an empty log.</summary>
    public static readonly LogHead None = new(0, default);

    private static readonly byte[] Format = "KCL\u0001"u8.ToArray();

    /// <summary>
    /// The end after one entry more. SHA-256 over, big-endian: "KCL" 01, the hash before, number i64, at i64 µs, agency i64,
    /// kind u8, subject and key (u16 length + UTF-8 each), digest. Not the salt: it may be erased.
    /// </summary>
    public LogHead Next(long atUs, LogRecord record)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[Digest.Size];
        hash.AppendData(Format);
        Hash.CopyTo(bytes);
        hash.AppendData(bytes);
        Append(Number + 1);
        Append(atUs);
        Append(record.AgencyId);
        hash.AppendData([(byte)record.Kind]);
        AppendText(record.Subject);
        AppendText(record.Key);
        Span<byte> digest = stackalloc byte[Digest.Size];
        record.Digest.CopyTo(digest);
        hash.AppendData(digest);
        hash.GetHashAndReset(digest);
        return new LogHead(Number + 1, Digest.FromBytes(digest));

        void Append(long value)
        {
            Span<byte> number = stackalloc byte[8];
            BinaryPrimitives.WriteInt64BigEndian(number, value);
            hash.AppendData(number);
        }

        void AppendText(string text)
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            Span<byte> length = stackalloc byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)utf8.Length));
            hash.AppendData(length);
            hash.AppendData(utf8);
        }
    }

    /// <summary>As people copy it: the number, and the first 128 bits of the hash in groups.</summary>
    public override string ToString() => Spelt(8);

    /// <summary>As it stands on each printed page: the number, and the first 64 bits of the hash.</summary>
    public string Brief => Spelt(4);

    private string Spelt(int groups)
    {
        var hex = Hash.ToString();
        return $"{Number}:{string.Join('-', Enumerable.Range(0, groups).Select(i => hex.Substring(4 * i, 4)))}";
    }
}
