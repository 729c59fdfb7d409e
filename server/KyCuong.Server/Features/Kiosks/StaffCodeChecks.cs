using KyCuong.Protos.V1;
using KyCuong.Server.Pins;
using KyCuong.Server.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// Says to kiosks whether a PIN is that of a staff code. An unknown code, a person whom the kiosk does not serve, one without
/// a PIN, a wrong PIN and a gate whose agency does not want this are answered alike and after the same work. The PIN is
/// compared and forgotten. Thread-safe.
/// </summary>
internal sealed partial class StaffCodeChecks(ServerStore store, RosterSource rosters, PinGuard guard, ILogger<StaffCodeChecks> logger)
{
    /// <summary>The answer; its grammar was checked.</summary>
    public async Task<StaffCodeAnswer> AnswerAsync(KioskIdentity kiosk, StaffCodeCheck asked, CancellationToken cancel)
    {
        var answer = new StaffCodeAnswer { RequestId = asked.RequestId };
        if (guard.TryBegin(kiosk.AgencyId, kiosk.KioskId, asked.StaffCode, out var wait) is not { } begun)
        {
            LogWaits(kiosk.KioskCode, wait);
            answer.WaitUs = (ulong)UnixTime.ToUs(wait);
            return answer;
        }

        var (person, pin) = await FindAsync(kiosk, asked.StaffCode, cancel);
        if (!pin.Is(asked.Pin) || person is not { } accepted) return answer;
        guard.Forgive(begun);
        (answer.Accepted, answer.PersonId) = (true, accepted);
        return answer;
    }

    private async Task<(ulong? Person, PinHash Pin)> FindAsync(KioskIdentity kiosk, string staffCode, CancellationToken cancel)
    {
        var roster = await rosters.GetAsync(kiosk.KioskId, cancel);
        await using var db = store.NewReader();
        var policy = await db.Agencies.Where(agency => agency.AgencyId == kiosk.AgencyId).Select(agency => agency.Policy).SingleAsync(cancel);
        if (!GatePolicy.Parse(policy).Is(GateSetting.StaffCodeEntry) || roster.PersonOf(staffCode) is not { } person) return (null, PinHash.Nobody);
        var row = await db.StaffPins.SingleOrDefaultAsync(pin => pin.AgencyId == kiosk.AgencyId && pin.StaffId == (long)person, cancel);
        return row is null ? (null, PinHash.Nobody) : (person, new PinHash(row.Salt, row.Hash, row.Rounds));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kiosk {Kiosk}: too many wrong PINs, the next is looked at in {Wait}")]
    private partial void LogWaits(string kiosk, TimeSpan wait);
}
