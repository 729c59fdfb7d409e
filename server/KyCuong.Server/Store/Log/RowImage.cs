using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KyCuong.Protos;

namespace KyCuong.Server.Store.Log;

/// <summary>
/// The content of a row as bytes that are the same whatever store it lies in, and their digest. SHA-256 over, big-endian:
/// "KCR" 01, the salt if there is one, the table (u16 length + UTF-8), then each column that is not null, in the order of their
/// names by code point: name (u16 length + UTF-8), 1 + i64 for a number (no is 0, yes is 1), 2 + u32 length + UTF-8 for a text
/// (a date as yyyy-MM-dd), 3 + u32 length + bytes for bytes. A column that is added later and null changes nothing.
/// </summary>
internal static class RowImage
{
    private static readonly byte[] Format = "KCR\u0001"u8.ToArray();

    /// <summary>Bytes of a salt.</summary>
    public const int SaltSize = 16;

    /// <summary>The digest of a row.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="columns">Names and values: <see cref="long"/>, <see cref="string"/>, byte[] or null.</param>
    /// <param name="salt">None: unsalted.</param>
    public static Digest Of(string table, IEnumerable<KeyValuePair<string, object?>> columns, byte[] salt)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Format);
        hash.AppendData(salt);
        Short(hash, table);
        Span<byte> bytes = stackalloc byte[9];
        foreach (var (name, value) in columns.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            switch (value)
            {
                case null:
                    break;
                case long number:
                    Short(hash, name);
                    bytes[0] = 1;
                    BinaryPrimitives.WriteInt64BigEndian(bytes[1..], number);
                    hash.AppendData(bytes);
                    break;
                case string text:
                    Short(hash, name);
                    Long(hash, 2, Encoding.UTF8.GetBytes(text));
                    break;
                case byte[] blob:
                    Short(hash, name);
                    Long(hash, 3, blob);
                    break;
                default:
                    throw new ArgumentException($"{name} is a {value.GetType().Name}.", nameof(columns));
            }
        }

        Span<byte> digest = stackalloc byte[Digest.Size];
        hash.GetHashAndReset(digest);
        return Digest.FromBytes(digest);
    }

    /// <summary>A value as a store gives it in one of the three forms; null stays null.</summary>
    /// <exception cref="ArgumentException">No column holds such a thing.</exception>
    public static object? Plain(object? value) => value switch
    {
        null or DBNull => null,
        long or string or byte[] => value,
        int or short or byte or uint or bool or Enum => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"A {value.GetType().Name} has no place in a row's image.", nameof(value)),
    };

    /// <summary>A key of one or several columns: numbers in decimal, bytes in lower-case hex, joined by a bar.</summary>
    public static string Key(IEnumerable<object?> values) => string.Join('|', values.Select(value => Plain(value) switch
    {
        long number => number.ToString(CultureInfo.InvariantCulture),
        string text => text,
        byte[] bytes => Convert.ToHexStringLower(bytes),
        _ => throw new ArgumentException("A key has no null.", nameof(values)),
    }));

    /// <summary>A row that was written by a statement, as the log enters it.</summary>
    /// <param name="agencyId">Whose it is.</param>
    /// <param name="table">One of <see cref="LoggedTables"/>.</param>
    /// <param name="key">Values of its primary key.</param>
    /// <param name="columns">All that are logged.</param>
    public static LogRecord Written(long agencyId, string table, IEnumerable<object?> key, params IEnumerable<(string Name, object? Value)> columns)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        return new LogRecord(LogKind.Written, agencyId, table, Key(key), Of(table, columns.Select(c => KeyValuePair.Create(c.Name, Plain(c.Value))), salt), salt);
    }

    private static void Short(IncrementalHash hash, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)utf8.Length));
        hash.AppendData(length);
        hash.AppendData(utf8);
    }

    private static void Long(IncrementalHash hash, byte type, byte[] content)
    {
        Span<byte> head = stackalloc byte[5];
        head[0] = type;
        BinaryPrimitives.WriteUInt32BigEndian(head[1..], (uint)content.Length);
        hash.AppendData(head);
        hash.AppendData(content);
    }
}
