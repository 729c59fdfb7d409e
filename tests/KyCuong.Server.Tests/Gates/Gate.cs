using KyCuong.Server.Features.Demo;

namespace KyCuong.Server.Tests.Gates;

/// <summary>What an officer heard.</summary>
/// <param name="Gate">Where.</param>
/// <param name="Officer">Number of the officer.</param>
/// <param name="Title">The verdict, e.g. "Đi muộn 7 phút".</param>
internal sealed record Heard(string Gate, int Officer, string Title)
{
    private const string Late = "Đi muộn ";

    /// <summary>Minutes of lateness told; null: none were.</summary>
    public int? LateMinutes => Title.StartsWith(Late, StringComparison.Ordinal)
        ? int.Parse(Title.AsSpan(Late.Length, Title.IndexOf(' ', Late.Length) - Late.Length), System.Globalization.CultureInfo.InvariantCulture)
        : null;
}

/// <summary>A gate with a reader for coming and one for going, a kiosk process and its own line to the server.</summary>
internal sealed class Gate(string code, string directory, int serverPort, TimeProvider time) : IAsyncDisposable
{
    private const string Separator = " · ";
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly SerialDeviceServer _in = new(), _out = new();
    private KioskProcess? _kiosk;

    public CuttableLine Line { get; } = new(serverPort);

    /// <summary>All it said, in order.</summary>
    public List<Heard> Said { get; } = [];

    private KioskProcess Kiosk => _kiosk ?? throw new InvalidOperationException("not running");

    public static string Name(int officer) => $"Cán Bộ {officer:000}";

    public static string Badge(int officer) => $"0F{officer:X8}";

    /// <summary>Enrols it with a code of <c>kiosk add</c>.</summary>
    public async Task EnrolAsync(string enrolmentCode)
    {
        Directory.CreateDirectory(directory);
        await ConfigureAsync();
        using var patience = new CancellationTokenSource(Patience, time);
        await KioskProcess.EnrolAsync(directory, Line.Address, enrolmentCode, patience.Token);
    }

    /// <summary>Makes it a copy of another gate's disk, with readers and a line to the server of its own.</summary>
    public async Task CloneAsync(Gate other, string otherDirectory)
    {
        foreach (var file in Directory.GetFiles(otherDirectory, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(directory, Path.GetRelativePath(otherDirectory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        await ConfigureAsync();
        var facts = Path.Combine(directory, "identity", "kiosk.json");
        var text = await File.ReadAllTextAsync(facts);
        await File.WriteAllTextAsync(facts, text.Replace(other.Line.Address, Line.Address, StringComparison.Ordinal));
    }

    /// <summary>What the kiosk that runs printed last.</summary>
    public IReadOnlyCollection<string> Lines => Kiosk.Lines;

    private Task ConfigureAsync() => File.WriteAllTextAsync(Path.Combine(directory, "kiosk.json"), $$"""
            {
              "readers": [
                { "id": "vao", "port": "{{_in.Address}}", "protocol": "rdm6300", "direction": "in" },
                { "id": "ra", "port": "{{_out.Address}}", "protocol": "rdm6300", "direction": "out" }
              ],
              "screen": { "port": 0 },
              "limits": { "retryFirst": "200ms", "retryLongest": "1s" }
            }
            """);

    /// <summary>Starts its kiosk and waits for its readers.</summary>
    public async Task StartAsync()
    {
        _kiosk = KioskProcess.Run(directory);
        using var patience = new CancellationTokenSource(Patience, time);
        await _kiosk.ReadyAsync(patience.Token);
    }

    /// <summary>Waits until the kiosk that runs has met the server.</summary>
    public async Task LinkedAsync()
    {
        using var patience = new CancellationTokenSource(Patience, time);
        await Kiosk.LinkedAsync(patience.Token);
    }

    /// <summary>Ends the kiosk at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        await Kiosk.DisposeAsync();
        _kiosk = null;
    }

    /// <summary>Stops the kiosk in order; what it still had the server has then.</summary>
    public async Task StopAsync()
    {
        using var patience = new CancellationTokenSource(Patience, time);
        Assert.Equal(0, await Kiosk.StopAsync(patience.Token));
    }

    /// <summary>Rosters taken so far.</summary>
    public int Rosters => Kiosk.Lines.Count(line => line.StartsWith("@roster ", StringComparison.Ordinal));

    public Task<Heard> InAsync(int officer) => TapAsync(_in, officer);

    public Task<Heard> OutAsync(int officer) => TapAsync(_out, officer);

    /// <summary>Waits for something the kiosk or the server does.</summary>
    public async Task UntilAsync(Func<bool> reached, string what)
    {
        for (var start = time.GetTimestamp(); !reached(); await Task.Delay(TimeSpan.FromMilliseconds(5), time))
            if (time.GetElapsedTime(start) > Patience) throw new TimeoutException($"{code}: no {what}. It said: {string.Join('\n', Kiosk.Lines)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_kiosk is not null) await _kiosk.DisposeAsync();
        await Line.DisposeAsync();
        await _in.DisposeAsync();
        await _out.DisposeAsync();
    }

    private async Task<Heard> TapAsync(SerialDeviceServer reader, int officer)
    {
        var before = LinesOf(officer).Length;
        using (var patience = new CancellationTokenSource(Patience, time))
            await reader.WriteAsync(ReaderFrames.Rdm6300(Convert.FromHexString(Badge(officer))), patience.Token);
        await UntilAsync(() => LinesOf(officer).Length > before, $"verdict on officer {officer}");
        var heard = new Heard(code, officer, LinesOf(officer)[^1].Split(Separator)[1]);
        Said.Add(heard);
        return heard;
    }

    private string[] LinesOf(int officer) => [.. Kiosk.Lines.Where(line => line.Contains(Separator + Name(officer) + Separator, StringComparison.Ordinal))];
}
