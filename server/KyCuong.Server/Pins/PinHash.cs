using System.Security.Cryptography;
using System.Text;
using KyCuong.Protos;

namespace KyCuong.Server.Pins;

/// <summary>
/// A PIN in no readable form. So few digits can be found again by trying them all, so each try is made dear (PBKDF2 with
/// HMAC-SHA-256) and no two PINs are tried at once (a salt of its own each). Pure but for the salt.
/// </summary>
/// <param name="Salt">16 random bytes.</param>
/// <param name="Hash">32 bytes.</param>
/// <param name="Rounds">Of PBKDF2.</param>
internal sealed record PinHash(byte[] Salt, byte[] Hash, int Rounds)
{
    /// <summary>Rounds of a new PIN: about a tenth of a second on one core, so a million PINs are more than a day.</summary>
    public const int NewRounds = 300_000;

    private const int SaltSize = 16;

    /// <summary>What is compared with where there is no PIN, so that the answer takes as long.</summary>
    public static PinHash Nobody { get; } = new(new byte[SaltSize], new byte[Digest.Size], NewRounds);

    /// <summary>A PIN of so many random digits.</summary>
    public static string NewPin(int digits) => RandomNumberGenerator.GetString("0123456789", digits);

    /// <summary>A PIN with a salt of its own.</summary>
    public static PinHash Of(string pin)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        return new PinHash(salt, Derive(pin, salt, NewRounds), NewRounds);
    }

    /// <summary>Whether this is the PIN; takes as long whatever differs.</summary>
    public bool Is(string pin) => CryptographicOperations.FixedTimeEquals(Derive(pin, Salt, Rounds), Hash);

    private static byte[] Derive(string pin, byte[] salt, int rounds) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(pin), salt, rounds, HashAlgorithmName.SHA256, Digest.Size);
}
