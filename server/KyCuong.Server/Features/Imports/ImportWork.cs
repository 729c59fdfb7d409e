using System.Security.Cryptography;
using KyCuong.Protos.Badges;
using KyCuong.Rules;
using KyCuong.Server.Certificates;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Features.Imports;

/// <summary>One import under way, inside its lease. Not thread-safe.</summary>
internal sealed record ImportWork(
    CommandContext Context, WriteLease Lease, KyCuongDb Db, AgencyRow Agency, string Kind, string Name, byte[] Content, TableFile Table, ProblemList Problems, List<ImportNote> Notes)
{
    private ImportRow? _record;

    /// <summary>The clock, UTC microseconds.</summary>
    public long NowUs => Instant.From(Context.Time.GetUtcNow()).Micros;

    /// <summary>Hashers of the agency's keys, the newest first; the first key is made when there is none.</summary>
    public IReadOnlyList<BadgeHasher> Hashers() =>
        [.. new BadgeKeyRing(Context.Data.Folder("keys")).Ensure(Lease, Agency.AgencyId, NowUs).Select(key => key.CreateHasher())];

    /// <summary>The note of this import, saved once so that taps can name it.</summary>
    public async Task<ImportRow> RecordAsync(CancellationToken cancel)
    {
        if (_record is not null) return _record;
        _record = new ImportRow { AgencyId = Agency.AgencyId, Kind = Kind, FileName = Name, Sha256 = SHA256.HashData(Content), AtUs = NowUs };
        Db.Imports.Add(_record);
        await Db.SaveChangesAsync(cancel);
        return _record;
    }
}
