using KyCuong.Protos.Enrolment;
using KyCuong.Server.Certificates;
using KyCuong.Server.Cli;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>A one-time code for a kiosk, to be read out to whoever stands at it.</summary>
/// <param name="Kiosk">The kiosk's code.</param>
/// <param name="Code">The one-time code.</param>
/// <param name="ExpiresUs">When it ends, UTC µs.</param>
/// <param name="TimeZone">The agency's zone, IANA name.</param>
/// <param name="Anew">True: the kiosk was known; this is a further code for it.</param>
internal sealed record KioskInvitation(string Kiosk, EnrolmentCode Code, long ExpiresUs, string TimeZone, bool Anew);

/// <summary>One line of <c>kiosk list</c>. Instants are UTC µs; null: nothing known.</summary>
internal sealed record KioskListItem(
    string Code, string Name, string? Unit, string State, bool Quarantined, bool Connected, long? EnrolledUs, long? SeenUs, long? KnownUntilUs,
    ulong? Unsent, long? CertificateEndUs, string? Software, KioskLossRow? Loss, bool LossOvertaken);

/// <summary>What an operator does with kiosks. Each change is one transaction; running streams follow within <see cref="KioskBounds.WatchInterval"/>.</summary>
internal sealed class KioskAdministration(ServerStore store, TimeProvider time)
{
    /// <summary>Declares a kiosk, or finds the one declared, and makes a one-time code for it.</summary>
    /// <exception cref="CommandException">The code or name is malformed, the unit unknown, or the kiosk retired or revoked.</exception>
    public async Task<KioskInvitation> InviteAsync(string? agencyCode, string code, string? name, string? unitCode, CertificateAuthority authority, CancellationToken cancel)
    {
        if (!IsKioskCode(code)) throw Usage("add.code", code, KioskBounds.KioskCodeLength);
        if (name is not null && (name.Trim().Length == 0 || name.Length > KioskBounds.KioskNameLength || name.Any(char.IsControl)))
            throw Usage("add.name", KioskBounds.KioskNameLength);
        await using var lease = await store.LeaseAsync(cancel);
        await using var db = lease.NewContext();
        var agency = await AgencyChoice.FindAsync(db, agencyCode, cancel);
        if (!PeerName.IsAgencyCode(agency.Code)) throw new CommandException(KioskText.Get("add.agency", agency.Code, PeerName.AgencyCodeLength));
        var unit = await FindUnitAsync(db, agency.AgencyId, unitCode, cancel);
        var kiosk = await db.Kiosks.SingleOrDefaultAsync(k => k.AgencyId == agency.AgencyId && k.Code == code, cancel);
        var anew = kiosk is not null;
        if (kiosk is null)
        {
            kiosk = new KioskRow
            {
                AgencyId = agency.AgencyId,
                Code = code,
                Name = name?.Trim() ?? throw Usage("add.needsName", code),
                UnitId = unit?.UnitId,
                State = KioskState.Declared,
                CreatedUs = time.NowUs(),
            };
            db.Kiosks.Add(kiosk);
            await db.SaveChangesAsync(cancel);
        }
        else
        {
            if (kiosk.State is KioskState.Retired or KioskState.Revoked) throw new CommandException(KioskText.Get("add.ended", code, KioskText.Get("state." + kiosk.State)));
            if (name is not null && name.Trim() != kiosk.Name) throw new CommandException(KioskText.Get("add.otherName", code, kiosk.Name));
            if (unitCode is not null && unit?.UnitId != kiosk.UnitId) throw new CommandException(KioskText.Get("add.otherUnit", code));
        }

        var (secret, expires) = await EnrolmentCodes.IssueAsync(db, kiosk, authority, time.NowUs(), cancel);
        await lease.CommitAsync();
        return new KioskInvitation(code, secret, expires, agency.TimeZone, anew);
    }

    /// <summary>Takes a kiosk out of service: retired in order, or revoked because it can no longer be trusted. Its certificates and codes end.</summary>
    /// <exception cref="CommandException">No such kiosk, or it is out of service already.</exception>
    public async Task EndAsync(string? agencyCode, string code, string state, CancellationToken cancel)
    {
        await using var lease = await store.LeaseAsync(cancel);
        await using var db = lease.NewContext();
        var agency = await AgencyChoice.FindAsync(db, agencyCode, cancel);
        var kiosk = await db.Kiosks.SingleOrDefaultAsync(k => k.AgencyId == agency.AgencyId && k.Code == code, cancel)
            ?? throw new CommandException(KioskText.Get("end.unknown", code));
        // A retired kiosk can still turn out to have been stolen.
        if (kiosk.State == KioskState.Revoked || kiosk.State == state) throw new CommandException(KioskText.Get("end.already", code, KioskText.Get("state." + kiosk.State)));
        var nowUs = time.NowUs();
        kiosk.State = state;
        kiosk.EndedUs ??= nowUs;
        await EnrolmentService.RevokeAsync(db, kiosk.KioskId, nowUs, except: [], cancel);
        await foreach (var open in db.EnrolmentCodes.Where(c => c.KioskId == kiosk.KioskId && c.UsedUs == null && c.ExpiresUs > nowUs).AsAsyncEnumerable().WithCancellation(cancel))
            open.ExpiresUs = nowUs;
        await db.SaveChangesAsync(cancel);
        await lease.CommitAsync();
    }

    /// <summary>All kiosks of the agency by code, with what the streams tell when the server runs here.</summary>
    public async Task<(AgencyRow Agency, IReadOnlyList<KioskListItem> Kiosks)> ListAsync(string? agencyCode, KioskSessions? live, CancellationToken cancel)
    {
        await using var db = store.NewReader();
        var agency = await AgencyChoice.FindAsync(db, agencyCode, cancel);
        var kiosks = await db.Kiosks.Where(k => k.AgencyId == agency.AgencyId).OrderBy(k => k.Code).ToListAsync(cancel);
        var units = await db.Units.Where(u => u.AgencyId == agency.AgencyId).ToDictionaryAsync(u => u.UnitId, u => u.Code, cancel);
        var ends = await db.KioskCertificates.Where(c => c.AgencyId == agency.AgencyId && c.RevokedUs == null)
            .GroupBy(c => c.KioskId).Select(g => new { g.Key, End = g.Max(c => c.NotAfterUs) }).ToDictionaryAsync(g => g.Key, g => g.End, cancel);
        var losses = await KioskLosses.LastAsync(db, agency.AgencyId, cancel);
        return (agency, [.. kiosks.Select(kiosk =>
        {
            var now = live?.Of(kiosk.KioskId);
            var loss = losses.GetValueOrDefault(kiosk.KioskId);
            return new KioskListItem(
                kiosk.Code, kiosk.Name, kiosk.UnitId is { } unit ? units[unit] : null, kiosk.State, kiosk.Quarantined, now?.Connected ?? false, kiosk.EnrolledUs,
                Later(kiosk.SeenUs, now?.SeenUs), kiosk.KnownUntilUs, now?.Health?.UnsentEntries,
                ends.TryGetValue(kiosk.KioskId, out var end) ? end : null, now?.Software ?? kiosk.Software,
                loss, loss?.OvertakenBy(kiosk) ?? false);
        })]);
    }

    private static long? Later(long? one, long? other) => one is null ? other : other is null ? one : Math.Max(one.Value, other.Value);

    private static bool IsKioskCode(string code) =>
        code.Length is > 0 and <= KioskBounds.KioskCodeLength && code.All(c => c is >= 'A' and <= 'Z' or >= '0' and <= '9' or '-');

    private static async Task<UnitRow?> FindUnitAsync(KyCuongDb db, long agencyId, string? code, CancellationToken cancel) =>
        code is null
            ? null
            : await db.Units.SingleOrDefaultAsync(u => u.AgencyId == agencyId && u.Code == code, cancel)
                ?? throw new CommandException(KioskText.Get("add.unit", code));

    private static CommandException Usage(string key, params ReadOnlySpan<object?> values) => new(KioskText.Get(key, values)) { ExitCode = 2 };
}
