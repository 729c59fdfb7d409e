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

    /// <inheritdoc cref="BadgeHasher.HashLevels(IReadOnlyCollection{BadgeHasher}, BadgeIdentity)" />
    public EquatableList<BadgeKey> Hash(BadgeIdentity identity) => BadgeHasher.HashLevels(_hashers, identity);

    private static BadgeHasher[] Hashers(IReadOnlyList<BadgeKeySecret> keys)
    {
        if (keys.Count is 0 or > ContractLimits.BadgeKeys) throw new ArgumentException($"There are 1 to {ContractLimits.BadgeKeys} badge keys.", nameof(keys));
        return [.. keys.Select(key => key.ToHasher())];
    }
}
