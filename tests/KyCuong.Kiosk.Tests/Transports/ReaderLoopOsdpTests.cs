using KyCuong.Kiosk.Tests.Support;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;
using KyCuong.Readers.Cards;
using KyCuong.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Tests.Transports;

/// <summary>A reader on a bus that is polled, through the kernel's terminals.</summary>
public sealed class ReaderLoopOsdpTests
{
    private static readonly byte[] Uid = [0x9D, 0x2F, 0x11, 0xA0];
    private static readonly ReaderOptions Options = ReaderOptions.Default with { Card = CardBits.Uid };

    [Fact]
    public async Task Reader_is_ready_when_it_said_how_it_is_and_its_cards_and_tampering_are_told()
    {
        using var device = new RunningModule<OsdpReader>(new OsdpReader());
        await using var reader = new RunningReader("tty:" + device.Link, "osdp", hold: RunningReader.Endless, driver: Options);
        reader.Expect("ready");
        device.With(d => { d.Card(32, Uid); d.Card(26, [0xEA, 0x83, 0xE8, 0x40]); d.Card(56, [0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6]); return 0; });
        reader.Expect("tap 9D2F11A0");
        reader.Expect("refused NotInGrammar");
        reader.Expect("tap 04A1B2C3D4E5F6");
        device.With(d => { d.Tell(0x48, [1, 0]); return d.Tampered = true; });
        reader.Expect("fault Tampered");
        Assert.Contains("mở vỏ", reader.LastSentence, StringComparison.Ordinal);
        device.With(d => { d.Tell(0x48, [0, 0]); return d.Tampered = false; });
        reader.Expect("ready");
        await reader.StopAsync();
    }

    [Fact]
    public async Task Half_a_card_before_an_unplugging_at_any_byte_never_joins_what_comes_after_it()
    {
        var packet = OsdpReader.Packet(0x80, 6, 0x50, [0, 0, 32, 0, .. Uid]);
        using var device = new RunningModule<OsdpReader>(new OsdpReader());
        await using var reader = new RunningReader("tty:" + device.Link, "osdp", driver: Options);
        reader.Expect("ready");
        for (var cut = 1; cut < packet.Length; cut++)
        {
            device.Send(packet.AsSpan(0, cut));
            device.Unplug();
            reader.Expect("fault Unplugged");
            device.Plug();
            device.Send(packet.AsSpan(cut));
            reader.Expect("ready");
        }

        device.With(d => { d.Card(32, Uid); return 0; });
        reader.Expect("tap 9D2F11A0");
        await reader.StopAsync();
    }

    [Fact]
    public async Task Reader_that_takes_encrypted_commands_only_is_said_so()
    {
        using var device = new RunningModule<OsdpReader>(new OsdpReader { SecureOnly = true });
        await using var reader = new RunningReader("tty:" + device.Link, "osdp", driver: Options);
        reader.Expect("fault SecureOnly");
        Assert.Contains("Secure Channel", reader.LastSentence, StringComparison.Ordinal);
        device.With(d => d.SecureOnly = false);
        reader.Expect("ready");
        await reader.StopAsync();
    }

    [Fact]
    public async Task Reader_that_does_not_answer_is_a_fault_until_it_does()
    {
        using var device = new RunningModule<OsdpReader>(new OsdpReader { Answers = false });
        await using var reader = new RunningReader("tty:" + device.Link, "osdp", driver: Options);
        reader.Expect("fault NoAnswer");
        device.With(d => d.Answers = true);
        reader.Expect("ready");
        await reader.StopAsync();
    }

    [Fact]
    public async Task Verdict_lights_and_sounds_at_the_reader()
    {
        using var device = new RunningModule<OsdpReader>(new OsdpReader());
        using var stop = new CancellationTokenSource();
        var address = ReaderAddress.Parse("tty:" + device.Link);
        var protocol = ReaderCatalog.Find("osdp")!;
        var ready = new Ready();
        var loop = new ReaderLoop(new ReaderLoopOptions("r1") { Driver = Options }, token => address.Open(protocol.DefaultLine, RealClock.Wall, token), protocol, ready, RealClock.Wall, NullLogger<ReaderLoop>.Instance);
        var running = loop.RunAsync(stop.Token);
        await ready.Said.Task.WaitAsync(RealClock.Patience, RealClock.Wall);
        loop.Indicate(ReaderSignal.Recorded);
        while (!device.With(d => d.Log.Contains("6A0002010101")))
            await Task.Yield();
        Assert.Contains("690000020A0002020A000000000000", device.With(d => d.Log.ToArray()));
        await stop.CancelAsync();
        await running;
    }

    private sealed class Ready : IReaderEvents
    {
        public TaskCompletionSource Said { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsKnown(RawRead read) => false;

        public void Tap(RawRead read) => Assert.Fail("no card was shown");

        public void Refused(RefusedRead refused) => Assert.Fail("no card was shown");

        public void RefusedAgain(RefusedRead refused)
        {
        }

        public void RefusalsCounted(RefusedRead refused) => Refused(refused);

        public void Faulted(ReaderFault fault, string what, long at) => Said.TrySetException(new InvalidOperationException(what));

        void IReaderEvents.Ready(long at) => Said.TrySetResult();
    }
}
