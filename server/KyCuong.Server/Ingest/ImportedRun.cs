using System.Globalization;
using System.Security.Cryptography;
using KyCuong.Protos;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Log;

namespace KyCuong.Server.Ingest;

/// <summary>
/// Imported taps as the log enters them: all rows after an id. The digest is SHA-256 over "KCI" 01 and the unsalted digest of each
/// row in the order of their ids; the key is the first and the last id.
/// </summary>
internal static class ImportedRun
{
    private static readonly byte[] Format = "KCI\u0001"u8.ToArray();

    /// <summary>The record; null when there is none.</summary>
    public static LogRecord? After(StoreSession session, long agencyId, long id)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(Format);
        using var rows = session.Prepare("""
            SELECT imported_tap_id, import_id, line, staff_id, badge, at_us, direction, reader
            FROM imported_taps WHERE agency_id = ?1 AND imported_tap_id > ?2 ORDER BY imported_tap_id
            """).Bind(1, agencyId).Bind(2, id);
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

        return first == 0
            ? null
            : new LogRecord(LogKind.Imported, agencyId, "imported_taps", string.Create(CultureInfo.InvariantCulture, $"{agencyId}|{first}|{last}"), Digest.FromBytes(digest.GetHashAndReset()), []);
    }
}
