using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace KyCuong.Protos.Enrolment;

/// <summary>
/// The one-time code that brings a kiosk into an agency: an 80-bit secret, the first 128 bits of SHA-256 over the CA
/// certificate, and 10 check bits, as 44 Crockford symbols in groups of four. The kiosk compares the CA with the code
/// before it sends the secret, so a stranger's server learns nothing. Pure.
/// </summary>
public sealed class EnrolmentCode
{
    /// <summary>Bytes of the secret.</summary>
    public const int SecretSize = 10;

    /// <summary>Bytes of the CA's hash in the code.</summary>
    public const int AuthorityHashSize = 16;

    private const int PayloadSize = SecretSize + AuthorityHashSize;
    private const int CheckSymbols = 2;
    private const int PayloadSymbols = 42;
    private readonly byte[] _payload;

    private EnrolmentCode(byte[] payload) => _payload = payload;

    /// <summary>The secret, 10 bytes.</summary>
    public ReadOnlySpan<byte> Secret => _payload.AsSpan(0, SecretSize);

    /// <summary>A code for this secret and CA (X.509, DER).</summary>
    /// <exception cref="ArgumentException">The secret does not have 10 bytes.</exception>
    public static EnrolmentCode Create(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> authority)
    {
        if (secret.Length != SecretSize) throw new ArgumentException($"A secret has {SecretSize} bytes.", nameof(secret));
        var payload = new byte[PayloadSize];
        secret.CopyTo(payload);
        SHA256.HashData(authority).AsSpan(0, AuthorityHashSize).CopyTo(payload.AsSpan(SecretSize));
        return new EnrolmentCode(payload);
    }

    /// <summary>True when this CA certificate (X.509, DER) is the one the code was made for.</summary>
    public bool IsFor(ReadOnlySpan<byte> authority) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(authority).AsSpan(0, AuthorityHashSize), _payload.AsSpan(SecretSize));

    /// <summary>Reads a typed code: any case, O for 0, I and L for 1, hyphens and blanks anywhere. False when symbols are missing or wrong.</summary>
    public static bool TryParse(string typed, [NotNullWhen(true)] out EnrolmentCode? code)
    {
        code = null;
        Span<char> symbols = stackalloc char[PayloadSymbols + CheckSymbols];
        var count = 0;
        foreach (var c in typed)
        {
            if (c is '-' or ' ') continue;
            if (count == symbols.Length) return false;
            symbols[count++] = c;
        }

        if (count != symbols.Length) return false;
        var payload = new byte[PayloadSize];
        if (!Crockford.TryDecodeTyped(symbols[..PayloadSymbols], payload)) return false;
        var check = Check(payload);
        if (Crockford.ValueOfTyped(symbols[^2]) != check >> 5 || Crockford.ValueOfTyped(symbols[^1]) != (check & 31)) return false;
        code = new EnrolmentCode(payload);
        return true;
    }

    /// <summary>44 symbols in eleven groups of four, as an operator reads them out.</summary>
    public override string ToString()
    {
        var check = Check(_payload);
        var symbols = Crockford.Encode(_payload) + Crockford.Alphabet[check >> 5] + Crockford.Alphabet[check & 31];
        return string.Join('-', symbols.Chunk(4).Select(group => new string(group)));
    }

    private static int Check(ReadOnlySpan<byte> payload)
    {
        var hash = SHA256.HashData(payload);
        return (hash[0] << 2) | (hash[1] >> 6);
    }
}
