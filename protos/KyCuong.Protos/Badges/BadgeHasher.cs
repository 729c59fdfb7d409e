using System.Security.Cryptography;

namespace KyCuong.Protos.Badges;

/// <summary>
/// Turns identities into keyed hashes under one key: HMAC-SHA-256(key, level byte | identity bytes), first 16 bytes.
/// Thread-safe.
/// </summary>
public sealed class BadgeHasher
{
    /// <summary>Bytes in a key.</summary>
    public const int KeySize = 32;

    private const int LongestIdentity = BadgeToken.BodyLength;
    private readonly byte[] _key;

    /// <summary>A hasher for the key with this number.</summary>
    /// <exception cref="ArgumentException">The key does not have 32 bytes.</exception>
    public BadgeHasher(uint keyId, ReadOnlySpan<byte> key)
    {
        if (key.Length != KeySize) throw new ArgumentException($"A badge-hash key has {KeySize} bytes.", nameof(key));
        KeyId = keyId;
        _key = key.ToArray();
    }

    /// <summary>The key's number.</summary>
    public uint KeyId { get; }

    /// <summary>The hash of one identity.</summary>
    public BadgeKey Hash(BadgeIdentity identity)
    {
        Span<byte> input = stackalloc byte[1 + LongestIdentity];
        input[0] = (byte)identity.Level;
        identity.Bytes.CopyTo(input[1..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, input[..(1 + identity.Bytes.Length)], hash);
        Bytes128.TryRead(hash[..Bytes128.Size], out var value);
        return new BadgeKey(identity.Level, KeyId, value);
    }

    /// <summary>The hashes of an identity and its partial levels, strongest first.</summary>
    public EquatableList<BadgeKey> HashLevels(BadgeIdentity identity)
    {
        var levels = identity.Levels();
        var keys = new BadgeKey[levels.Count];
        for (var i = 0; i < keys.Length; i++) keys[i] = Hash(levels[i]);
        return new EquatableList<BadgeKey>(keys);
    }

    /// <summary>
    /// The same under several keys, as a tap carries them: strongest level first and, within a level, in the order of
    /// <paramref name="hashers"/>; the weakest go where there are more than <see cref="ContractLimits.BadgeHashesPerTap"/>.
    /// </summary>
    /// <remarks>
    /// Level before key: the first hash that any badge has decides. A partial level under one key, which another card may share, must not come
    /// before the whole number under another.
    /// </remarks>
    /// <param name="hashers">Newest key first; at least one.</param>
    /// <param name="identity">Of the badge.</param>
    public static EquatableList<BadgeKey> HashLevels(IReadOnlyCollection<BadgeHasher> hashers, BadgeIdentity identity)
    {
        BadgeKey[] keys = [.. identity.Levels().SelectMany(level => hashers.Select(hasher => hasher.Hash(level))).Take(ContractLimits.BadgeHashesPerTap)];
        return new EquatableList<BadgeKey>(keys);
    }
}
