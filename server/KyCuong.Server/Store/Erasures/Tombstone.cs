using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KyCuong.Protos;

namespace KyCuong.Server.Store.Erasures;

/// <summary>A journal entry that is erased, by its key and hash. 64 bytes in a list: kiosk i64, epoch 16, sequence i64, hash 32, big-endian.</summary>
internal readonly record struct ErasedKey(long Kiosk, UInt128 Epoch, long Sequence, Digest Hash) : IComparable<ErasedKey>
{
    public const int Size = 8 + Bytes128.Size + 8 + Digest.Size;

    public int CompareTo(ErasedKey other)
    {
        var order = Kiosk.CompareTo(other.Kiosk);
        if (order == 0) order = Epoch.CompareTo(other.Epoch);
        if (order == 0) order = Sequence.CompareTo(other.Sequence);
        return order != 0 ? order : Hash.ToArray().AsSpan().SequenceCompareTo(other.Hash.ToArray());
    }

    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes, Kiosk);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[8..], Epoch);
        BinaryPrimitives.WriteInt64BigEndian(bytes[24..], Sequence);
        Hash.CopyTo(bytes[32..]);
    }

    public static ErasedKey Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt64BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[8..]), BinaryPrimitives.ReadInt64BigEndian(bytes[24..]), Digest.FromBytes(bytes.Slice(32, Digest.Size)));
}

/// <summary>What a tombstone says; everything but the lists, of which it holds the hashes.</summary>
/// <param name="Id">128 random bits in hex: the same erasure in every store it is carried out in.</param>
/// <param name="Agency">Code.</param>
/// <param name="AtUs">When it was ordered, UTC microseconds.</param>
/// <param name="Kind">One of <see cref="ErasureKind"/>.</param>
/// <param name="Document">The paper.</param>
/// <param name="By">Staff code of whoever ordered it.</param>
/// <param name="Staff">Staff code of the person; null: not of one person.</param>
/// <param name="Before">What is older is gone; null: not by age.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="RowsSha256">Of their list, hex.</param>
/// <param name="Entries">How many journal entries.</param>
/// <param name="EntriesSha256">Of their list, hex.</param>
internal sealed record TombstoneContent(
    string Id, string Agency, long AtUs, string Kind, string Document, string By, string? Staff, DateOnly? Before, int Rows, string RowsSha256, int Entries, string EntriesSha256)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As it is signed.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static TombstoneContent Parse(byte[] content)
    {
        try
        {
            return JsonSerializer.Deserialize<TombstoneContent>(content, Json) ?? throw new InvalidDataException("A tombstone is empty.");
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException("A tombstone is no JSON.", problem);
        }
    }
}

/// <summary>A whole tombstone with the lists it vouches for. Immutable by convention.</summary>
/// <param name="Content">Signed bytes.</param>
/// <param name="Signature">ECDSA P-256 with SHA-256 over "KCT" 01 and the content, r and s, 64 bytes.</param>
/// <param name="RowList">Lines "table TAB key TAB number TAB hash": where the row began in the log, by which a copy of the store is known to be of the same history.</param>
/// <param name="Entries">In order.</param>
internal sealed record Tombstone(byte[] Content, byte[] Signature, string RowList, IReadOnlyList<ErasedKey> Entries)
{
    private static readonly byte[] Format = "KCT\u0001"u8.ToArray();

    /// <summary>What is signed.</summary>
    public static byte[] Signed(byte[] content) => [.. Format, .. content];

    /// <summary>Hash of the row list, hex.</summary>
    public static string HashOf(string rowList) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rowList)));

    /// <summary>Hash of entries in order, hex.</summary>
    public static string HashOf(IReadOnlyList<ErasedKey> entries)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[ErasedKey.Size];
        foreach (var entry in entries)
        {
            entry.CopyTo(bytes);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>False when it was not signed by this key, or vouches for other lists.</summary>
    public bool IsSignedBy(ECDsa key)
    {
        var content = TombstoneContent.Parse(Content);
        return key.VerifyData(Signed(Content), Signature, HashAlgorithmName.SHA256) && content.RowsSha256 == HashOf(RowList) && content.EntriesSha256 == HashOf(Entries) && content.Entries == Entries.Count;
    }
}
