using KyCuong.Kiosk.Identity;
using KyCuong.Protos;
using KyCuong.Protos.Badges;

namespace KyCuong.Kiosk.Taps;

/// <summary>The badge-hash keys in force. Replaced whole when the server rotates them. Thread-safe.</summary>
public sealed class BadgeKeyring(IReadOnlyList<BadgeKeySecret> keys)
{
    private volatile BadgeHasher[] _hashers = Hashers(keys);

    /// <summary>Puts other keys in force, newest first.</summary>
    public void Replace(IReadOnlyList<BadgeKeySecret> keys) => _hashers = Hashers(keys);

    /// <summary>
    /// The hashes of an identity and its partial levels under each key: newest key first, strongest level first, cut at
    /// <see cref="ContractLimits.BadgeHashesPerTap"/>. Every key keeps its strongest level while there is room for any.
    /// </summary>
    public EquatableList<BadgeKey> Hash(BadgeIdentity identity)
    {
        var hashers = _hashers;
        if (hashers.Length == 1) return hashers[0].HashLevels(identity);
        var strongest = new List<BadgeKey>(hashers.Length);
        var partial = new List<BadgeKey>();
        foreach (var hasher in hashers)
        {
            var levels = hasher.HashLevels(identity);
            strongest.Add(levels[0]);
            partial.AddRange(levels.AsSpan()[1..]);
        }

        BadgeKey[] kept = [.. strongest.Concat(partial).Take(ContractLimits.BadgeHashesPerTap)];
        return new EquatableList<BadgeKey>(kept);
    }

    private static BadgeHasher[] Hashers(IReadOnlyList<BadgeKeySecret> keys)
    {
        if (keys.Count is 0 or > ContractLimits.BadgeKeys) throw new ArgumentException($"There are 1 to {ContractLimits.BadgeKeys} badge keys.", nameof(keys));
        return [.. keys.Select(key => key.ToHasher())];
    }
}
