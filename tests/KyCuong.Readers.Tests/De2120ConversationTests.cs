using KyCuong.Testing;

namespace KyCuong.Readers.Tests;

/// <summary>What the DE2120's driver tells its module and what it says of it.</summary>
public sealed class De2120ConversationTests
{
    private const long Second = 1_000_000;
    private const string Badge = "KC1:KYC7V0NG2T8QHANA";
    private const string AskVersion = "^_^DSPYFW.";

    [Fact]
    public void Version_is_asked_for_at_opening_and_every_ten_seconds_and_nothing_is_ever_set()
    {
        var rig = Rig(new DeScanner());
        rig.RunTo((60 * Second) - 1);
        Assert.Equal([0, 10, 20, 30, 40, 50], rig.Commands.Select(c => c.At / Second));
        Assert.All(rig.Module.Log, command => Assert.Equal(AskVersion, command));
        Assert.Equal(["Working"], rig.Changes);
        Assert.Empty(rig.Player.Outcomes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("V2.1")]
    [InlineData("\u0001\u0002 garbage\r\n")]
    public void Whatever_it_says_of_its_version_is_no_refused_badge(string version)
    {
        var rig = Rig(new DeScanner { Version = version });
        rig.RunTo(30 * Second);
        Assert.Equal(["Working"], rig.Changes);
        Assert.Empty(rig.Player.Outcomes);
    }

    [Fact]
    public void Clone_without_that_command_is_known_by_its_refusal()
    {
        var rig = Rig(new DeScanner { KnowsVersion = false });
        rig.RunTo(30 * Second);
        Assert.Equal(["Working"], rig.Changes);
    }

    [Fact]
    public void Module_that_never_answers_is_a_fault_after_two_seconds_its_badges_count_and_it_is_back_soon()
    {
        var rig = Rig(new DeScanner { Answers = false });
        rig.Say(5 * Second, Badge + "\r");
        rig.RunTo(30 * Second);
        Assert.Equal(("NoAnswer", 2 * Second), rig.Player.States[0]);
        Assert.Equal(["NoAnswer"], rig.Changes);
        Assert.Equal(["kc:" + Badge], rig.Player.Outcomes);
        rig.Module.Answers = true;
        rig.RunTo(33 * Second);
        Assert.Equal(["NoAnswer", "Working"], rig.Changes);
    }

    [Fact]
    public void Third_check_missed_is_the_fault_and_two_are_none()
    {
        var rig = Rig(new DeScanner());
        rig.RunTo(5 * Second);
        rig.Module.Answers = false;
        rig.RunTo(25 * Second);
        rig.Module.Answers = true;
        rig.RunTo(35 * Second);
        Assert.Equal(["Working"], rig.Changes);
        rig.Module.Answers = false;
        rig.RunTo(70 * Second);
        Assert.Equal(("NoAnswer", 62 * Second), rig.Player.States.First(s => s.State == "NoAnswer")); // the checks of 40, 50 and 60 s
    }

    [Fact]
    public void Any_one_answer_lost_late_or_spoilt_is_no_fault()
    {
        for (var victim = 0; victim < 4; victim++)
        {
            foreach (var spoil in (Func<byte[], (long Delay, byte[] Bytes)?>[])[_ => null, bytes => (900_000, bytes), bytes => (ReaderRig<DeScanner>.Usual, [0x00, .. bytes[1..]])])
            {
                var rig = Rig(new DeScanner(), (n, bytes) => n == victim ? spoil(bytes) : (ReaderRig<DeScanner>.Usual, bytes));
                rig.RunTo(45 * Second);
                Assert.Equal(["Working"], rig.Changes);
                Assert.Empty(rig.Player.Outcomes);
            }
        }
    }

    [Fact]
    public void Badge_right_before_and_right_behind_an_answer_is_read()
    {
        foreach (var inFront in (bool[])[true, false])
        {
            byte[] scan = [.. Badge.Select(c => (byte)c), 0x0D];
            var rig = Rig(new DeScanner(), (n, bytes) => (ReaderRig<DeScanner>.Usual, n != 1 ? bytes : inFront ? [.. scan, .. bytes] : [.. bytes, .. scan]));
            rig.RunTo(15 * Second);
            Assert.Equal(["kc:" + Badge], rig.Player.Outcomes);
        }
    }

    private static ReaderRig<DeScanner> Rig(DeScanner scanner, Func<int, byte[], (long Delay, byte[] Bytes)?>? line = null) => new("de2120", ReaderOptions.Default, scanner, line);
}
