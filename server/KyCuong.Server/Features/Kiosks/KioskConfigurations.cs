using KyCuong.Protos.V1;
using KyCuong.Server.Certificates;
using KyCuong.Server.Store;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>The settings the server gives each kiosk. Thread-safe.</summary>
internal sealed class KioskConfigurations(ServerStore store, BadgeKeyRing badgeKeys, HoursSource hours)
{
    /// <summary>
    /// What this kiosk should work with now. Its version is the agency's roster version and below it the first day of the
    /// hours: it grows with each change of the agency, though most of them leave the settings as they were, and once a week.
    /// </summary>
    public async Task<Configuration> GetAsync(long kioskId, CancellationToken cancel)
    {
        await using var db = store.NewReader();
        await using var moment = db.BeginMoment();
        var kiosk = await db.Kiosks.SingleAsync(k => k.KioskId == kioskId, cancel);
        var agency = await db.Agencies.SingleAsync(a => a.AgencyId == kiosk.AgencyId, cancel);
        var gate = GatePolicy.Parse(agency.Policy);
        var today = hours.Today(agency);
        var configuration = new Configuration
        {
            Version = RosterVersion.Of(agency.RosterVersion, HoursWindow.First(kioskId, today)),
            AgencyName = agency.Name,
            KioskName = kiosk.Name,
            TimeZone = agency.TimeZone,
            Discreet = gate.Is(GateSetting.Discreet),
            Speak = gate.Is(GateSetting.Speak),
            MonthCount = gate.Is(GateSetting.MonthCount),
            DirectionButtons = gate.Is(GateSetting.DirectionButtons),
            StaffCodeEntry = gate.Is(GateSetting.StaffCodeEntry),
        };
        var keys = badgeKeys.Read(db.Session, agency.AgencyId);
        configuration.BadgeKeys.AddRange(keys.Select(EnrolmentService.ToMessage));
        configuration.Hours.AddRange(await hours.OfAsync(db, agency, kiosk, today, cancel));
        return configuration;
    }
}
