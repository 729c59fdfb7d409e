using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KyCuong.Protos.Journal;

/// <summary>
/// What a kiosk signs of its journal, to the byte, version 1; never changed, only followed by another. Big-endian:
/// <code>
///   0  "KCH" 01             format
///   4  kiosk id    u64
///  12  epoch       16
///  28  sequence    u64
///  36  hash        32       of that entry
///  68  signed      i64      the kiosk's clock, UTC µs
/// </code>
/// The signature is ECDSA on P-256 with SHA-256, r and s of 32 bytes each. Pure, but for the randomness of a signature.
/// </summary>
public static class SignedJournalHead
{
    /// <summary>Bytes of a signature.</summary>
    public const int SignatureSize = 64;

    private const int StatementSize = 76;
    private static ReadOnlySpan<byte> Format => "KCH\u0001"u8;

    /// <summary>Signs with the kiosk's key.</summary>
    /// <exception cref="CryptographicException">The key cannot sign.</exception>
    public static byte[] Sign(ECDsa key, JournalId journal, ulong sequence, Digest hash, long signedUs)
    {
        Span<byte> statement = stackalloc byte[StatementSize];
        Write(statement, journal, sequence, hash, signedUs);
        return key.SignData(statement, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>True when the holder of this key signed exactly this.</summary>
    public static bool IsSignedBy(ECDsa key, JournalId journal, ulong sequence, Digest hash, long signedUs, ReadOnlySpan<byte> signature)
    {
        Span<byte> statement = stackalloc byte[StatementSize];
        Write(statement, journal, sequence, hash, signedUs);
        return signature.Length == SignatureSize
            && key.VerifyData(statement, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static void Write(Span<byte> statement, JournalId journal, ulong sequence, Digest hash, long signedUs)
    {
        Format.CopyTo(statement);
        BinaryPrimitives.WriteUInt64BigEndian(statement[4..], journal.KioskId);
        BinaryPrimitives.WriteUInt128BigEndian(statement[12..], journal.Epoch);
        BinaryPrimitives.WriteUInt64BigEndian(statement[28..], sequence);
        hash.CopyTo(statement[36..]);
        BinaryPrimitives.WriteInt64BigEndian(statement[68..], signedUs);
    }
}
