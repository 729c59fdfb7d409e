using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using KyCuong.Protos.Enrolment;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Serve;
using KyCuong.Server.Store;
using KyCuong.Server.Tests.Kiosks;
using KyCuong.Server.Tests.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Serve;

/// <summary>The commands as they are typed.</summary>
public sealed class ServeCommandTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("kycuong-serve-");
    private readonly SpokenConsole _console = new();
    private readonly ShiftedClock _clock = new();
    private readonly StoreOptions _store;

    public ServeCommandTests() => _store = TestStores.Configure(_data.FullName);

    public void Dispose()
    {
        TestStores.Drop(_store);
        _console.Dispose();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task Serve_says_where_it_listens_and_ends_with_0_when_told_to()
    {
        using var told = new CancellationTokenSource();
        var running = RunAsync(told.Token, "serve", "--kiosk-port", "0", "--listen", "127.0.0.1", "--status-lines");
        var line = await _console.LineAsync("@listening port=");
        var port = int.Parse(line["@listening port=".Length..], CultureInfo.InvariantCulture);
        using (var client = new TcpClient()) await client.ConnectAsync(IPAddress.Loopback, port);
        await told.CancelAsync();
        Assert.Equal(0, await running);
        Assert.Contains(_data.FullName, _console.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_cannot_be_opened_is_one_sentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(1, await RunAsync(CancellationToken.None, "serve", "--kiosk-port", port, "--listen", "127.0.0.1"));
        Assert.Contains($"Cổng {port} của địa chỉ 127.0.0.1 đang được chương trình khác dùng.", _console.Complained, StringComparison.Ordinal);
        // RFC 5737: nobody's.
        Assert.Equal(1, await RunAsync(CancellationToken.None, "serve", "--kiosk-port", port, "--listen", "192.0.2.1"));
        Assert.Contains($"Không mở được cổng {port} của địa chỉ 192.0.2.1: ", _console.Complained, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_runs_beside_the_server_starts_with_the_port_open_and_stops_first()
    {
        using var told = new CancellationTokenSource();
        var beside = new Beside();
        var running = RunAsync(server =>
        {
            beside.Port = server.KioskPort;
            return [beside];
        }, told.Token, "serve", "--kiosk-port", "0", "--listen", "127.0.0.1", "--status-lines");
        var line = await _console.LineAsync("@listening port=");
        Assert.Equal(line, string.Create(CultureInfo.InvariantCulture, $"@listening port={beside.Port}"));
        Assert.Equal("started", beside.State);
        await told.CancelAsync();
        await running;
        Assert.Equal("stopped", beside.State);
    }

    [Fact]
    public async Task A_companion_that_ends_when_the_server_is_told_to_is_no_failure()
    {
        using var told = new CancellationTokenSource();
        using var companion = new UntilStopped();
        var running = RunAsync(_ => [companion], told.Token, "serve", "--kiosk-port", "0", "--listen", "127.0.0.1", "--status-lines");
        await _console.LineAsync("@listening port=");
        await told.CancelAsync();
        Assert.Equal(0, await running);
        Assert.Equal("", _console.Complained);
    }

    private sealed class UntilStopped : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var stopped = new TaskCompletionSource();
            stoppingToken.Register(stopped.SetResult);
            return stopped.Task;
        }
    }

    [Fact]
    public async Task A_port_in_use_is_one_sentence_with_the_remedy()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(1, await RunAsync(CancellationToken.None, "serve", "--kiosk-port", port, "--listen", "127.0.0.1"));
        Assert.Contains(port, _console.Complained, StringComparison.Ordinal);
        Assert.Contains("--kiosk-port", _console.Complained, StringComparison.Ordinal);
        Assert.Single(_console.Complained.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Check_config_prints_the_settings_in_force_and_starts_nothing()
    {
        await File.WriteAllTextAsync(Path.Combine(_data.FullName, "server.json"), """{ "kioskPort": 1234, "kioskConnections": 9 }""");
        Assert.Equal(0, await RunAsync(CancellationToken.None, "serve", "--check-config", "--kiosk-port", "4321"));
        Assert.Contains("4321", _console.Said, StringComparison.Ordinal);
        Assert.Contains("kioskConnections 9", _console.Said, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_data.FullName, "store.db")));
    }

    [Fact]
    public async Task Check_config_shows_the_store_without_its_password()
    {
        await File.WriteAllTextAsync(Path.Combine(_data.FullName, "server.json"), """{ "storage": { "provider": "postgres", "connectionString": "Host=db;Database=kycuong;Username=k;Password=secret-word" } }""");
        Assert.Equal(0, await RunAsync(CancellationToken.None, "serve", "--check-config"));
        Assert.Contains("postgres Host=db;Database=kycuong;Username=k;Password=***", _console.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", _console.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_settings_key_that_nobody_knows_stops_serve()
    {
        await File.WriteAllTextAsync(Path.Combine(_data.FullName, "server.json"), """{ "port": 1234 }""");
        Assert.Equal(2, await RunAsync(CancellationToken.None, "serve"));
        Assert.Contains("\"port\"", _console.Complained, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_none_is_wrong_usage()
    {
        Assert.Equal(2, await RunAsync(CancellationToken.None, "serve", "--listen", "gate"));
        Assert.Contains("--listen gate", _console.Complained, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_cannot_be_used_stop_serve()
    {
        Directory.CreateDirectory(Path.Combine(_data.FullName, "keys"));
        await File.WriteAllTextAsync(Path.Combine(_data.FullName, "keys", "ca.crt"), "x");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(_data.FullName, "keys", "ca.crt"), UnixFileMode.UserRead);
        Assert.Equal(1, await RunAsync(CancellationToken.None, "serve", "--kiosk-port", "0"));
        Assert.Contains("ca.key", _console.Complained, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kiosk_add_prints_a_code_that_enrols_and_the_command_to_type()
    {
        await using var server = await RunningServer.StartAsync();
        Assert.Equal(0, await RunOnAsync(server, "kiosk", "add", "CONG-PHU", "--name", "Cổng phụ"));
        var typed = Assert.Single(_console.Said.Split('\n'), line => line.Contains("KyCuong.Kiosk enrol", StringComparison.Ordinal));
        Assert.Contains($":{server.Host.KioskPort} ", typed, StringComparison.Ordinal);
        Assert.True(EnrolmentCode.TryParse(typed[(typed.IndexOf("--code ", StringComparison.Ordinal) + 7)..].Trim(), out var code));
        using var kiosk = new TestKiosk(server);
        await kiosk.EnrolAsync(code.Secret.ToArray());
        Assert.Equal("Cổng phụ", kiosk.Reply!.KioskName);
    }

    [Theory]
    [InlineData(2, "cong", "--name", "X")]
    [InlineData(2, "CONG", "--name", "")]
    [InlineData(2, "CONG")]
    [InlineData(1, "CONG", "--name", "X", "--unit", "KHONG-CO")]
    public async Task A_wrong_kiosk_add_is_refused_in_one_sentence_and_changes_nothing(int exit, params string[] arguments)
    {
        await using var server = await RunningServer.StartAsync();
        Assert.Equal(exit, await RunOnAsync(server, ["kiosk", "add", .. arguments]));
        Assert.Single(_console.Complained.TrimEnd().Split('\n'));
        var (_, kiosks) = await new KioskAdministration(server.Store, _clock).ListAsync(null, null, CancellationToken.None);
        Assert.Empty(kiosks);
    }

    [Fact]
    public async Task A_retired_kiosk_is_not_used_again()
    {
        await using var server = await RunningServer.StartAsync();
        await server.InviteAsync("CONG");
        Assert.Equal(0, await RunOnAsync(server, "kiosk", "retire", "CONG"));
        Assert.Equal(1, await RunOnAsync(server, "kiosk", "retire", "CONG"));
        Assert.Equal(1, await RunOnAsync(server, "kiosk", "add", "CONG"));
        Assert.Equal(0, await RunOnAsync(server, "kiosk", "revoke", "CONG", "--reason", "bị mất"));
        Assert.Equal(1, await RunOnAsync(server, "kiosk", "revoke", "CONG", "--reason", "bị mất"));
        Assert.Equal(1, await RunOnAsync(server, "kiosk", "revoke", "KHAC", "--reason", "bị mất"));
    }

    [Fact]
    public async Task Kiosk_list_shows_each_kiosk_as_a_table_and_as_JSON()
    {
        await using var server = await RunningServer.StartAsync();
        using var kiosk = await server.EnrolAsync("CONG-CHINH");
        await server.InviteAsync("CONG-PHU");
        using var stream = await kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        Assert.Equal(0, await RunOnAsync(server, "kiosk", "list"));
        Assert.Contains("CONG-PHU", _console.Said, StringComparison.Ordinal);
        using var json = new SpokenConsole();
        Assert.Equal(0, await RunOnAsync(server, json, "kiosk", "list", "--format", "json"));
        using var list = JsonDocument.Parse(json.Said);
        Assert.Equal(["CONG-CHINH", "CONG-PHU"], list.RootElement.EnumerateArray().Select(k => k.GetProperty("code").GetString()));
        Assert.Equal([true, false], list.RootElement.EnumerateArray().Select(k => k.GetProperty("connected").GetBoolean()));
        Assert.Equal(["enrolled", "declared"], list.RootElement.EnumerateArray().Select(k => k.GetProperty("state").GetString()));
        Assert.EndsWith("+07:00", list.RootElement[0].GetProperty("lastSeen").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, list.RootElement[1].GetProperty("certificateEnd").ValueKind);
    }

    [Fact]
    public async Task Kiosk_watch_shows_changes_until_it_is_told_to_end()
    {
        await using var server = await RunningServer.StartAsync();
        using var told = new CancellationTokenSource();
        using var console = new SpokenConsole();
        var watching = RunAsync(server, console, told.Token, "kiosk", "watch", "--format", "json");
        await console.LineAsync("[]");
        await server.InviteAsync("CONG-PHU");
        await console.LineAsync("    \"code\": \"CONG-PHU\"");
        await told.CancelAsync();
        Assert.Equal(0, await watching);
    }

    private Task<int> RunOnAsync(RunningServer server, params string[] arguments) => RunOnAsync(server, _console, arguments);

    private static Task<int> RunOnAsync(RunningServer server, SpokenConsole console, params string[] arguments) =>
        RunAsync(server, console, CancellationToken.None, arguments);

    private static async Task<int> RunAsync(RunningServer server, SpokenConsole console, CancellationToken cancel, params string[] arguments)
    {
        var host = new OpenStoreHost(server.Store, server.Store.Data, server.Clock, console, NullLoggerFactory.Instance);
        var root = new RootCommand { KioskCommand.Create(host, new LiveServer(server.Host.Kiosks, server.Host.KioskPort)) };
        host.AddOptions(root);
        return await CommandLine.RunAsync(root, arguments, console, cancel);
    }

    private Task<int> RunAsync(CancellationToken cancel, params string[] arguments) => RunAsync(_ => [], cancel, arguments);

    private async Task<int> RunAsync(Func<ServerHost, IEnumerable<IHostedService>> companions, CancellationToken cancel, params string[] arguments)
    {
        var host = new ProcessHost(arguments, _clock, _console, NullLoggerFactory.Instance);
        var root = new RootCommand { ServeCommand.Create(host, _console, _clock, NullLoggerFactory.Instance, companions) };
        host.AddOptions(root);
        return await CommandLine.RunAsync(root, [.. arguments, "--data", _data.FullName], _console, cancel);
    }

    private sealed class Beside : IHostedService
    {
        public int Port { get; set; }

        public string State { get; private set; } = "new";

        public Task StartAsync(CancellationToken cancellationToken)
        {
            State = "started";
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            State = "stopped";
            return Task.CompletedTask;
        }
    }
}
