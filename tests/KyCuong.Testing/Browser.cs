using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KyCuong.Testing;

/// <summary>A real Chromium without a window, steered over its DevTools protocol. One page; one caller at a time.</summary>
public sealed class Browser : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private const string Listening = "DevTools listening on ";
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private readonly Process _process;
    private readonly string _profile;
    private readonly ClientWebSocket _socket = new();
    private string _session = "";
    private int _last;

    private Browser(Process process, string profile) => (_process, _profile) = (process, profile);

    /// <summary>The program; null where none is installed.</summary>
    public static string? Program { get; } = Names
        .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>Starts it with one empty page of this size.</summary>
    public static async Task<Browser> StartAsync(int width = 1920, int height = 1080)
    {
        var profile = Directory.CreateTempSubdirectory("kycuong-browser-").FullName;
        var start = new ProcessStartInfo(Program ?? throw new InvalidOperationException("no Chromium: install the package chromium")) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])
            ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update",
             "--disable-default-apps", "--disable-sync", "--autoplay-policy=no-user-gesture-required", "--mute-audio", "--hide-scrollbars", "--force-device-scale-factor=1",
             "--remote-debugging-port=0", $"--user-data-dir={profile}", "about:blank"])
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, said) =>
        {
            if (said.Data is null) listening.TrySetException(new InvalidOperationException("Chromium ended at once"));
            else if (said.Data.StartsWith(Listening, StringComparison.Ordinal)) listening.TrySetResult(said.Data[Listening.Length..]);
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var patience = new CancellationTokenSource(Patience);
        var address = await listening.Task.WaitAsync(patience.Token);
        var browser = new Browser(process, profile);
        await browser._socket.ConnectAsync(new Uri(address), patience.Token);
        var target = await browser.CallAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
        var attached = await browser.CallAsync("Target.attachToTarget", new JsonObject { ["targetId"] = (string)target["targetId"]!, ["flatten"] = true });
        browser._session = (string)attached["sessionId"]!;
        await browser.ResizeAsync(width, height);
        return browser;
    }

    /// <summary>Gives the page another size, in pixels.</summary>
    public Task ResizeAsync(int width, int height) => CallAsync(
        "Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false });

    /// <summary>Goes to an address.</summary>
    public Task OpenAsync(string address) => CallAsync("Page.navigate", new JsonObject { ["url"] = address });

    /// <summary>What an expression gives on the page, awaited if it is a promise, as text; null for null and undefined.</summary>
    public async Task<string?> EvaluateAsync(string expression)
    {
        var answer = await CallAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true, ["userGesture"] = true });
        if (answer["exceptionDetails"] is { } failed) throw new InvalidOperationException($"{expression}: {failed}");
        return answer["result"]?["value"]?.ToString();
    }

    /// <summary>Waits until an expression gives this, and says what it gave instead when it never does.</summary>
    public async Task ExpectAsync(string expression, string? value)
    {
        var since = Stopwatch.GetTimestamp();
        string? seen;
        while ((seen = await EvaluateAsync(expression)) != value)
        {
            if (Stopwatch.GetElapsedTime(since) > Patience) throw new InvalidOperationException($"waited for {expression} to be \"{value}\"; it is \"{seen}\"");
            await PauseAsync(10);
        }
    }

    /// <summary>Writes what the page shows as PNG.</summary>
    public async Task ShootAsync(string path)
    {
        var answer = await CallAsync("Page.captureScreenshot", new JsonObject { ["format"] = "png" });
        await File.WriteAllBytesAsync(path, Convert.FromBase64String((string)answer["data"]!));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        for (var attempt = 0; attempt < 10; attempt++)
        {
            try
            {
                Directory.Delete(_profile, recursive: true);
                return;
            }
            catch (IOException)
            {
                // One of its processes is still writing.
                await PauseAsync(100);
            }
        }
    }

#pragma warning disable RS0030 // A browser runs on real time.
    private static Task PauseAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);
#pragma warning restore RS0030

    private async Task<JsonObject> CallAsync(string method, JsonObject parameters)
    {
        using var patience = new CancellationTokenSource(Patience);
        var id = ++_last;
        var call = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (_session.Length > 0) call["sessionId"] = _session;
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(call), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
        while (true)
        {
            var message = await ReceiveAsync(patience.Token);
            if ((int?)message["id"] != id) continue;
            return message["error"] is { } error ? throw new InvalidOperationException($"{method}: {error}") : message["result"]!.AsObject();
        }
    }

    private async Task<JsonObject> ReceiveAsync(CancellationToken cancellation)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[65536];
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, cancellation);
            whole.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(whole.ToArray())!.AsObject();
    }
}
