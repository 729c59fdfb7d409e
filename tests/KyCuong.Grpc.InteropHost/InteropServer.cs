using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Grpc.InteropHost;

/// <summary>Hosts the TestService on one loopback port until it is told to stop. Port 0 takes a free one and prints it.</summary>
internal static class InteropServer
{
    public static async Task RunAsync(Arguments arguments, TimeProvider time, TextWriter output)
    {
        var port = int.Parse(arguments.Required("port"), NumberStyles.None, CultureInfo.InvariantCulture);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(time);
        builder.Services.AddGrpc(o => o.MaxReceiveMessageSize = 16 * 1024 * 1024);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxConcurrentConnections = 256;
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
            kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (arguments["cert"] is { } certificate) listen.UseHttps(https => Secure(https, certificate, arguments.Required("key"), arguments["client-ca"]));
            });
        });

        await using var app = builder.Build();
        app.MapGrpcService<TestServiceImpl>();
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        await output.WriteLineAsync($"listening {new Uri(address).Port}");
        await output.FlushAsync();
        await app.WaitForShutdownAsync();
    }

    private static void Secure(HttpsConnectionAdapterOptions https, string certificate, string key, string? clientCa)
    {
        https.ServerCertificate = X509Certificate2.CreateFromPemFile(certificate, key);
        if (clientCa is null) return;
        var ca = X509CertificateLoader.LoadCertificateFromFile(clientCa);
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        https.ClientCertificateValidation = (client, _, _) => CertificateRules.IsOf(ca, client, CertificateRules.ClientAuthentication);
    }
}
