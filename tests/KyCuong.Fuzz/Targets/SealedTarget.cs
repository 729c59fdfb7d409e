using System.Buffers.Binary;
using System.Security.Cryptography;
using KyCuong.Server.Features.Backups;

namespace KyCuong.Fuzz.Targets;

/// <summary>
/// A sealed backup, opened with a fixed key. What was altered anywhere, cut or lengthened is refused with the exceptions that are documented; what opens is
/// what a second sealer, written from the format's description, makes of it again.
/// </summary>
internal sealed class SealedTarget : ITarget
{
    private static readonly byte[] Key = SHA256.HashData("fuzz"u8);

    public string Name => "sealed";

    public int Weight => 5;

    public IReadOnlyList<byte[]> Seeds { get; } = [.. Enumerable.Range(1, 6).Select(i => Make(new Random(i)))];

    public byte[] Generate(Random random) => Make(random);

    /// <summary>Two buffers of 64 KiB, and what was opened.</summary>
    public long MostAllocated(int inputBytes) => (1L << 20) + (16L * inputBytes);

    public string? Take(byte[] input)
    {
        using var plain = new MemoryStream();
        try
        {
            using var reader = new SealedReader(new MemoryStream(input), Key);
            reader.CopyTo(plain);
            reader.Drain();
        }
        catch (Exception refused) when (refused is InvalidDataException or CryptographicException)
        {
            return null;
        }

        return Seal(input[4..36], plain.ToArray()).AsSpan().SequenceEqual(input) ? null : "an altered backup opens";
    }

    private static byte[] Make(Random random)
    {
        var (salt, plain) = (new byte[32], new byte[random.Next(8) == 0 ? 65_536 + random.Next(-1, 2) : random.Next(2_000)]);
        random.NextBytes(salt);
        random.NextBytes(plain);
        return Seal(salt, plain);
    }

    /// <summary>"KCB" 01, salt, then chunks of 64 KiB: AES-256-GCM under HKDF-SHA-256(key, salt), nonce = place u64, 0, 0, 0, last.</summary>
    private static byte[] Seal(byte[] salt, byte[] plain)
    {
        using var cipher = new AesGcm(HKDF.DeriveKey(HashAlgorithmName.SHA256, Key, 32, salt, "kycuong backup 1"u8.ToArray()), 16);
        List<byte> file = [.. "KCB\u0001"u8, .. salt];
        for (var place = 0; ; place++)
        {
            var chunk = plain.AsSpan(place * 65_536, Math.Min(65_536, plain.Length - (place * 65_536)));
            var last = chunk.Length < 65_536;
            var (nonce, text, tag) = (new byte[12], new byte[chunk.Length], new byte[16]);
            BinaryPrimitives.WriteInt64BigEndian(nonce, place);
            nonce[11] = last ? (byte)1 : (byte)0;
            cipher.Encrypt(nonce, chunk, text, tag);
            file.AddRange([.. text, .. tag]);
            if (last) return [.. file];
        }
    }
}
