using FsCheck;
using FsCheck.Fluent;
using KyCuong.Testing;
using static KyCuong.Readers.Tests.LineNoise;

namespace KyCuong.Readers.Tests;

/// <summary>What the GM65's driver tells its module and what it says of it, over good lines and bad ones.</summary>
public sealed class Gm65ConversationTests
{
    private const long Second = 1_000_000;
    private const string Badge = "KC1:KYC7V0NG2T8QHANA";
    private const string OtherBadge = "KC1:0123456789ABCDE4";
    private const string Heartbeat = "7E000A01000000301A";
    private const string SwitchOff = "7E0008010003020188"; // published
    private const string ReadZone = "7E000701000302";      // the CRC is the module's to check

    [Fact]
    public void Module_of_the_tests_answers_as_published()
    {
        foreach (var (command, answer) in GrowModule.Published)
        {
            var answers = new GrowModule().Hear(GrowModule.Bytes(command));
            Assert.Equal(answer, string.Join(' ', answers.SelectMany(a => a).Select(b => b.ToString("X2", null))));
        }
    }

    [Fact]
    public void Opening_switches_set_up_by_code_off_reads_it_back_and_saves_nothing()
    {
        var rig = new Gm65Rig(new GrowModule());
        rig.RunTo(Second);
        Assert.Equal([Heartbeat, ReadZone, SwitchOff, ReadZone], rig.Commands.Select(c => c.Command == Heartbeat || c.Command == SwitchOff ? c.Command : c.Command[..^4]));
        Assert.Equal(rig.Commands.Select(c => c.Command), rig.Module.Log);
        Assert.Equal([("Working", 4 * Gm65Rig.Usual)], rig.Player.States);
        Assert.True(rig.Module.IsGuarded);
    }

    [Fact]
    public void Other_bits_of_the_zone_byte_stay()
    {
        var module = new GrowModule();
        module.Zones[GrowModule.SetupCodeZone] = 0xB5;
        var before = module.Zones.ToArray();
        new Gm65Rig(module).RunTo(60 * Second);
        before[GrowModule.SetupCodeZone] = 0xB7;
        Assert.Equal(before, module.Zones);
    }

    [Fact]
    public void Module_that_is_as_it_should_be_is_asked_every_ten_seconds_and_never_written_to()
    {
        var module = new GrowModule();
        module.Zones[GrowModule.SetupCodeZone] = 0x02;
        var rig = new Gm65Rig(module);
        rig.RunTo((60 * Second) - 1);
        Assert.Equal([0, 10, 20, 30, 40, 50], rig.Commands.Where(c => c.Command == Heartbeat).Select(c => c.At / Second));
        Assert.Equal(12, rig.Commands.Count);
        Assert.Equal(["Working"], rig.Changes);
    }

    [Fact]
    public void Setting_that_does_not_stay_is_a_fault_until_it_does()
    {
        var rig = new Gm65Rig(new GrowModule { KeepsSetupCodesOff = false });
        rig.RunTo(30 * Second);
        Assert.Equal(["SettingsRefused"], rig.Changes);
        Assert.Equal(9, rig.Commands.Count(c => c.Command == SwitchOff));
        rig.Say(30 * Second, Badge + "\r");
        rig.Module.KeepsSetupCodesOff = true;
        rig.RunTo(50 * Second);
        Assert.Equal(["SettingsRefused", "Working"], rig.Changes);
        Assert.Equal(["kc:" + Badge], rig.Player.Outcomes);
    }

    [Fact]
    public void Set_up_code_scanned_in_between_is_found_said_and_undone_within_one_check()
    {
        var rig = new Gm65Rig(new GrowModule());
        rig.RunTo(12 * Second);
        rig.Module.ForgetSetting();
        rig.RunTo(25 * Second);
        Assert.Equal(["Working", "SettingsChanged", "Working"], rig.Changes);
        Assert.All(rig.Player.States.Skip(2), s => Assert.InRange(s.At, 20 * Second, 21 * Second));
        Assert.True(rig.Module.IsGuarded);
    }

    [Fact]
    public void Set_up_code_that_cannot_be_undone_is_said_as_such_once()
    {
        var rig = new Gm65Rig(new GrowModule());
        rig.RunTo(12 * Second);
        rig.Module.KeepsSetupCodesOff = false;
        rig.Module.ForgetSetting();
        rig.RunTo(60 * Second);
        Assert.Equal(["Working", "SettingsChanged", "SettingsRefused"], rig.Changes);
    }

    [Fact]
    public void Module_that_never_answers_is_a_fault_after_two_seconds_and_back_soon_after_it_has_power()
    {
        var rig = new Gm65Rig(new GrowModule { Answers = false });
        rig.RunTo(60 * Second);
        Assert.Equal(("NoAnswer", 2 * Second), rig.Player.States[0]);
        Assert.Equal(["NoAnswer"], rig.Changes);
        rig.Module.Answers = true;
        rig.RunTo(63 * Second);
        Assert.Equal(["NoAnswer", "Working"], rig.Changes);
        Assert.True(rig.Module.IsGuarded);
    }

    [Fact]
    public void Third_heartbeat_missed_is_the_fault_and_two_are_none()
    {
        var rig = new Gm65Rig(new GrowModule());
        rig.RunTo(5 * Second);
        rig.Module.Answers = false;
        rig.RunTo(25 * Second);
        rig.Module.Answers = true;
        rig.RunTo(35 * Second);
        Assert.Equal(["Working"], rig.Changes);

        rig.Module.Answers = false;
        rig.RunTo(100 * Second);
        Assert.Equal(("NoAnswer", 62 * Second), rig.Player.States.First(s => s.State == "NoAnswer")); // the checks of 40, 50 and 60 s
        rig.Module.Answers = true;
        rig.Module.ForgetSetting(); // it was without power, which the fault has said already
        rig.RunTo(110 * Second);
        Assert.Equal(["Working", "NoAnswer", "Working"], rig.Changes);
        Assert.True(rig.Module.IsGuarded);
    }

    [Fact]
    public void Model_without_heartbeat_is_known_by_its_other_answers()
    {
        var rig = new Gm65Rig(new GrowModule { HasHeartbeat = false });
        rig.RunTo(60 * Second);
        Assert.Equal(["Working"], rig.Changes);
        Assert.True(rig.Module.IsGuarded);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(98, false)]
    public void Model_that_answers_otherwise_than_asked_is_not_written_to(int bytesPerRead, bool hasHeartbeat)
    {
        var rig = new Gm65Rig(new GrowModule { BytesPerRead = bytesPerRead, HasHeartbeat = hasHeartbeat });
        rig.RunTo(60 * Second);
        Assert.Equal(["SettingsRefused"], rig.Changes);
        Assert.DoesNotContain(rig.Commands, c => c.Command.StartsWith("7E0008", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Any_one_answer_lost_or_late_is_no_fault(bool late)
    {
        for (var victim = 0; victim < 12; victim++)
        {
            var rig = new Gm65Rig(new GrowModule(), (n, bytes) => n != victim ? (Gm65Rig.Usual, bytes) : late ? (700_000, bytes) : null);
            rig.RunTo(30 * Second);
            Assert.Equal(["Working"], rig.Changes);
            Assert.True(rig.Module.IsGuarded);
        }
    }

    [Fact]
    public void Any_one_answer_with_any_bit_flipped_is_no_fault_and_never_believed()
    {
        for (var victim = 0; victim < 6; victim++)
        {
            for (var bit = 0; bit < 7 * 8; bit++)
            {
                var rig = new Gm65Rig(new GrowModule(), (n, bytes) => (Gm65Rig.Usual, n == victim ? Flipped(bytes, bit) : bytes));
                rig.RunTo(25 * Second);
                Assert.Equal(["Working"], rig.Changes);
                Assert.True(rig.Module.IsGuarded);
                Assert.Empty(rig.Player.Reads);
            }
        }
    }

    [Fact]
    public void Scan_right_before_right_behind_and_between_answers_is_read()
    {
        var text = Badge.Select(c => (byte)c).ToArray();
        foreach (var scan in (byte[][])[[.. text, 0x0D], text, GrowModule.WithProtocol(text)])
        {
            for (var victim = 0; victim < 4; victim++)
            {
                foreach (var inFront in (bool[])[true, false])
                {
                    var rig = new Gm65Rig(new GrowModule(), (n, bytes) => (Gm65Rig.Usual, n != victim ? bytes : inFront ? [.. scan, .. bytes] : [.. bytes, .. scan]));
                    rig.RunTo(5 * Second);
                    Assert.Equal(["kc:" + Badge], rig.Player.Outcomes);
                    Assert.Equal([("Working", 4 * Gm65Rig.Usual)], rig.Player.States);
                }
            }
        }
    }

    [Theory]
    [InlineData(0x02)]
    [InlineData(0x41)]
    public void Noise_byte_in_front_of_an_answer_does_not_hide_it(byte noise)
    {
        var rig = new Gm65Rig(new GrowModule(), (_, bytes) => (Gm65Rig.Usual, [noise, .. bytes]));
        rig.RunTo(5 * Second);
        Assert.Equal([("Working", 4 * Gm65Rig.Usual)], rig.Player.States);
    }

    [Fact]
    public void Badge_is_read_while_the_module_does_not_answer()
    {
        var rig = new Gm65Rig(new GrowModule { Answers = false });
        rig.Say(100_000, Badge + "\r");
        rig.Say(3 * Second, OtherBadge + "\r");
        rig.RunTo(5 * Second);
        Assert.Equal(["kc:" + Badge, "kc:" + OtherBadge], rig.Player.Outcomes);
    }

    [Fact]
    public void Reopened_line_is_asked_anew_and_old_answers_are_nothing()
    {
        for (var cut = 0L; cut <= 4; cut++)
        {
            var rig = new Gm65Rig(new GrowModule());
            rig.RunTo((cut * Gm65Rig.Usual) + 1);
            rig.Module.ForgetSetting(); // it was unplugged
            rig.Reopen();
            rig.RunTo(15 * Second);
            Assert.Equal(["Working"], rig.Changes);
            Assert.True(rig.Module.IsGuarded);
        }
    }

    [Fact]
    public void Answers_nobody_asked_for_change_nothing()
    {
        var rig = new Gm65Rig(new GrowModule());
        rig.RunTo(5 * Second);
        rig.Module.ForgetSetting();
        foreach (var (_, answer) in GrowModule.Published)
            rig.Say(6 * Second, GrowModule.Bytes(answer));
        rig.RunTo(9 * Second);
        Assert.Equal(4, rig.Commands.Count);
        Assert.Single(rig.Player.States);
        Assert.Empty(rig.Player.Outcomes);
    }

    [Fact]
    public void After_any_bad_minute_the_module_works_is_guarded_and_badges_are_read() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var isBad = true;
            var rig = new Gm65Rig(new GrowModule(), (_, bytes) => isBad ? Spoil(bytes, random) : (Gm65Rig.Usual, bytes));
            for (var second = 0L; second < 60; second++)
            {
                rig.RunTo(second * Second);
                if (random.Next(10) == 0) rig.Module.ForgetSetting();
                if (random.Next(5) == 0) rig.Module.Answers = !rig.Module.Answers;
                if (random.Next(5) == 0) rig.Say((second * Second) + random.Next(1_000_000), Noise(random));
                if (random.Next(20) == 0) rig.Reopen();
            }

            var reads = rig.Player.Reads.Count;
            isBad = false;
            rig.Module.Answers = true;
            rig.Say(80 * Second, Badge + "\r");
            rig.RunTo(90 * Second);
            return reads == 0 && rig.Player.States[^1].State == "Working" && rig.Player.States[^1].At >= 60 * Second && rig.Module.IsGuarded
                && rig.Player.Outcomes[^1] == "kc:" + Badge;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static (long Delay, byte[] Bytes)? Spoil(byte[] bytes, Random random) => random.Next(6) switch
    {
        0 => null,
        1 => (random.Next(2_000_000), bytes),
        2 => (Gm65Rig.Usual, Flipped(bytes, random.Next(bytes.Length * 8))),
        3 => (Gm65Rig.Usual, bytes[..random.Next(bytes.Length)]),
        4 => (Gm65Rig.Usual, [.. Noise(random), .. bytes]),
        _ => (Gm65Rig.Usual, bytes),
    };
}
