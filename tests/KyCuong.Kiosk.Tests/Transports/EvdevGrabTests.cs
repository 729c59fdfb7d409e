using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos.Enrolment;
using KyCuong.Protos.V1;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Transports;

/// <summary>What the built kiosk asks of an input device before it reads a key: to be alone, and to be stamped by a clock that is never set (readers, section 3.3).</summary>
public sealed class EvdevGrabTests : IAsyncLifetime, IDisposable
{
    private const int Busy = 16;
    private const int Invalid = 22;
    private const string Alone = "grab 1";
    private const string Monotonic = "clock 1";

    private readonly TempFolder _folder = new();
    private InputDevice _device = null!;
    private FakeServer _server = null!;

    public async Task InitializeAsync() => _server = await FakeServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _device?.Dispose();
        _folder.Dispose();
    }

    private EpochState Entries => _server.State.Epochs.Count == 0 ? new EpochState() : _server.State.Journal(Assert.Single(_server.State.Epochs));

    private async Task<KioskProcess> RunAsync()
    {
        var code = EnrolmentCode.Create(_server.State.Secret, _server.Authority.Certificate.RawData).ToString();
        var enrolled = await KioskProcess.RunAsync("enrol", "--data", _folder.Path, "--server", _server.Address.ToString(), "--code", code);
        Assert.True(enrolled.Code == 0, enrolled.Error);
        await File.WriteAllTextAsync(_folder.File("kiosk.json"), $$"""
            { "readers": [ { "id": "ra", "port": "{{_device.Port}}", "protocol": "keyboard", "format": "8h10d", "direction": "out" } ] }
            """);
        return KioskProcess.StartBehind(_device.Preloading, ["run", "--data", _folder.Path, "--status-lines"]);
    }

    // A key within a silence of the opening may be the tail of a line begun before it, and is refused: this one is to be whole.
    private async Task TappedAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(200), RealClock.Wall);
        _device.Type("0407821498");
        await RealClock.UntilAsync(() => Entries.Taps.Count == 1, "the tap");
        Assert.Equal(("ra", Technology.Em4100), (Entries.Taps[0].Tap.Reader, Entries.Taps[0].Tap.Technology));
    }

    [InputDeviceFact]
    public async Task A_reader_that_types_is_grabbed_and_stamped_by_the_monotonic_clock_before_it_is_read()
    {
        _device = new InputDevice();
        using var kiosk = await RunAsync();
        await kiosk.SaidAsync("@ready readers=1");
        Assert.Equal([Alone, Monotonic], _device.Asked);
        await TappedAsync();
        // Nothing gave it back while the kiosk ran.
        Assert.Equal([Alone, Monotonic], _device.Asked);
        kiosk.Terminate();
        Assert.Equal(0, await kiosk.ExitAsync());
    }

    [InputDeviceFact]
    public async Task A_reader_that_another_program_holds_is_a_fault_told_in_a_sentence_and_read_when_it_is_let_go()
    {
        _device = new InputDevice();
        _device.Answer(Busy, 0);
        using var kiosk = await RunAsync();
        await RealClock.UntilAsync(() => Entries.Entries.Any(entry => entry.ReaderFault is not null), "the fault");
        var fault = Entries.Entries.First(entry => entry.ReaderFault is not null).ReaderFault;
        Assert.Equal(("ra", FaultCode.Busy), (fault.Reader, fault.Fault));
        Assert.Equal($"{_device.Port} bị chương trình khác giữ; hãy tìm bằng \"fuser -v\" và dừng chương trình đó", fault.Detail);
        // Nothing is read that somebody else reads, too.
        _device.Type("0407821498");
        var tries = _device.Asked.Count;
        await RealClock.UntilAsync(() => _device.Asked.Count >= tries + 2, "two more tries");
        Assert.All(_device.Asked, asked => Assert.Equal(Alone, asked));
        Assert.Empty(Entries.Taps);

        _device.Answer(0, 0);
        await RealClock.UntilAsync(() => Entries.Entries.Any(entry => entry.ReaderRecovery is not null), "the recovery");
        Assert.Equal([Alone, Monotonic], _device.Asked.TakeLast(2));
        kiosk.Terminate();
        Assert.Equal(0, await kiosk.ExitAsync());
    }

    [InputDeviceFact]
    public async Task A_reader_that_cannot_be_stamped_so_is_a_fault_and_not_read()
    {
        _device = new InputDevice();
        _device.Answer(0, Invalid);
        using var kiosk = await RunAsync();
        await RealClock.UntilAsync(() => Entries.Entries.Any(entry => entry.ReaderFault is not null), "the fault");
        var fault = Entries.Entries.First(entry => entry.ReaderFault is not null).ReaderFault;
        Assert.Equal(FaultCode.Io, fault.Fault);
        Assert.Contains("errno 22", fault.Detail, StringComparison.Ordinal);
        _device.Answer(0, 0);
        await RealClock.UntilAsync(() => Entries.Entries.Any(entry => entry.ReaderRecovery is not null), "the recovery");
        await kiosk.SaidAsync("@ready readers=1");
        kiosk.Terminate();
        Assert.Equal(0, await kiosk.ExitAsync());
    }
}
