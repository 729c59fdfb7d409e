using System.Globalization;
using System.Security.Cryptography;
using KyCuong.Protos;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Log;

namespace KyCuong.Server.Ingest;

/// <summary>
/// Imported taps as the log enters them. The digest is SHA-256 over "KCI" 01, the entry's salt, and the digest of each row in the order of their
/// ids; the key is agency, first and last id. When some of them are erased, the others are entered anew under the same key.
/// </summary>
internal static class ImportedRun
{
    private static readonly byte[] Format = "KCI\u0001"u8.ToArray();

    /// <summary>The record of all after an id; null when there is none.</summary>
    public static LogRecord? After(StoreSession session, long agencyId, long id)
    {
        var salt = RandomNumberGenerator.GetBytes(RowImage.SaltSize);
        var (digest, first, last) = Read(session, agencyId, id + 1, long.MaxValue, salt);
        return first == 0 ? null : Record(agencyId, first, last, digest, salt);
    }

    /// <summary>The record of what is left between two ids.</summary>
    public static LogRecord Of(StoreSession session, long agencyId, long first, long last)
    {
        var salt = RandomNumberGenerator.GetBytes(RowImage.SaltSize);
        return Record(agencyId, first, last, Read(session, agencyId, first, last, salt).Digest, salt);
    }

    private static LogRecord Record(long agencyId, long first, long last, Digest digest, byte[] salt) =>
        new(LogKind.Imported, agencyId, "imported_taps", string.Create(CultureInfo.InvariantCulture, $"{agencyId}|{first}|{last}"), digest, salt);

    private static (Digest Digest, long First, long Last) Read(StoreSession session, long agencyId, long from, long to, byte[] salt)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(Format);
        digest.AppendData(salt);
        using var rows = session.Prepare("""
            SELECT imported_tap_id, import_id, line, staff_id, badge, at_us, direction, reader
            FROM imported_taps WHERE agency_id = ?1 AND imported_tap_id BETWEEN ?2 AND ?3 ORDER BY imported_tap_id
            """).Bind(1, agencyId).Bind(2, from).Bind(3, to);
        var (first, last) = (0L, 0L);
        Span<byte> bytes = stackalloc byte[Digest.Size];
        while (rows.Step())
        {
            last = rows.Number(0);
            if (first == 0) first = last;
            RowImage.Of("imported_taps", new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["imported_tap_id"] = last, ["agency_id"] = agencyId, ["import_id"] = rows.Number(1), ["line"] = rows.Number(2), ["staff_id"] = rows.Number(3),
                ["badge"] = rows.Bytes(4).ToArray(), ["at_us"] = rows.Number(5), ["direction"] = rows.Number(6), ["reader"] = rows.Text(7),
            }, []).CopyTo(bytes);
            digest.AppendData(bytes);
        }

        return (Digest.FromBytes(digest.GetHashAndReset()), first, last);
    }
}
