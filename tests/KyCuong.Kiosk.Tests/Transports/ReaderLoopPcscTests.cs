using KyCuong.Kiosk.Tests.Support;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Transports;

/// <summary>A PC/SC reader the whole way: card, virtual reader, pcscd, its library, transport, driver, loop, tap.</summary>
[Collection(PcscCollection.Name)]
public sealed class ReaderLoopPcscTests
{
    private const string Slot = "pcsc:ACS ACR122U PICC Interface 00 00";
    private const string Uid = "77E5EB59";
    private const string OtherUid = "529D06E3";

    private static RunningReader Reader(string address = Slot, TimeSpan? hold = null) => new(address, "pcsc", hold: hold ?? TimeSpan.FromMilliseconds(1));

    [PcscFact]
    public async Task Cards_with_UIDs_of_every_length_are_taps_and_what_is_none_is_refused()
    {
        using var service = new PcscService();
        await using var reader = Reader();
        reader.ExpectPastStart("ready");
        foreach (var (answer, says) in new[]
        {
            (Uid + "9000", "tap " + Uid),
            ("04C43BC21C26809000", "tap 04C43BC21C2680"),
            ("04A1B2C3D4E5F60718299000", "tap 04A1B2C3D4E5F6071829"),
            ("6A81", "refused NotInGrammar"),
            ("08D2A1B79000", "refused DefaultIdentity"),
            ("8804C43B9000", "refused DefaultIdentity"),
            (OtherUid + "9000", "tap " + OtherUid),
        })
        {
            using (VirtualCard.WithUid(service.Port, answer))
                reader.Expect(says);
            await Gone();
        }

        await reader.StopAsync();
    }

    [PcscFact]
    public async Task Card_that_stays_is_one_tap_and_is_asked_once()
    {
        using var service = new PcscService();
        await using var reader = Reader();
        reader.ExpectPastStart("ready");
        using (var card = VirtualCard.WithUid(service.Port, Uid + "9000"))
        {
            reader.Expect("tap " + Uid);
            await Task.Delay(TimeSpan.FromSeconds(8), RealClock.Wall);
            Assert.Single(card.Heard, command => command == "FFCA000000");
        }

        await Gone();
        await reader.StopAsync();
    }

    [PcscFact]
    public async Task Card_that_was_there_before_the_kiosk_is_a_tap()
    {
        using var service = new PcscService();
        using var card = await PutDownAsync(service, Uid + "9000");
        await using var reader = Reader();
        reader.ExpectPastStart("ready");
        reader.Expect("tap " + Uid);
        await reader.StopAsync();
    }

    [PcscFact]
    public async Task Slow_card_is_a_tap_at_the_time_it_was_noticed()
    {
        using var service = new PcscService();
        await using var reader = Reader();
        reader.ExpectPastStart("ready");
        long answered = 0;
        using (var card = new VirtualCard(service.Port, command =>
        {
            if (command == "FFCA000000")
            {
                Task.Delay(TimeSpan.FromSeconds(2), RealClock.Wall).Wait();
                answered = MonotonicClock.Microseconds(RealClock.Wall);
            }

            return Convert.FromHexString(command == "FFCA000000" ? Uid + "9000" : "9000");
        }))
        {
            reader.Expect("tap " + Uid);
            Assert.InRange(answered - reader.TapTimes[0], 1_900_000, 4_000_000);
        }

        await Gone();
        await reader.StopAsync();
    }

    [PcscFact]
    public async Task Card_taken_away_when_it_is_asked_is_no_event_and_the_next_one_is_a_tap()
    {
        using var service = new PcscService();
        await using var reader = Reader();
        reader.ExpectPastStart("ready");
        using (var card = new VirtualCard(service.Port, _ => null))
            await RealClock.UntilAsync(() => card.Heard.Contains("FFCA000000"), "the card is asked");
        await Gone();
        using (VirtualCard.WithUid(service.Port, Uid + "9000"))
            reader.Expect("tap " + Uid);
        await reader.StopAsync();
    }

    [PcscFact]
    public async Task Tap_that_nobody_looked_at_is_counted_and_said()
    {
        using var service = new PcscService();
        await using var reader = Reader();
        using var busy = new ManualResetEventSlim(false);
        reader.WhileTap = busy;
        reader.ExpectPastStart("ready");
        using (VirtualCard.WithUid(service.Port, Uid + "9000"))
            reader.Expect("tap " + Uid);
        await Gone();
        await Gone();
        using (await PutDownAsync(service, OtherUid + "9000"))
            await Gone();
        await Gone();
        await Gone();
        reader.WhileTap = null;
        busy.Set();
        reader.Expect("refused NotRead");
        await reader.StopAsync();
    }

    [PcscFact]
    public async Task Reader_tells_the_officer_through_the_card_and_its_refusal_of_other_commands_is_said_once()
    {
        using var service = new PcscService();
        await using var reader = Reader();
        reader.ExpectPastStart("ready");
        foreach (var (signal, command) in new[] { (ReaderSignal.Recorded, "FF00402E0401000101"), (ReaderSignal.Refused, "FF00401D0405000101") })
        {
            using (var card = VirtualCard.WithUid(service.Port, Uid + "9000"))
            {
                reader.Expect("tap " + Uid);
                await RealClock.UntilAsync(() => card.Heard.Contains("FF00520000") || signal != ReaderSignal.Recorded, "the reader is kept from beeping by itself");
                reader.Indicate(signal);
                await RealClock.UntilAsync(() => card.Heard.Contains(command), "the light is told");
            }

            await Gone();
            await Gone();
            // Without a card there is no way: nothing happens, and nothing waits for the next card.
            reader.Indicate(ReaderSignal.OutOfService);
        }

        Assert.Single(reader.Log, line => line.Contains("không nhận lệnh", StringComparison.Ordinal));
        await reader.StopAsync();
    }

    [PcscFact]
    public async Task Service_killed_and_started_again_is_said_once_and_the_reader_comes_back()
    {
        using var service = new PcscService();
        await using var reader = Reader();
        reader.ExpectPastStart("ready");
        for (var i = 0; i < 3; i++)
        {
            using (VirtualCard.WithUid(service.Port, Uid + "9000"))
                reader.Expect("tap " + Uid);
            service.Kill();
            reader.Expect("fault Unplugged");
            Assert.Contains("pcscd", reader.LastSentence, StringComparison.Ordinal);
            await Gone();
            service.Start();
            reader.Expect("ready");
        }

        await reader.StopAsync();
    }

    [PcscFact]
    public async Task Reader_that_the_service_has_not_is_said_once_and_comes_back_within_two_seconds()
    {
        using var service = new PcscService();
        await using var reader = Reader();
        reader.ExpectPastStart("ready");
        for (var i = 0; i < 2; i++)
        {
            service.Restart(pluggedIn: false);
            reader.Expect("fault Unplugged");
            await RealClock.UntilAsync(() => service.Log.Contains("daemon ready", StringComparison.Ordinal), "the service runs");
            await Gone();
            service.Restart(pluggedIn: true);
            await RealClock.UntilAsync(() => service.Log.Contains("daemon ready", StringComparison.Ordinal), "the service runs");
            var plugged = MonotonicClock.Microseconds(RealClock.Wall);
            reader.Expect("ready");
            Assert.True(reader.ReadyTimes[^1] - plugged <= 2_000_000, "it took too long");
            using (VirtualCard.WithUid(service.Port, Uid + "9000"))
                reader.Expect("tap " + Uid);
        }

        await reader.StopAsync();
    }

    /// <summary>The service looks for cards every 400 ms.</summary>
    private static Task Gone() => Task.Delay(TimeSpan.FromMilliseconds(900), RealClock.Wall);

    private static async Task<VirtualCard> PutDownAsync(PcscService service, string answer)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                var card = VirtualCard.WithUid(service.Port, answer);
                await Gone();
                return card;
            }
            catch (System.Net.Sockets.SocketException) when (tries < 100)
            {
                // The service is still starting.
                await Task.Delay(TimeSpan.FromMilliseconds(50), RealClock.Wall);
            }
        }
    }
}
