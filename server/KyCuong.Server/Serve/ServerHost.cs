using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using KyCuong.Protos;
using KyCuong.Protos.V1;
using KyCuong.Server.Certificates;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Ingest;
using KyCuong.Server.Pins;
using KyCuong.Server.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Serve;

/// <summary>
/// The running server: the kiosk port over an open store. <c>serve</c>, the demo and tests start it the same way.
/// Disposing stops it; the store stays open and is the caller's.
/// </summary>
public sealed class ServerHost : IAsyncDisposable
{
    /// <summary>The folder of keys in the data directory.</summary>
    public const string KeyFolder = "keys";

    private readonly WebApplication _application;
    private readonly CertificateAuthority _authority;
    private readonly List<IHostedService> _companions = [];
    private bool _stopped;

    private ServerHost(WebApplication application, CertificateAuthority authority, ServerStore store, KioskSessions kiosks, TapIngest ingest)
    {
        _application = application;
        _authority = authority;
        Store = store;
        Kiosks = kiosks;
        Ingest = ingest;
    }

    /// <summary>The port kiosks connect to, also when any free one was asked for.</summary>
    public int KioskPort { get; private set; }

    /// <summary>The store it serves.</summary>
    public ServerStore Store { get; }

    /// <summary>What the kiosks' streams tell beyond the store.</summary>
    public KioskSessions Kiosks { get; }

    /// <summary>Where taps come in.</summary>
    public TapIngest Ingest { get; }

    /// <summary>Everything that can be asked of the kiosk port, e.g. "/kycuong.v1.Enrolment/Enrol", patterns included.</summary>
    internal IEnumerable<string> Routes =>
        _application.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(endpoint => endpoint.RoutePattern.RawText ?? "");

    /// <summary>Ends when the server has stopped, by <see cref="StopAsync"/> or because one of its parts or companions failed.</summary>
    public Task Stopped => Task.WhenAny(
        _companions.OfType<BackgroundService>().Select(companion => companion.ExecuteTask).OfType<Task>().Append(_application.WaitForShutdownAsync()));

    /// <summary>Starts listening.</summary>
    /// <param name="store">Open; stays the caller's.</param>
    /// <param name="options">Checked settings.</param>
    /// <param name="loggers">Where its parts log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up starting.</param>
    /// <param name="companions">Services that run as long as the server does, started after the port is open; null: none.</param>
    /// <exception cref="CommandException">The port is taken or the keys cannot be used; the message says what to do.</exception>
    public static async Task<ServerHost> StartAsync(
        ServerStore store, ServerOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel,
        Func<ServerHost, IEnumerable<IHostedService>>? companions = null)
    {
        var keys = store.Data.Folder(KeyFolder);
        var authority = OpenAuthority(keys, time);
        ServerHost? host = null;
        try
        {
            var sessions = new KioskSessions();
            var ingest = new TapIngest(store, new IngestOptions(), time, loggers.CreateLogger<TapIngest>());
            var application = Build(store, options, loggers, time, keys, authority, sessions, ingest);
            host = new ServerHost(application, authority, store, sessions, ingest);
            try
            {
                await application.StartAsync(cancel);
            }
            catch (Exception problem) when (problem is IOException or SocketException)
            {
                throw PortProblem(options, problem);
            }

            var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
            host.KioskPort = new Uri(addresses.Addresses.First()).Port;
            foreach (var companion in companions?.Invoke(host) ?? [])
            {
                // Not the caller's token: a background service would take its cancellation for the order to stop.
                await companion.StartAsync(CancellationToken.None);
                host._companions.Add(companion);
            }

            return host;
        }
        catch
        {
            if (host is not null) await host.DisposeAsync();
            else authority.Dispose();
            throw;
        }
    }

    private static CommandException PortProblem(ServerOptions options, Exception problem)
    {
        var cause = problem.GetBaseException();
        return new CommandException(
            cause is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }
                ? ServeText.Get("port.taken", options.KioskPort, options.Listen)
                : ServeText.Get("port.failed", options.KioskPort, options.Listen, cause.Message.TrimEnd('.')),
            problem);
    }

    /// <summary>
    /// Ends the streams with UNAVAILABLE, finishes what is being committed, and stops listening. Streams that have not ended
    /// after <see cref="ServerOptions.StopTimeout"/> are cut.
    /// </summary>
    public async Task StopAsync(CancellationToken cancel = default)
    {
        if (_stopped) return;
        _stopped = true;
        foreach (var companion in Enumerable.Reverse(_companions)) await companion.StopAsync(cancel);
        await _application.StopAsync(cancel);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _application.DisposeAsync();
        await Ingest.DisposeAsync();
        _authority.Dispose();
    }

    /// <summary>Opens the CA in the key folder of a data directory, for the server and for commands.</summary>
    /// <exception cref="CommandException">Its files cannot be used.</exception>
    internal static CertificateAuthority OpenAuthority(string keys, TimeProvider time)
    {
        try
        {
            return CertificateAuthority.OpenOrCreate(keys, time);
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ServeText.Get("keys", problem.Message), problem);
        }
    }

    private static WebApplication Build(
        ServerStore store, ServerOptions options, ILoggerFactory loggers, TimeProvider time, string keys, CertificateAuthority authority,
        KioskSessions sessions, TapIngest ingest)
    {
        var agencies = new AgencyCodes(store);
        var certificate = new ServerCertificate(authority, agencies.Current, time);
        var admission = new KioskAdmission(authority, store, time);
        var badgeKeys = new BadgeKeyRing(keys);
        var guard = new ConnectionGuard(options.KioskConnections, time, loggers.CreateLogger<ConnectionGuard>());

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            Serve.KioskPort.SetLimits(kestrel, options);
            kestrel.Listen(new IPEndPoint(options.Listen, options.KioskPort), listen => Serve.KioskPort.Secure(listen, certificate, agencies, admission, guard));
        });
        var services = builder.Services;
        services.AddSingleton(loggers);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.Replace(ServiceDescriptor.Singleton<IHostLifetime, CallerLifetime>());
        services.Configure<HostOptions>(o => o.ShutdownTimeout = options.StopTimeout);
        services.AddSingleton(time);
        services.AddSingleton(store);
        services.AddSingleton(authority);
        services.AddSingleton(certificate);
        services.AddSingleton(admission);
        services.AddSingleton(badgeKeys);
        services.AddSingleton(sessions);
        services.AddSingleton(ingest);
        services.AddSingleton<EnrolmentGuard>();
        services.AddSingleton<RosterSource>();
        services.AddSingleton<PresenceSource>();
        services.AddSingleton<HoursSource>();
        services.AddSingleton<KioskConfigurations>();
        services.AddSingleton<PinGuard>();
        services.AddSingleton<StaffCodeChecks>();
        services.AddSingleton<LogWitness>();
        services.AddSingleton<KioskHeads>();
        services.AddSingleton<KioskGate>();
        services.AddSingleton<EnrolmentService>();
        services.AddSingleton<KioskLinkService>();
        services.AddHostedService<KioskWatcher>();
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = ContractLimits.MessageBytes;
            grpc.MaxSendMessageSize = ContractLimits.MessageBytes;
            grpc.EnableDetailedErrors = false;
            grpc.Interceptors.Add<KioskGate>();
        });

        var application = builder.Build();
        application.UseRouting();
        application.MapGrpcService<EnrolmentService>();
        application.MapGrpcService<KioskLinkService>();
        application.MapGrpcService<ReportingService>();
        return application;
    }

    /// <summary>Part of the contract, not served yet: every method answers UNIMPLEMENTED, behind the same gate.</summary>
    private sealed class ReportingService : Reporting.ReportingBase;

    /// <summary>Signals are the caller's: the command line ends a command by its cancellation token.</summary>
    private sealed class CallerLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
