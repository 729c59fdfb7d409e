using KyCuong.Kiosk.Tests.Support;
using KyCuong.Kiosk.Transports;
using KyCuong.Kiosk.Transports.Pcsc;
using KyCuong.Readers;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Transports;

/// <summary>PC/SC tests share the service's socket: one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class PcscCollection
{
    public const string Name = "pcsc";
}

/// <summary>Finding a PC/SC reader, and what is said when there is none.</summary>
[Collection(PcscCollection.Name)]
public sealed class PcscTransportTests
{
    private static readonly string[] Two = ["ACS ACR122U PICC Interface 00 00", "ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 01 00"];

    [Theory]
    [InlineData("ACS ACR122U", 0)]
    [InlineData("ACS ACR122U PICC Interface 00 00", 0)]
    [InlineData("ACS ACR1252", 1)]
    public void Reader_is_found_by_its_name_or_the_beginning_of_it(string name, int which) => Assert.Equal(Two[which], PcscReaders.Choose(Two, name));

    [Fact]
    public void Whole_name_goes_before_a_beginning() => Assert.Equal("A", PcscReaders.Choose(["A B", "A"], "A"));

    [Fact]
    public void Only_reader_needs_no_name() => Assert.Equal(Two[0], PcscReaders.Choose([Two[0]], "*"));

    [Theory]
    [InlineData("*")]
    [InlineData("ACS")]
    public void Several_that_may_be_meant_are_named(string name)
    {
        var e = Assert.Throws<TransportException>(() => PcscReaders.Choose(Two, name));
        Assert.Equal(ReaderFault.SettingsRefused, e.Fault);
        Assert.All(Two, reader => Assert.Contains(reader, e.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Omnikey")]
    [InlineData("acs acr122u")]
    public void None_of_the_name_is_not_found(string name) =>
        Assert.Equal(ReaderFault.NotFound, Assert.Throws<TransportException>(() => PcscReaders.Choose(Two, name)).Fault);

    [Fact]
    public void Missing_library_is_one_plain_fault()
    {
        // What .NET does with a call where there is no such library.
        var e = Assert.Throws<TransportException>(() => Open(new ScriptedPcsc { OnEstablish = () => throw new DllNotFoundException("libpcsclite.so.1") }, "*"));
        Assert.Equal(ReaderFault.NotFound, e.Fault);
        Assert.Contains("chưa cài PC/SC", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PcscCode.NoService, ReaderFault.NotFound, "khởi động pcscd")]
    [InlineData(PcscCode.SecurityViolation, ReaderFault.AccessDenied, "polkit")]
    [InlineData(0x80100006, ReaderFault.Io, "80100006")]
    public void Service_that_turns_the_kiosk_away_is_one_plain_fault(uint code, ReaderFault fault, string says)
    {
        var e = Assert.Throws<TransportException>(() => Open(new ScriptedPcsc { OnEstablish = () => code }, "*"));
        Assert.Equal(fault, e.Fault);
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Service_that_dies_while_the_kiosk_comes_in_is_not_taken_for_one_that_turns_it_away()
    {
        var codes = new Queue<uint>([PcscCode.SecurityViolation, PcscCode.NoService]);
        Assert.Equal(ReaderFault.NotFound, Assert.Throws<TransportException>(() => Open(new ScriptedPcsc { OnEstablish = codes.Dequeue }, "*")).Fault);
        codes = new([PcscCode.SecurityViolation, PcscCode.SecurityViolation, PcscCode.Success]);
        Open(new ScriptedPcsc { OnEstablish = codes.Dequeue }, "*").Dispose();
    }

    // pcscd does not let go of a virtual reader while it runs, so what it says of an unplugged one is played.
    [Theory]
    [InlineData(PcscCode.Success, 0x0000000Eu, 0u)]      // changed, unknown, unavailable
    [InlineData(PcscCode.Success, 0x00000012u, 2u)]      // a reader went, and ours is not listed any more
    [InlineData(PcscCode.UnknownReader, 0u, 0u)]
    [InlineData(PcscCode.ReaderUnavailable, 0u, 0u)]
    public void Reader_pulled_out_is_said_so(uint code, uint reader, uint plugged)
    {
        var pcsc = new ScriptedPcsc();
        using var transport = Open(pcsc, "*");
        Drain(transport);
        pcsc.Readers = [];
        pcsc.OnWait = looks =>
        {
            (looks[0].Found, looks[1].Found) = (reader, plugged);
            return code;
        };
        var e = Assert.Throws<TransportException>(() => transport.Read(new byte[64], TimeSpan.FromSeconds(1)));
        Assert.Equal(ReaderFault.Unplugged, e.Fault);
        Assert.Contains(ScriptedPcsc.Name, e.Message, StringComparison.Ordinal);
        Assert.Contains("bị rút ra", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_reader_that_comes_or_goes_is_no_matter_of_this_one()
    {
        var pcsc = new ScriptedPcsc();
        using var transport = Open(pcsc, "*");
        Drain(transport);
        pcsc.Readers = [ScriptedPcsc.Name, "another"];
        pcsc.OnWait = looks =>
        {
            (looks[0].Found, looks[1].Found) = (0x00040010, 2);
            return PcscCode.Success;
        };
        Assert.Equal(0, transport.Read(new byte[64], TimeSpan.FromSeconds(1)));
    }

    [Theory]
    [InlineData(PcscCode.CommunicationError)]
    [InlineData(PcscCode.ServiceStopped)]
    [InlineData(PcscCode.InvalidHandle)]
    [InlineData(PcscCode.SecurityViolation)]
    public void Service_that_died_is_said_so(uint code)
    {
        var pcsc = new ScriptedPcsc();
        using var transport = Open(pcsc, "*");
        Drain(transport);
        pcsc.OnWait = _ => code;
        var e = Assert.Throws<TransportException>(() => transport.Read(new byte[64], TimeSpan.FromSeconds(1)));
        Assert.Equal(ReaderFault.Unplugged, e.Fault);
        Assert.Contains("pcscd", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void State_is_said_once_until_it_changes_and_passed_back_without_the_mark_of_a_change()
    {
        var pcsc = new ScriptedPcsc();
        using var transport = Open(pcsc, "*");
        Assert.Equal([0x01, 0x02], Drain(transport).Select(record => record[1]));
        Assert.Empty(Drain(transport));
        Assert.Equal(0x00040010u, pcsc.Known);
    }

    [PcscFact]
    public void Service_that_does_not_run_is_one_plain_fault()
    {
        using var service = new PcscService(running: false);
        var e = Assert.Throws<TransportException>(() => Open("*"));
        Assert.Equal(ReaderFault.NotFound, e.Fault);
        Assert.Contains("pcscd", e.Message, StringComparison.Ordinal);
        Assert.Empty(PcscReaders.List());
    }

    [PcscFact]
    public async Task Readers_are_listed_and_two_slots_are_two_readers()
    {
        using var service = new PcscService("ACS ACR1252 Dual Reader");
        await RealClock.UntilAsync(() => PcscReaders.List().Count == 2, "two slots");
        Assert.Equal(["ACS ACR1252 Dual Reader 00 00", "ACS ACR1252 Dual Reader 00 01"], PcscReaders.List());
        Assert.Equal(ReaderFault.SettingsRefused, Assert.Throws<TransportException>(() => Open("*")).Fault);
    }

    [PcscFact]
    public async Task Wait_ends_when_it_is_cancelled_from_another_thread_and_the_service_is_not_confused_by_cancelling_at_any_time()
    {
        using var service = new PcscService();
        await RealClock.UntilAsync(() => PcscReaders.List().Count == 2, "two slots");
        var pcsc = PcscReaders.Native;
        Assert.Equal(PcscCode.Success, pcsc.Establish(out var context));
        var waiting = Task.Run(() => Wait(pcsc, context, 20_000));
        var started = RealClock.Wall.GetTimestamp();
        while (!waiting.IsCompleted)
        {
            pcsc.Cancel(context);
            await Task.Delay(TimeSpan.FromMilliseconds(5), RealClock.Wall);
        }

        Assert.Equal(PcscCode.Cancelled, await waiting);
        Assert.True(RealClock.Wall.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
        pcsc.Release(context);

        using var transport = Open("ACS ACR122U PICC Interface 00 00");
        using var stop = new CancellationTokenSource();
        var waking = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                transport.Wake();
        });
        var bytes = new List<byte>();
        var buffer = new byte[4096];
        for (var i = 0; i < 2_000; i++)
            bytes.AddRange(buffer.AsSpan(0, transport.Read(buffer, TimeSpan.FromMilliseconds(2))));
        await stop.CancelAsync();
        await waking;
        while (transport.Read(buffer, TimeSpan.FromMilliseconds(1)) > 0)
        {
            // What is left of the wakes.
        }

        started = RealClock.Wall.GetTimestamp();
        Assert.Equal(0, transport.Read(buffer, TimeSpan.FromMilliseconds(200)));
        Assert.True(RealClock.Wall.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(150), "a wait is none");
        using (VirtualCard.WithUid(service.Port, "77E5EB599000"))
            await RealClock.UntilAsync(() => transport.Read(buffer, TimeSpan.FromSeconds(1)) > 0, "a card is noticed");
    }

    private static PcscTransport Open(string name) => Open(PcscReaders.Native, name);

    private static PcscTransport Open(IPcsc pcsc, string name) => PcscTransport.Open(pcsc, name, RealClock.Wall, CancellationToken.None);

    private static List<byte[]> Drain(PcscTransport transport)
    {
        var records = new List<byte[]>();
        var buffer = new byte[4096];
        while (transport.Read(buffer, TimeSpan.FromMilliseconds(1)) is > 0 and var count)
            records.Add(buffer[..count]);
        return records;
    }

    private static uint Wait(IPcsc pcsc, nint context, uint milliseconds)
    {
        Span<PcscLook> looks = [new(IPcsc.PlugAndPlay, 0, 0)];
        return pcsc.WaitForChange(context, looks, milliseconds);
    }
}
