using System.Globalization;
using System.Security.Cryptography;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Log;

namespace KyCuong.Server.Certificates;

/// <summary>
/// A badge-hash key of an agency. The bytes are a secret: they are never logged and never leave the server except to an
/// enrolled kiosk of that agency.
/// </summary>
public sealed class BadgeSecret(uint keyId, byte[] key)
{
    /// <summary>The key's number, from 1.</summary>
    public uint KeyId => keyId;

    /// <summary>32 bytes.</summary>
    public ReadOnlySpan<byte> Key => key;

    /// <summary>Hashes badges under this key.</summary>
    public BadgeHasher CreateHasher() => new(keyId, key);

    /// <summary>The number alone.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"badge key {keyId}");
}

/// <summary>
/// The badge-hash keys of each agency. Their numbers stand in <c>badge_keys</c>, their bytes in
/// <c>keys/badge-&lt;agency id&gt;-&lt;key id&gt;.key</c> (0600), so that a copy of the store alone finds no badge.
/// Thread-safe as far as the sessions given are.
/// </summary>
public sealed class BadgeKeyRing(string keyDirectory)
{
    /// <summary>
    /// The agency's keys, newest first, 1 to <see cref="ContractLimits.BadgeKeys"/>; makes the first one when there is none.
    /// Call it inside the writer's transaction.
    /// </summary>
    /// <param name="lease">The writer's.</param>
    /// <param name="agencyId">The agency's row.</param>
    /// <param name="nowUs">UTC µs, for <c>created_us</c> of a new key.</param>
    /// <exception cref="InvalidDataException">A key's file is missing or damaged; the message names it.</exception>
    public IReadOnlyList<BadgeSecret> Ensure(WriteLease lease, long agencyId, long nowUs)
    {
        var session = lease.Session;
        var ids = Ids(session, agencyId);
        if (ids.Length > 0) return Load(agencyId, ids);
        const uint first = 1;
        // The file before the row: a row without its file would make every badge of the agency unreadable. A file without
        // its row is left from a transaction that did not end, and nothing has been hashed with it.
        SecretFile.CreateDirectory(keyDirectory);
        SecretFile.Write(PathOf(agencyId, first), RandomNumberGenerator.GetBytes(BadgeHasher.KeySize));
        using var insert = session.Prepare("INSERT INTO badge_keys (agency_id, key_id, created_us) VALUES (?1, ?2, ?3)");
        insert.Bind(1, agencyId).Bind(2, first).Bind(3, nowUs).Run();
        lease.Log.Add(RowImage.Written(agencyId, "badge_keys", [agencyId, first], ("agency_id", agencyId), ("key_id", first), ("created_us", nowUs)));
        return Load(agencyId, [first]);
    }

    /// <summary>The agency's keys, newest first; empty when it has none yet.</summary>
    /// <exception cref="InvalidDataException">A key's file is missing or damaged; the message names it.</exception>
    public IReadOnlyList<BadgeSecret> Read(StoreSession session, long agencyId) => Load(agencyId, Ids(session, agencyId));

    private static uint[] Ids(StoreSession session, long agencyId)
    {
        using var rows = session.Prepare("SELECT key_id FROM badge_keys WHERE agency_id = ?1 ORDER BY key_id DESC LIMIT ?2");
        rows.Bind(1, agencyId).Bind(2, ContractLimits.BadgeKeys);
        var ids = new List<uint>();
        while (rows.Step()) ids.Add((uint)rows.Number(0));
        return [.. ids];
    }

    private List<BadgeSecret> Load(long agencyId, uint[] ids)
    {
        var keys = new List<BadgeSecret>(ids.Length);
        foreach (var id in ids)
        {
            var path = PathOf(agencyId, id);
            var key = SecretFile.Read(path);
            if (key is not { Length: BadgeHasher.KeySize })
                throw new InvalidDataException($"{path} is missing or does not have {BadgeHasher.KeySize} bytes; restore it from the backup of the keys.");
            keys.Add(new BadgeSecret(id, key));
        }

        return keys;
    }

    private string PathOf(long agencyId, uint keyId) =>
        Path.Combine(keyDirectory, string.Create(CultureInfo.InvariantCulture, $"badge-{agencyId}-{keyId}.key"));
}
