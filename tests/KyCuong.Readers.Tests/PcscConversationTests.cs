using KyCuong.Testing;

namespace KyCuong.Readers.Tests;

/// <summary>What a PC/SC reader is asked and told, and what becomes of it when cards and commands meet.</summary>
public sealed class PcscConversationTests
{
    private const string Acr122 = "ACS ACR122U PICC Interface 00 00";
    private const string Acr1252 = "ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00";
    private const string Acr1255 = "ACS ACR1255U-J1 PICC Reader 0";
    private const string Uid = "77E5EB599000";
    private const long Second = 1_000_000;

    [Fact]
    public void Card_is_asked_once_and_read_with_the_time_it_was_noticed()
    {
        var rig = Rig("OMNIKEY CardMan 5x21-CL 0", delay: 2 * Second);
        rig.Say(5 * Second, rig.Module.PutDown(Uid));
        rig.RunTo(60 * Second);
        Assert.Equal(["card FFCA000000"], rig.Module.Told);
        Assert.Equal(["a:77E5EB59"], rig.Player.Outcomes);
        Assert.Equal(5 * Second, rig.Player.Reads[0].At);
        Assert.Equal(["Working"], rig.Changes);
    }

    [Fact]
    public void Unknown_reader_is_told_nothing()
    {
        var rig = Rig("OMNIKEY CardMan 5x21-CL 0");
        rig.RunTo(Second);
        foreach (var signal in Enum.GetValues<ReaderSignal>())
            rig.Indicate(signal);
        rig.RunTo(5 * Second);
        Assert.Empty(rig.Module.Told);
        Assert.Null(rig.Player.Driver.WakeAt);
    }

    [Theory]
    [InlineData("ACS ACR1222 3S PICC Reader 0")]
    [InlineData("ACS ACR1283 4S CL Reader PICC 0")]
    [InlineData("ACS ACR128U PICC Interface 0")]
    public void Reader_of_a_like_name_is_told_nothing(string name)
    {
        var rig = Rig(name);
        rig.RunTo(Second);
        rig.Indicate(ReaderSignal.Recorded);
        rig.RunTo(5 * Second);
        Assert.Empty(rig.Module.Told);
    }

    // Bits and durations: ACM1252U-Y3 reference manual 1.03, 5.6.1; the first two are in a public library's example for the ACR122U.
    [Theory]
    [InlineData(ReaderSignal.Recorded, "FF00402E0401000101")]
    [InlineData(ReaderSignal.Again, "FF0040AE0401010201")]
    [InlineData(ReaderSignal.Refused, "FF00401D0405000101")]
    [InlineData(ReaderSignal.OutOfService, "FF00405D0401010301")]
    public void Acr122_is_told_through_the_card_or_without_one(ReaderSignal signal, string command)
    {
        var rig = Rig(Acr122);
        rig.RunTo(Second);
        rig.Indicate(signal);
        rig.Say(2 * Second, rig.Module.PutDown(Uid));
        rig.RunTo(3 * Second);
        rig.Indicate(signal);
        rig.RunTo(4 * Second);
        Assert.Equal(["escape FF00520000", "escape " + command, "card FFCA000000", "card " + command], rig.Module.Told);
        Assert.Empty(rig.Player.Remarks);
    }

    [Fact]
    public void Acr122_without_escape_commands_is_told_through_the_card_only_and_that_is_remarked_once()
    {
        var rig = Rig(Acr122, escape: false);
        for (var i = 1; i <= 3; i++)
        {
            rig.RunTo(10 * i * Second);
            rig.Indicate(ReaderSignal.OutOfService);
            rig.Say((10 * i + 1) * Second, rig.Module.PutDown(Uid));
            rig.RunTo((10 * i + 2) * Second);
            rig.Indicate(ReaderSignal.Recorded);
            rig.Say((10 * i + 5) * Second, rig.Module.TakeAway());
            rig.Reopen();
            Hello(rig, (10 * i + 6) * Second);
        }

        rig.RunTo(60 * Second);
        Assert.Equal([ReaderRemark.CommandsRefused], rig.Player.Remarks);
        Assert.Equal(3, rig.Player.Reads.Count);
        Assert.Equal(["card FFCA000000", "card FF00520000", "card FF00402E0401000101"], rig.Module.Told.Where(told => told.StartsWith("card", StringComparison.Ordinal)).Take(3));
    }

    [Fact]
    public void Light_for_a_card_that_is_gone_already_takes_the_other_way_once()
    {
        foreach (var escape in new[] { true, false })
        {
            var rig = Rig(Acr122, escape);
            rig.Say(2 * Second, rig.Module.PutDown(Uid));
            rig.RunTo(3 * Second);
            rig.Module.Told.Clear();
            rig.Module.Card = null; // taken away, and the service has not looked yet
            rig.Indicate(ReaderSignal.Recorded);
            rig.RunTo(4 * Second);
            Assert.Equal(escape ? ["card FF00402E0401000101", "escape FF00402E0401000101"] : ["card FF00402E0401000101"], rig.Module.Told);
            rig.Say(5 * Second, rig.Module.TakeAway());
            rig.Say(6 * Second, rig.Module.PutDown(Uid));
            rig.RunTo(10 * Second);
            Assert.Equal(2, rig.Player.Reads.Count);
        }
    }

    [Theory]
    [InlineData(Acr1252, "02", "01")]
    [InlineData(Acr1255, "01", "02")]
    [InlineData("ACS ACR1281 1S Dual Reader PICC 0", "02", "01")]
    public void Escape_family_lights_its_own_colours_beeps_in_steps_and_goes_out(string name, string green, string red)
    {
        var rig = Rig(name);
        rig.RunTo(Second);
        rig.Module.Told.Clear();
        rig.Commands.Clear();
        rig.Indicate(ReaderSignal.Again);
        rig.RunTo(5 * Second);
        Assert.Equal(["E000002901" + green, "E000002801" + "0A", "E000002801" + "0A", "E000002901" + "00"], rig.Module.Told.Select(told => told["escape ".Length..]));
        Assert.InRange(rig.Commands[2].At - rig.Commands[1].At, 200_000, 250_000);
        rig.Module.Told.Clear();
        rig.Indicate(ReaderSignal.Refused);
        rig.RunTo(10 * Second);
        Assert.Equal(["E000002901" + red, "E00000280132", "E00000290100"], rig.Module.Told.Select(told => told["escape ".Length..]));
    }

    [Theory]
    [InlineData("7F", "E0000021" + "0177")]
    [InlineData("77", null)]
    public void Beep_of_its_own_is_switched_off_for_good_only_where_it_is_on(string behaviour, string? written)
    {
        var rig = Rig(Acr1252);
        rig.Module.Escape = command => "E100000001" + (command == "E000002100" ? behaviour : command[^2..]);
        rig.RunTo(Second);
        Assert.Equal(written is null ? ["escape E000002100"] : ["escape E000002100", "escape " + written], rig.Module.Told);
    }

    [Fact]
    public void Newest_signal_wins()
    {
        var rig = Rig(Acr1252);
        rig.RunTo(Second);
        rig.Module.Told.Clear();
        rig.Indicate(ReaderSignal.OutOfService);
        rig.RunTo(Second + 100_000);
        rig.Indicate(ReaderSignal.Recorded);
        rig.RunTo(5 * Second);
        Assert.Equal(["E00000290101", "E0000028010A", "E00000290102", "E0000028010A", "E00000290100"], rig.Module.Told.Select(told => told["escape ".Length..]));
    }

    [Fact]
    public void Card_goes_before_the_light()
    {
        var rig = Rig(Acr1252, delay: 0);
        rig.RunTo(Second);
        rig.Module.Told.Clear();
        rig.Indicate(ReaderSignal.OutOfService);
        rig.Say(Second + 50_000, rig.Module.PutDown(Uid));
        rig.RunTo(5 * Second);
        Assert.Equal("card FFCA000000", rig.Module.Told[2]);
        Assert.Equal(Second + 50_000, rig.Commands.First(command => command.Command.Contains("FFCA000000", StringComparison.Ordinal)).At);
    }

    [Fact]
    public void Answer_that_never_comes_stops_the_reader_for_half_a_minute_and_no_longer()
    {
        var lost = 0;
        var rig = new ReaderRig<PcscReader>("pcsc", ReaderOptions.Default, new PcscReader("OMNIKEY CardMan 5x21-CL 0"), (_, bytes) => lost++ == 0 ? null : (0, bytes));
        Hello(rig, 0);
        rig.Say(Second, rig.Module.PutDown(Uid));
        rig.RunTo(60 * Second);
        Assert.Equal(["a:77E5EB59"], rig.Player.Outcomes);
        Assert.Equal(2, rig.Module.Told.Count);
    }

    [Fact]
    public void Card_that_is_never_read_is_asked_ten_times_and_refused_once()
    {
        var rig = Rig("OMNIKEY CardMan 5x21-CL 0");
        rig.Say(Second, rig.Module.PutDown("6300"));
        rig.RunTo(60 * Second);
        Assert.Equal(["!NotRead"], rig.Player.Outcomes);
        Assert.Equal(10, rig.Module.Told.Count);
        Assert.Null(rig.Player.Driver.WakeAt);
    }

    [Fact]
    public void Quiet_reader_wants_no_ticks()
    {
        var rig = Rig(Acr1252);
        rig.RunTo(Second);
        Assert.Null(rig.Player.Driver.WakeAt);
    }

    private static ReaderRig<PcscReader> Rig(string name, bool escape = true, long delay = 20_000)
    {
        var rig = new ReaderRig<PcscReader>("pcsc", ReaderOptions.Default, new PcscReader(name) { TakesEscape = escape }, (_, bytes) => (delay, bytes));
        Hello(rig, 0);
        return rig;
    }

    private static void Hello(ReaderRig<PcscReader> rig, long at)
    {
        foreach (var (i, record) in rig.Module.Hello().Index())
            rig.Say(at + i, record);
    }
}
