using System.Buffers.Binary;
using System.Text;
using KyCuong.Protos.V1;

namespace KyCuong.Protos.Badges;

/// <summary>
/// What a reading says of a badge: a level and the bytes of that level, in the order the air interface gives them
/// (<c>em:</c> 5 bytes, <c>a:</c> 4, 7 or 10 bytes, <c>kc:</c> the 16 characters). It lives in memory only, between a
/// read or an import and its hashing; nothing stores or logs it. Immutable.
/// </summary>
public sealed class BadgeIdentity : IEquatable<BadgeIdentity>
{
    private readonly byte[] _bytes;

    private BadgeIdentity(CredentialLevel level, ReadOnlySpan<byte> bytes)
    {
        Level = level;
        _bytes = bytes.ToArray();
    }

    /// <summary>How much of the card the reading kept.</summary>
    public CredentialLevel Level { get; }

    /// <summary>The level's bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>
    /// An identity of this level, or null when the length does not fit the level or the value is no identity: all zero,
    /// all one, a maker's test value, a random or truncated UID (readers, section 9.4).
    /// </summary>
    public static BadgeIdentity? TryCreate(CredentialLevel level, ReadOnlySpan<byte> bytes) =>
        HasLength(level, bytes.Length) && !IsNoIdentity(level, bytes) ? new BadgeIdentity(level, bytes) : null;

    /// <summary>True for values many cards share, so that they identify nobody (readers, section 9.4).</summary>
    public static bool IsNoIdentity(CredentialLevel level, ReadOnlySpan<byte> bytes)
    {
        if (level == CredentialLevel.Kc) return false;
        if (!bytes.ContainsAnyExcept((byte)0x00) || !bytes.ContainsAnyExcept((byte)0xFF)) return true;
        return level switch
        {
            // 08: random at each tap; 88 first: a 7-byte UID cut after the cascade tag, 88 last: the same, reversed.
            CredentialLevel.A when bytes.Length == 4 => bytes[0] is 0x08 or 0x88 || bytes[3] == 0x88 || IsMakersDefault(bytes),
            // A UID as a Wiegand reader gives it: nobody knows whether in order or reversed.
            CredentialLevel.W34 when bytes.Length == 4 => IsMakersDefault(bytes) || IsMakersDefault([bytes[3], bytes[2], bytes[1], bytes[0]]),
            _ => false,
        };
    }

    private static bool IsMakersDefault(ReadOnlySpan<byte> uid) => BinaryPrimitives.ReadUInt32BigEndian(uid) is 0xDEADBEEF or 0x01020304 or 0x12345678;

    /// <summary>
    /// This identity and the partial ones that truncating readers would give of the same card, strongest first
    /// (readers, section 9.3). At most <see cref="ContractLimits.BadgeHashesPerTap"/>.
    /// </summary>
    public IReadOnlyList<BadgeIdentity> Levels()
    {
        var levels = new List<BadgeIdentity> { this };
        ReadOnlySpan<byte> low = default;
        switch (Level)
        {
            case CredentialLevel.Em:
                low = _bytes.AsSpan(1);
                Add(CredentialLevel.Em32, low);
                Add(CredentialLevel.Em24, low[1..]);
                Add(CredentialLevel.EmA, [_bytes[0], low[2], low[3]]);
                Add(CredentialLevel.EmB, [low[0], low[2], low[3]]);
                break;
            case CredentialLevel.Em32:
                low = _bytes;
                Add(CredentialLevel.Em24, low[1..]);
                Add(CredentialLevel.EmB, [low[0], low[2], low[3]]);
                break;
        }

        return levels;

        void Add(CredentialLevel level, ReadOnlySpan<byte> bytes)
        {
            if (TryCreate(level, bytes) is { } identity) levels.Add(identity);
        }
    }

    private static bool HasLength(CredentialLevel level, int length) => level switch
    {
        CredentialLevel.Em => length == 5,
        CredentialLevel.Em32 or CredentialLevel.W34 => length == 4,
        CredentialLevel.Em24 or CredentialLevel.EmA or CredentialLevel.EmB or CredentialLevel.A24 or CredentialLevel.W26 => length == 3,
        CredentialLevel.A => length is 4 or 7 or 10,
        CredentialLevel.Kc => length == BadgeToken.BodyLength,
        _ => false,
    };

    /// <inheritdoc />
    public bool Equals(BadgeIdentity? other) => other is not null && Level == other.Level && Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as BadgeIdentity);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Level);
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    /// <summary>The level only: the number must not reach a log by accident.</summary>
    public override string ToString() => Level.ToString();

    /// <summary>Text of a badge code, for <see cref="CredentialLevel.Kc"/>.</summary>
    internal static BadgeIdentity OfBadgeCode(ReadOnlySpan<char> body)
    {
        Span<byte> bytes = stackalloc byte[BadgeToken.BodyLength];
        Encoding.ASCII.GetBytes(body, bytes);
        return new BadgeIdentity(CredentialLevel.Kc, bytes);
    }
}
