using System.Security.Cryptography;
using System.Text;
using KyCuong.Server.Formats;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Imports;

/// <summary>
/// Portraits of staff, one a person: a new one takes the place of the one before, the same again changes nothing, and who is
/// not in the folder keeps theirs. The caller commits.
/// </summary>
internal sealed class PhotoImport(KyCuongDb db, long agencyId, string folder, IReadOnlyList<PhotoFile> photos, long nowUs, ProblemList problems)
{
    /// <summary>Rows saved together: as many portraits as are in memory twice.</summary>
    private const int Batch = 100;

    private sealed record Stored(long PhotoId, byte[] Sha256);

    /// <summary>Finds the people and, without problems, writes what is new.</summary>
    public async Task<ImportCounts> RunAsync(CancellationToken cancel)
    {
        var owners = await OwnersAsync(cancel);
        if (problems.Count > 0) return default;
        var stored = await db.StaffPhotos.AsNoTracking().Where(row => row.AgencyId == agencyId)
            .ToDictionaryAsync(row => row.StaffId, row => new Stored(row.PhotoId, row.Sha256), cancel);
        var moved = owners.Where(owner => !stored.TryGetValue(owner.Staff, out var old) || !old.Sha256.AsSpan().SequenceEqual(owner.Photo.Sha256)).ToList();
        var changed = moved.Count(owner => stored.ContainsKey(owner.Staff));
        var counts = new ImportCounts(photos.Count, moved.Count - changed, changed, photos.Count - moved.Count);
        if (!counts.IsChange) return counts;

        var record = new ImportRow { AgencyId = agencyId, Kind = "photos", FileName = folder, Sha256 = Manifest(), AtUs = nowUs, Rows = photos.Count, Changed = moved.Count };
        db.Imports.Add(record);
        await db.SaveChangesAsync(cancel);
        foreach (var batch in moved.Chunk(Batch))
        {
            var rows = batch.Select(owner => new StaffPhotoRow
            {
                PhotoId = stored.GetValueOrDefault(owner.Staff)?.PhotoId ?? 0,
                AgencyId = agencyId,
                StaffId = owner.Staff,
                ImportId = record.ImportId,
                Sha256 = owner.Photo.Sha256,
                Content = owner.Photo.Content,
            }).ToList();
            // New where the identity is not given yet.
            db.StaffPhotos.UpdateRange(rows);
            await db.SaveChangesAsync(cancel);
            foreach (var row in rows) db.Entry(row).State = EntityState.Detached;
        }

        return counts;
    }

    private async Task<List<(long Staff, PhotoFile Photo)>> OwnersAsync(CancellationToken cancel)
    {
        var staff = await db.Staff.AsNoTracking().Where(row => row.AgencyId == agencyId && row.FullName != "").ToDictionaryAsync(row => row.Code, row => row.StaffId, cancel);
        // No file's name has a slash, and codes may: an underscore stands for it where that names one person only.
        foreach (var alike in staff.Keys.GroupBy(code => code.Replace('/', '_')).Where(codes => codes.Count() == 1).Select(codes => codes.Single()).ToList())
            staff.TryAdd(alike.Replace('/', '_'), staff[alike]);
        var owners = new List<(long, PhotoFile)>(photos.Count);
        var first = new Dictionary<long, string>();
        foreach (var photo in photos)
        {
            if (!staff.TryGetValue(photo.Owner, out var person)) problems.Add(0, photo.File, "", ImportText.Get("photo.staff", photo.Owner));
            else if (!first.TryAdd(person, photo.File)) problems.Add(0, photo.File, "", ImportText.Get("photo.twice", first[person]));
            else owners.Add((person, photo));
        }

        return owners;
    }

    private byte[] Manifest() =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(photos.Select(photo => $"{Convert.ToHexStringLower(photo.Sha256)}  {photo.File}\n"))));
}
