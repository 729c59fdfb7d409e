using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;

namespace Grpc.InteropHost;

/// <summary>Runs the interop cases against a server; one line a case. Exit code 0 when all are good.</summary>
internal static class InteropClient
{
    public static async Task<int> RunAsync(Arguments arguments, TextWriter output)
    {
        var server = arguments.Required("server");
        var wanted = arguments["case"] ?? "all";
        var chosen = wanted == "all" ? [.. InteropCases.All] : InteropCases.All.Append(InteropCases.Refused).Where(c => c.Name == wanted).ToList();
        if (chosen.Count == 0)
            throw new ArgumentException($"The case '{wanted}' is not known; there are: {string.Join(", ", InteropCases.All.Select(c => c.Name))}.");

        var secure = arguments["ca"] is not null;
        using var handler = NewHandler(arguments);
        using var spy = new EncodingSpy(handler);
        using var channel = GrpcChannel.ForAddress($"{(secure ? "https" : "http")}://{server}", new GrpcChannelOptions { HttpHandler = spy });
        var failed = 0;
        foreach (var (name, run) in chosen)
        {
            try
            {
                await run(new InteropContext(channel, spy));
                await output.WriteLineAsync($"{name}: passed");
            }
#pragma warning disable CA1031 // Each case is told of; none stops the others.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failed++;
                await output.WriteLineAsync($"{name}: FAILED: {e.Message.ReplaceLineEndings(" ")}");
            }
        }
        return failed == 0 ? 0 : 1;
    }

    private static SocketsHttpHandler NewHandler(Arguments arguments)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            UseProxy = false,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
        };
        if (arguments["ca"] is not { } caFile) return handler;

        var ca = X509CertificateLoader.LoadCertificateFromFile(caFile);
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0
            && certificate is X509Certificate2 server
            && CertificateRules.IsOf(ca, server, CertificateRules.ServerAuthentication);
        if (arguments["cert"] is { } certificateFile)
            handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificateFile, arguments.Required("key"))];
        return handler;
    }
}
