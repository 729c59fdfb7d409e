using System.Collections.Concurrent;
using System.Net;
using KyCuong.Protos.Enrolment;
using KyCuong.Server.Certificates;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Serve;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Store;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>A real server on a free port of this machine over a real store, with an agency in it.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly TestStore _files;

    private RunningServer(TestStore files, ShiftedClock clock, KeptLog log, ServerHost host, long agencyId, CertificateAuthority authority)
    {
        _files = files;
        Clock = clock;
        Log = log;
        Host = host;
        AgencyId = agencyId;
        Authority = authority;
    }

    public const string Agency = "BQLKCN";

    public ServerStore Store => _files.Store;

    /// <summary>Of PostgreSQL; empty on SQLite.</summary>
    public string ConnectionString => _files.Options.ConnectionString;

    public ServerHost Host { get; }

    public ShiftedClock Clock { get; }

    public KeptLog Log { get; }

    public long AgencyId { get; }

    /// <summary>The server's own CA, opened a second time, to issue what a test needs.</summary>
    public CertificateAuthority Authority { get; }

    public Uri Url => new($"https://localhost:{Host.KioskPort}");

    public static async Task<RunningServer> StartAsync(TestStore? files = null, int? connections = null)
    {
        files ??= new TestStore();
        var clock = new ShiftedClock();
        var log = new KeptLog();
        var agency = await files.AddAgencyAsync(Agency);
        var options = new ServerOptions { KioskPort = 0, Listen = IPAddress.Loopback };
        if (connections is { } most) options = options with { KioskConnections = most };
        var host = await ServerHost.StartAsync(files.Store, options, LoggerFactory.Create(logging => logging.AddProvider(log)), clock, CancellationToken.None);
        return new RunningServer(files, clock, log, host, agency, CertificateAuthority.OpenOrCreate(files.Data.PathOf(ServerHost.KeyFolder), clock));
    }

    /// <summary>Declares a kiosk and gives its one-time code.</summary>
    public async Task<EnrolmentCode> InviteAsync(string code = "CONG-CHINH") =>
        (await new KioskAdministration(Store, Clock).InviteAsync(Agency, code, code, null, Authority, CancellationToken.None)).Code;

    /// <summary>A kiosk that is enrolled.</summary>
    public async Task<TestKiosk> EnrolAsync(string code = "CONG-CHINH")
    {
        var invitation = await InviteAsync(code);
        var kiosk = new TestKiosk(this);
        await kiosk.EnrolAsync(invitation.Secret.ToArray());
        return kiosk;
    }

    public Task WriteAsync(Action<KyCuongDb> change) => _files.WriteAsync(change);

    public async Task<T> ReadAsync<T>(Func<KyCuongDb, Task<T>> read)
    {
        await using var db = Store.NewReader();
        return await read(db);
    }

    /// <summary>A person posted today who holds a badge with this hash.</summary>
    public async Task AddPersonAsync(string code, string name, byte[] badgeHash)
    {
        var unit = new UnitRow { AgencyId = AgencyId, Code = "U-" + code, Name = "Phòng " + code };
        var person = new StaffRow { AgencyId = AgencyId, Code = code, FullName = name, NameSort = [1] };
        var badge = new BadgeRow { AgencyId = AgencyId, Kind = "em10h", State = KyCuong.Protos.V1.BadgeState.Active };
        await WriteAsync(db =>
        {
            db.Units.Add(unit);
            db.Staff.Add(person);
            db.Badges.Add(badge);
        });
        var from = DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime).AddDays(-30);
        await WriteAsync(db =>
        {
            db.Postings.Add(new PostingRow { AgencyId = AgencyId, StaffId = person.StaffId, UnitId = unit.UnitId, FromDate = from });
            db.BadgeHashes.Add(new BadgeHashRow { AgencyId = AgencyId, BadgeId = badge.BadgeId, KeyId = 1, Level = KyCuong.Protos.V1.CredentialLevel.Em, Hash = badgeHash });
            db.BadgeHoldings.Add(new BadgeHoldingRow { AgencyId = AgencyId, BadgeId = badge.BadgeId, StaffId = person.StaffId, FromDate = from });
            var agency = db.Agencies.Single(a => a.AgencyId == AgencyId);
            agency.RosterVersion++;
        });
    }

    /// <summary>Switches a setting of the gate, as an apply file does.</summary>
    public Task SetGateAsync(GateSetting setting, bool on) => WriteAsync(db =>
    {
        var agency = db.Agencies.Single(a => a.AgencyId == AgencyId);
        agency.Policy = GatePolicy.Parse(agency.Policy).With(setting, on).ToJson();
        agency.RosterVersion++;
    });

    public async ValueTask DisposeAsync()
    {
        Authority.Dispose();
        await Host.DisposeAsync();
        await _files.DisposeAsync();
    }
}

/// <summary>The machine's clock and timers, with the date moved by a test.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Shift { get; set; }

#pragma warning disable RS0030 // A test host chooses the clock.
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
#pragma warning restore RS0030
}

/// <summary>What the server logged.</summary>
internal sealed class KeptLog : ILoggerProvider
{
    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private sealed class Logger(KeptLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Lines.Enqueue((logLevel, formatter(state, exception) + exception));
    }
}
