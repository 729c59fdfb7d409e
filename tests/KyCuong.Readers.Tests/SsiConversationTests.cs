using System.Text;
using FsCheck;
using FsCheck.Fluent;
using KyCuong.Testing;
using static KyCuong.Readers.Tests.LineNoise;

namespace KyCuong.Readers.Tests;

/// <summary>What the SSI driver tells its scanner and what it says of it, over good lines and bad ones.</summary>
public sealed class SsiConversationTests
{
    private const long Second = 1_000_000;
    private const string Badge = "KC1:KYC7V0NG2T8QHANA";
    private const string Ack = "04D00400FF28";
    private const string SendAgain = "05D1040001FF25";
    private const string AskName = "0004A30400FF55";
    private const string AskSetting = "05C70400ECFE44";
    private const string SwitchOff = "07C60400FFEC00FD44";
    private const string LedOn = "05E7040001FF0F"; // published
    private const string LedOff = "05E8040001FF0E";

    private static byte[] Text => Encoding.ASCII.GetBytes(Badge);

    [Fact]
    public void Scanner_of_the_tests_answers_as_published()
    {
        foreach (var (command, answer) in SsiScanner.Published.Where(p => p.Answer.Length > 0))
            Assert.Equal(answer.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexString([.. new SsiScanner().Hear(GrowModule.Bytes(command)).SelectMany(a => a)]));
        Assert.Equal(GrowModule.Bytes("0C F3 00 00 F1 4B 43 31 3A 41 42 43 FC 51"), SsiScanner.Scan("KC1:ABC"u8));
    }

    [Fact]
    public void Opening_asks_for_the_name_switches_set_up_by_code_off_and_reads_it_back()
    {
        var rig = Rig(new SsiScanner());
        rig.RunTo(Second);
        Assert.Equal([AskName, AskSetting, SwitchOff, AskSetting], rig.Commands.Select(c => c.Command));
        Assert.Equal([("Working", 4 * ReaderRig<SsiScanner>.Usual)], rig.Player.States);
        Assert.True(rig.Module.IsGuarded);
    }

    [Fact]
    public void Scanner_that_sleeps_is_woken_by_the_first_command()
    {
        var rig = Rig(new SsiScanner { Sleeps = true });
        rig.RunTo(Second);
        Assert.Equal(["Working"], rig.Changes);
        Assert.True(rig.Module.IsGuarded);
    }

    [Fact]
    public void Each_scan_is_noted_at_once()
    {
        var rig = Rig(new SsiScanner());
        rig.RunTo(Second);
        rig.Say(2 * Second, SsiScanner.Scan(Text));
        rig.RunTo(2 * Second);
        Assert.Equal((Ack, 2 * Second), rig.Commands[^1]);
        rig.Say(2 * Second, SsiScanner.Scan("1' OR '1'='1"u8));
        rig.Say(3 * Second, SsiScanner.LongScan(Text));
        rig.RunTo(4 * Second);
        Assert.Equal(3, rig.Module.Noted);
        Assert.Equal(0, rig.Module.AskedAgain);
    }

    [Fact]
    public void Note_that_was_lost_is_given_again_and_the_scan_is_one_tap_however_late()
    {
        var rig = Rig(new SsiScanner());
        rig.Say(2 * Second, SsiScanner.Scan(Text));
        rig.Say(6 * Second, SsiScanner.Scan(Text, sentAgain: true)); // past the hold of a presence
        rig.RunTo(9 * Second);
        Assert.Equal(2, rig.Module.Noted);
        Assert.Equal(["kc:" + Badge], rig.Player.Taps);
    }

    [Fact]
    public void Scan_sent_again_does_not_hold_the_presence_longer()
    {
        var rig = Rig(new SsiScanner());
        rig.Say(2 * Second, SsiScanner.Scan(Text));
        rig.Say(4 * Second, SsiScanner.Scan(Text, sentAgain: true));
        rig.Say(5_500_000, SsiScanner.Scan(Text)); // the same person, 3.5 s after the first
        rig.RunTo(9 * Second);
        Assert.Equal(["kc:" + Badge, "kc:" + Badge], rig.Player.Taps);
    }

    [Fact]
    public void Any_flipped_bit_has_the_scan_sent_again_or_leaves_it_to_the_scanner_and_it_is_read_once()
    {
        var sound = SsiScanner.Scan(Text);
        for (var bit = 0; bit < sound.Length * 8; bit++)
        {
            var rig = Rig(new SsiScanner());
            rig.Say(2 * Second, Flipped(sound, bit));
            rig.Say(4_500_000, SsiScanner.Scan(Text, sentAgain: true));
            rig.RunTo(6 * Second);
            var tap = "kc:" + Badge;
            Assert.Equal([tap], rig.Player.Taps);
        }
    }

    [Fact]
    public void Damaged_packet_is_asked_for_again_whole_at_once_and_cut_after_the_silence()
    {
        var rig = Rig(new SsiScanner());
        rig.RunTo(Second);
        var bad = SsiScanner.Scan(Text);
        bad[^1] ^= 1;
        rig.Say(2 * Second, bad);
        rig.Say(3 * Second, SsiScanner.Scan(Text)[..9]);
        rig.RunTo(4 * Second);
        Assert.Equal([(SendAgain, 2 * Second), (SendAgain, (3 * Second) + 100_000)], rig.Commands.TakeLast(2));
        Assert.Equal(2, rig.Module.AskedAgain);
    }

    [Fact]
    public void Set_up_code_scanned_in_between_is_found_said_and_undone_within_one_check()
    {
        var rig = Rig(new SsiScanner());
        rig.RunTo(12 * Second);
        rig.Module.LosePower();
        rig.RunTo(25 * Second);
        Assert.Equal(["Working", "SettingsChanged", "Working"], rig.Changes);
        Assert.True(rig.Module.IsGuarded);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Scanner_that_answers_and_cannot_be_guarded_is_said_as_such(bool keeps, bool tells)
    {
        var rig = Rig(new SsiScanner { KeepsSetupCodesOff = keeps, TellsParameters = tells });
        rig.Say(20 * Second, SsiScanner.Scan(Text));
        rig.RunTo(30 * Second);
        Assert.Equal(["SettingsRefused"], rig.Changes);
        Assert.Equal(["kc:" + Badge], rig.Player.Outcomes);
    }

    [Fact]
    public void Scanner_that_never_answers_is_a_fault_and_its_scans_count()
    {
        var rig = Rig(new SsiScanner { Answers = false });
        rig.Say(Second, SsiScanner.Scan(Text));
        rig.RunTo(30 * Second);
        Assert.Equal(["NoAnswer"], rig.Changes);
        rig.Module.Answers = true;
        rig.RunTo(40 * Second);
        Assert.Equal(["NoAnswer", "Working"], rig.Changes);
        Assert.Equal(["kc:" + Badge], rig.Player.Outcomes);
    }

    [Theory]
    [InlineData(ReaderSignal.Recorded, "05E6040000FF11", true)]
    [InlineData(ReaderSignal.Again, "05E6040001FF10", true)]
    [InlineData(ReaderSignal.Refused, "05E604000AFF07", false)]
    [InlineData(ReaderSignal.OutOfService, "05E6040002FF0F", false)]
    public void Signal_beeps_and_lights_what_is_kept_for_a_second(ReaderSignal signal, string beep, bool lights)
    {
        var rig = Rig(new SsiScanner());
        rig.RunTo(2 * Second);
        var before = rig.Commands.Count;
        rig.Indicate(signal);
        rig.RunTo(5 * Second);
        var told = rig.Commands.Skip(before).ToList();
        Assert.Equal(lights ? [LedOn, beep, LedOff] : (string[])[beep], told.Select(c => c.Command));
        Assert.Equal(2 * Second, told[0].At);
        if (lights)
            Assert.Equal(3 * Second, told[^1].At);
    }

    [Fact]
    public void Newest_signal_wins_and_a_refusal_darkens_the_light()
    {
        var rig = Rig(new SsiScanner());
        rig.RunTo(2 * Second);
        var before = rig.Commands.Count;
        rig.Indicate(ReaderSignal.Recorded);
        rig.Indicate(ReaderSignal.OutOfService);
        rig.Indicate(ReaderSignal.Refused);
        rig.RunTo(5 * Second);
        Assert.Equal([LedOn, LedOff, "05E604000AFF07"], rig.Commands.Skip(before).Select(c => c.Command));
    }

    [Fact]
    public void Signal_waits_for_the_check_that_is_under_way_and_for_a_packet_that_is_coming_in()
    {
        var rig = Rig(new SsiScanner());
        rig.Indicate(ReaderSignal.Refused);
        rig.RunTo(Second);
        Assert.Equal([AskName, AskSetting, SwitchOff, AskSetting, "05E604000AFF07"], rig.Commands.Select(c => c.Command));
        rig.Say(2 * Second, SsiScanner.Scan(Text)[..9]);
        rig.Say(2_050_000, SsiScanner.Scan(Text)[9..]);
        rig.RunTo(2_010_000);
        rig.Indicate(ReaderSignal.Refused);
        rig.RunTo(3 * Second);
        Assert.Equal([(Ack, 2_050_000), ("05E604000AFF07", 2_050_000)], rig.Commands.TakeLast(2));
    }

    [Fact]
    public void Scanner_that_does_not_say_that_it_beeped_is_told_the_rest_all_the_same()
    {
        var rig = Rig(new SsiScanner());
        rig.RunTo(2 * Second);
        rig.Module.Answers = false;
        rig.Indicate(ReaderSignal.Recorded);
        rig.RunTo(5 * Second);
        Assert.Equal([LedOn, "05E6040000FF11", LedOff], rig.Commands.TakeLast(3).Select(c => c.Command));
    }

    [Fact]
    public void After_any_bad_minute_the_scanner_works_is_guarded_and_badges_are_read() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new System.Random(seed);
            var isBad = true;
            var rig = Rig(new SsiScanner(), (_, bytes) => isBad ? Spoil(bytes, random) : (ReaderRig<SsiScanner>.Usual, bytes));
            for (var second = 0L; second < 60; second++)
            {
                rig.RunTo(second * Second);
                if (random.Next(10) == 0) rig.Module.LosePower();
                if (random.Next(5) == 0) rig.Module.Answers = !rig.Module.Answers;
                if (random.Next(5) == 0) rig.Indicate((ReaderSignal)random.Next(4));
                if (random.Next(5) == 0) rig.Say((second * Second) + random.Next(1_000_000), Noise(random));
                if (random.Next(20) == 0) rig.Reopen();
            }

            var reads = rig.Player.Reads.Count;
            isBad = false;
            rig.Module.Answers = true;
            rig.Say(80 * Second, SsiScanner.Scan(Text));
            rig.RunTo(90 * Second);
            return reads == 0 && rig.Player.States[^1].State == "Working" && rig.Player.States[^1].At >= 60 * Second && rig.Module.IsGuarded
                && rig.Player.Outcomes[^1] == "kc:" + Badge;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static ReaderRig<SsiScanner> Rig(SsiScanner scanner, Func<int, byte[], (long Delay, byte[] Bytes)?>? line = null) => new("ssi", ReaderOptions.Default, scanner, line);

    private static (long Delay, byte[] Bytes)? Spoil(byte[] bytes, System.Random random) => random.Next(6) switch
    {
        0 => null,
        1 => (random.Next(2_000_000), bytes),
        2 => (ReaderRig<SsiScanner>.Usual, Flipped(bytes, random.Next(bytes.Length * 8))),
        3 => (ReaderRig<SsiScanner>.Usual, bytes[..random.Next(bytes.Length)]),
        4 => (ReaderRig<SsiScanner>.Usual, [.. Noise(random), .. bytes]),
        _ => (ReaderRig<SsiScanner>.Usual, bytes),
    };

    private static byte[] Noise(System.Random random)
    {
        var noise = new byte[random.Next(40)];
        random.NextBytes(noise);
        return noise;
    }
}
