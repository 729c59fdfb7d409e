using Grpc.Core;
using KyCuong.Protos.V1;
using KyCuong.Server.Certificates;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// Looks at the store every <see cref="KioskBounds.WatchInterval"/>: ends the streams of kiosks that were revoked or retired,
/// tells streams that their roster changed, and writes down new software versions. What commands change takes effect by this,
/// whichever way they changed it. While the store is away it waits for it.
/// </summary>
internal sealed partial class KioskWatcher(
    ServerStore store, KioskSessions sessions, RosterSource rosters, TimeProvider time, ILogger<KioskWatcher> logger)
    : BackgroundService
{
    private readonly Dictionary<long, ulong> _versions = [];
    private bool _away;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(KioskBounds.WatchInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
                await WriteDownAsync(stoppingToken);
                if (_away) LogBack();
                _away = false;
            }
            catch (Exception problem) when (store.Writer.WasLost(problem))
            {
                if (!_away) LogAway(problem.GetBaseException().Message);
                _away = true;
            }
        }
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        await using var db = store.NewReader();
        var agencies = await db.Agencies.OrderBy(a => a.Code).ToListAsync(cancel);

        var open = sessions.Open();
        if (open.Count > 0)
        {
            var nowUs = time.NowUs();
            var ended = await db.Kiosks.Where(k => k.State != KioskState.Enrolled).Select(k => k.KioskId).ToHashSetAsync(cancel);
            var revoked = (await db.KioskCertificates.Where(c => c.RevokedUs != null && c.NotAfterUs > nowUs).Select(c => c.Thumbprint).ToListAsync(cancel))
                .Select(Convert.ToHexString).ToHashSet(StringComparer.Ordinal);
            foreach (var session in open)
            {
                var kiosk = session.Kiosk;
                if (!ended.Contains(kiosk.KioskId) && !revoked.Contains(kiosk.Thumbprint) && nowUs < kiosk.NotAfterUs) continue;
                session.End(StatusCode.PermissionDenied, "This kiosk's certificate is no longer good.");
                LogCut(kiosk.KioskCode);
            }
        }

        foreach (var agency in agencies)
        {
            var version = rosters.VersionOf(agency);
            if (_versions.TryGetValue(agency.AgencyId, out var before) && before == version) continue;
            _versions[agency.AgencyId] = version;
            foreach (var session in open)
                if (session.Kiosk.AgencyId == agency.AgencyId) session.Refresh();
        }
    }

    private async Task WriteDownAsync(CancellationToken cancel)
    {
        var changes = sessions.NewSoftware();
        if (changes.Count == 0) return;
        await using var lease = await store.LeaseAsync(cancel);
        await using var db = lease.NewContext();
        foreach (var (id, software) in changes)
        {
            var kiosk = await db.Kiosks.SingleAsync(k => k.KioskId == id, cancel);
            kiosk.Software = software;
        }

        await db.SaveChangesAsync(cancel);
        await lease.CommitAsync();
        sessions.SoftwareWritten(changes);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The stream of kiosk {Kiosk} is ended: its certificate is no longer good")]
    private partial void LogCut(string kiosk);

    [LoggerMessage(Level = LogLevel.Error, Message = "The store is away: kiosks keep their taps until it is back. {Cause}")]
    private partial void LogAway(string cause);

    [LoggerMessage(Level = LogLevel.Information, Message = "The store is back")]
    private partial void LogBack();
}
