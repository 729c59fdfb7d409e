using FsCheck;
using FsCheck.Fluent;
using KyCuong.Testing;
using static KyCuong.Readers.Tests.LineNoise;

namespace KyCuong.Readers.Tests;

/// <summary>What the PN532's driver tells the chip and what it makes of its answers, its silence and its damage.</summary>
public sealed class Pn532ConversationTests
{
    private const long Second = 1_000_000;
    private const string Wake = "55550000000000000000000000000000" + "0000FF03FDD414011700";
    private const string Firmware = "0000FF02FED4022A00";
    private const string FiniteTries = "0000FF06FAD43205000102F200";
    private const string Look = "0000FF04FCD44A0200E000";
    private const string Release = "0000FF03FDD45200DA00";
    private const string FieldOff = "0000FF04FCD4320100F900";
    private const string Nack = "0000FFFF0000";
    private const string Cancel = "0000FF00FF00";

    private static readonly ChipCard CardA = new([0x9E, 0xB3, 0x6E, 0x66]);
    private static readonly ChipCard CardB = new([0x04, 0x7B, 0xCB, 0x51, 0x96, 0x22, 0x80], 0x00, 0x0044);
    private static readonly ChipCard Phone = new([0x08, 0x12, 0x34, 0x56], 0x20, 0x0004, [0x78, 0x80, 0x70, 0x02]);
    private const string TapA = "a:9EB36E66";
    private const string TapB = "a:047BCB51962280";

    /// <summary>Every fault of one command after which the chip goes on as if nothing had been.</summary>
    public static TheoryData<ChipFault> Faults => [.. Enum.GetValues<ChipFault>()];

    [Fact]
    public void Chip_of_the_tests_answers_as_real_ones_were_seen_to()
    {
        var chip = new Pn532Chip();
        var said = new List<byte>();
        chip.Cards.Add(CardA);
        foreach (var command in (string[])[Wake, Firmware, FiniteTries, Look, Release])
        {
            foreach (var answer in chip.Hear(Pn532Chip.Bytes(command)))
                said.AddRange(answer);
        }

        const string Ack = "0000FF00FF00";
        Assert.Equal(
            Ack + "0000FF02FED5151600" + Ack + "0000FF06FAD50332010607E800" + Ack + "0000FF02FED533F800" + Ack + "0000FF0CF4D54B010100040804" + "9EB36E66A900" + Ack + "0000FF03FDD55300D800",
            Convert.ToHexString([.. said]));
    }

    [Fact]
    public void Opening_wakes_the_chip_sets_finite_tries_and_looks()
    {
        var rig = new Rig(new Pn532Chip());
        rig.RunTo(20_000);
        Assert.Equal([Wake, Firmware, FiniteTries, FieldOff, Look, FieldOff], rig.Commands.Select(c => c.Command));
        Assert.Equal([("Working", 5 * Rig.Fast)], rig.Player.States);
        Assert.Equal([5 * Rig.Fast], rig.Player.Misses);
    }

    [Fact]
    public void Look_follows_the_answer_of_the_last_by_150_ms_and_every_one_begins_with_cards_that_were_without_power()
    {
        var rig = new Rig(new Pn532Chip());
        rig.Module.Cards.Add(CardA);
        rig.RunTo(10 * Second);
        var looks = rig.Commands.Where(c => c.Command == Look).Select(c => c.At).ToList();
        Assert.All(looks.Zip(looks.Skip(1)), pair => Assert.Equal(150_000 + Rig.Fast, pair.Second - pair.First));
        Assert.Equal(looks.Count, rig.Player.Reads.Count);
        Assert.Equal([TapA], rig.Player.Taps);
        Assert.Equal([Look, Release, FieldOff, Look], rig.Commands.Skip(4).Take(4).Select(c => c.Command));
    }

    [Fact]
    public void Card_that_one_look_misses_stays_and_one_that_two_miss_has_gone()
    {
        var rig = new Rig(new Pn532Chip());
        Without(rig, 1);
        Assert.Equal([TapA], rig.Player.Taps);
        Without(rig, 2);
        Assert.Equal([TapA, TapA], rig.Player.Taps);
    }

    [Fact]
    public void Next_card_is_the_next_tap_at_once()
    {
        var rig = new Rig(new Pn532Chip());
        rig.Module.Cards.Add(CardA);
        rig.RunTo(Second);
        rig.Module.Cards[0] = CardB;
        rig.RunTo(Second + 170_000);
        Assert.Equal([TapA, TapB], rig.Player.Taps);
    }

    [Fact]
    public void Chip_that_does_not_answer_freezes_who_is_present()
    {
        var rig = new Rig(new Pn532Chip());
        rig.Module.Cards.Add(CardA);
        rig.RunTo(Second);
        var misses = rig.Player.Misses.Count;
        rig.Module.IsDead = true;
        rig.RunTo(3600 * Second);
        Assert.Equal(["Working", "NoAnswer"], rig.Changes);
        Assert.Equal(misses, rig.Player.Misses.Count);
        rig.Module.LosePower();
        rig.Module.IsDead = false;
        rig.RunTo(3602 * Second);
        Assert.Equal(["Working", "NoAnswer", "Working"], rig.Changes);
        Assert.Equal([TapA], rig.Player.Taps);
        Assert.InRange(rig.Player.States.First(s => s.State == "NoAnswer").At, Second, Second + 400_000);
    }

    [Fact]
    public void Acknowledged_look_without_an_answer_is_no_card_and_is_cancelled()
    {
        var rig = new Rig(new Pn532Chip());
        rig.RunTo(Second);
        rig.Module.Always[0x4A] = ChipFault.NoReply;
        rig.Module.Cards.Add(CardA);
        rig.RunTo(5 * Second);
        Assert.Equal(["Working"], rig.Changes);
        Assert.Empty(rig.Player.Outcomes);
        Assert.Contains(rig.Commands, c => c.Command == Cancel);
        rig.Module.Always.Clear();
        rig.RunTo(6 * Second);
        Assert.Equal([TapA], rig.Player.Taps);
    }

    [Fact]
    public void Acknowledged_looks_without_an_answer_end_a_presence()
    {
        var rig = new Rig(new Pn532Chip());
        rig.Module.Cards.Add(CardA);
        rig.RunTo(Second);
        rig.Module.Always[0x4A] = ChipFault.NoReply;
        rig.RunTo(3 * Second);
        rig.Module.Always.Clear();
        rig.RunTo(4 * Second);
        Assert.Equal([TapA, TapA], rig.Player.Taps);
    }

    [Fact]
    public void Chip_that_tries_for_ever_is_cancelled_and_its_card_is_read_when_it_comes()
    {
        var rig = new Rig(new Pn532Chip());
        rig.Module.Always[0x32] = ChipFault.None;
        rig.RunTo(Second);
        rig.Module.LosePower(); // it forgets the finite tries
        rig.Module.Hear([0x55]);
        rig.RunTo(10 * Second);
        Assert.Equal(["Working"], rig.Changes);
        foreach (var answer in rig.Module.Put(CardA))
            rig.Say(10 * Second, answer);
        rig.RunTo(11 * Second);
        Assert.Equal([TapA], rig.Player.Taps);
        Assert.True(rig.Module.Cancelled > 0);
    }

    [Fact]
    public void Chip_that_hangs_after_a_look_s_ACK_is_found_out()
    {
        var rig = new Rig(new Pn532Chip());
        rig.RunTo(Second);
        foreach (var code in (byte[])[0x02, 0x14, 0x32, 0x4A, 0x52])
            rig.Module.Always[code] = ChipFault.NoReply;
        rig.RunTo(6 * Second);
        Assert.Equal(["Working", "NoAnswer"], rig.Changes);
    }

    [Fact]
    public void Dead_line_is_a_fault_within_a_quarter_of_a_second_and_is_tried_a_few_times_a_second()
    {
        var rig = new Rig(new Pn532Chip { IsDead = true });
        rig.RunTo(60 * Second);
        Assert.Equal(["NoAnswer"], rig.Changes);
        Assert.InRange(rig.Player.States[0].At, 0, 250_000);
        Assert.All(rig.Commands, c => Assert.Equal(Wake, c.Command));
        Assert.InRange(rig.Commands.Count, 150, 200);
        rig.Module.IsDead = false;
        rig.RunTo(61 * Second);
        Assert.Equal(["NoAnswer", "Working"], rig.Changes);
    }

    [Theory, MemberData(nameof(Faults))]
    public void Any_one_fault_at_any_command_costs_no_tap_and_doubles_none_and_is_no_state(ChipFault fault)
    {
        for (var victim = 0; victim < 14; victim++)
        {
            var rig = new Rig(new Pn532Chip());
            for (var i = 0; i < victim; i++)
                rig.Module.Faults.Enqueue(ChipFault.None);
            rig.Module.Faults.Enqueue(fault);
            rig.Module.Cards.Add(CardA);
            rig.RunTo(3 * Second);
            rig.Module.Cards[0] = CardB;
            rig.RunTo(5 * Second);
            Assert.Equal([TapA, TapB], rig.Player.Taps);
            Assert.Equal(["Working"], rig.Changes);
            Assert.DoesNotContain(rig.Player.Outcomes, o => o[0] == '!');
        }
    }

    [Theory, MemberData(nameof(Faults))]
    public void Fault_that_stays_is_said_once_never_makes_a_tap_of_its_own_and_ends_when_it_ends(ChipFault fault)
    {
        if (fault is ChipFault.None or ChipFault.LongPreamble or ChipFault.ExtendedFrame or ChipFault.NoReply)
            return; // legal, or no card: tested above
        var rig = new Rig(new Pn532Chip());
        rig.Module.Cards.Add(CardA);
        rig.RunTo(Second);
        rig.Module.Always[0x4A] = fault;
        rig.RunTo(10 * Second);
        if (fault is ChipFault.BadLengthCheck or ChipFault.BadDataCheck or ChipFault.BadIdentifier or ChipFault.BadCode or ChipFault.BadPostamble or ChipFault.HalfReply or ChipFault.Garbage)
            Assert.Equal(["Working"], rig.Changes); // NACK brings the same answer again, whole
        else
            Assert.Equal(["Working", "NoAnswer"], rig.Changes);
        rig.Module.Always.Clear();
        rig.RunTo(12 * Second);
        Assert.Equal("Working", rig.Changes[^1]);
        Assert.Equal([TapA], rig.Player.Taps);
    }

    [Fact]
    public void Damaged_answer_is_asked_for_once_more_and_not_twice()
    {
        var rig = new Rig(new Pn532Chip(), (_, bytes) => (Rig.Fast, bytes.Length > 6 && bytes[6] == 0x4B ? [.. bytes[..^1], 0x55] : bytes));
        rig.Module.Cards.Add(CardA);
        rig.RunTo(Second);
        Assert.Equal([Wake, Firmware, FiniteTries, FieldOff, Look, Nack, Wake, Firmware, FiniteTries, FieldOff, Look, Nack], rig.Commands.Take(12).Select(c => c.Command));
        Assert.Equal(["NoAnswer"], rig.Changes);
        Assert.Empty(rig.Player.Reads);
    }

    [Fact]
    public void Answer_that_comes_after_its_look_was_cancelled_is_no_tap_of_the_next_look()
    {
        var late = Pn532Chip.Bytes("00 00 FF 0C F4 D5 4B 01 01 00 04 08 04 9E B3 6E 66 A9 00");
        var rig = new Rig(new Pn532Chip());
        rig.RunTo(Second);
        var looks = rig.Commands.Count(c => c.Command == Look);
        while (rig.Commands.Count(c => c.Command == Look) == looks)
            rig.RunTo(rig.Now + 100);
        rig.Say(rig.Now + 1, late); // before the ACK
        rig.RunTo(2 * Second);
        Assert.Empty(rig.Player.Outcomes);
        Assert.Equal(["Working"], rig.Changes);
    }

    [Fact]
    public void Answers_that_waited_before_the_line_was_opened_are_no_taps()
    {
        var old = Pn532Chip.Bytes("00 00 FF 0C F4 D5 4B 01 01 00 04 08 04 9E B3 6E 66 A9 00");
        var rig = new Rig(new Pn532Chip());
        rig.Say(1, [.. old, .. old]);
        rig.RunTo(Second);
        Assert.Empty(rig.Player.Outcomes);
        Assert.Equal(["Working"], rig.Changes);
    }

    [Fact]
    public void Reopened_line_begins_anew_at_any_place_of_the_conversation_and_the_card_stays_one_tap()
    {
        for (var cut = 0; cut < 60; cut++)
        {
            var rig = new Rig(new Pn532Chip());
            rig.Module.Cards.Add(CardA);
            rig.RunTo(Second + (cut * 500));
            rig.Module.LosePower();
            rig.Reopen();
            rig.RunTo(3 * Second);
            Assert.Equal([TapA], rig.Player.Taps);
            Assert.Equal(["Working"], rig.Changes);
        }
    }

    [Fact]
    public void Card_without_an_identity_is_refused_and_hides_nobody_and_nobody_hides_it()
    {
        var rig = new Rig(new Pn532Chip());
        rig.Module.Cards.Add(Phone);
        rig.RunTo(200_000);
        Assert.All(rig.Player.Outcomes, o => Assert.Equal("!DefaultIdentity", o));
        rig.Module.Cards[0] = CardA;
        rig.RunTo(Second);
        Assert.Equal([TapA], rig.Player.Taps);
    }

    [Fact]
    public void Kiosk_that_was_busy_and_reads_late_finds_no_fault()
    {
        var sent = new List<string>();
        var player = new Player("pn532", ReaderOptions.Default, (command, _) => sent.Add(Convert.ToHexString(command)));
        player.Driver.Bytes(Pn532Chip.Bytes("00 00 FF 00 FF 00 00 00 FF 02 FE D5 15 16 00"), 5 * Second);
        player.Driver.Tick(5 * Second);
        Assert.Equal([Wake, Firmware], sent);
        Assert.Empty(player.States);
    }

    [Fact]
    public void Two_cards_are_told_together_and_one_that_stays_is_told_alone()
    {
        var rig = new Rig(new Pn532Chip());
        rig.Module.Cards.AddRange([CardA, CardB]);
        rig.RunTo(Second);
        Assert.All(rig.Player.Outcomes, o => Assert.Equal(TapA + "+" + TapB, o));
        Assert.Equal([TapA + "+" + TapB], rig.Player.Taps);
        rig.Module.Cards.Remove(CardA);
        rig.RunTo(2 * Second);
        Assert.Equal([TapA + "+" + TapB, TapB], rig.Player.Taps);
    }

    [Fact]
    public void Phone_beside_a_card_does_not_hide_it()
    {
        var rig = new Rig(new Pn532Chip());
        rig.Module.Cards.AddRange([Phone, CardA]);
        rig.RunTo(Second);
        Assert.All(rig.Player.Outcomes, o => Assert.Equal(TapA + "+?", o));
        Assert.Equal([TapA + "+?"], rig.Player.Taps);
    }

    [Fact]
    public void After_any_bad_minute_the_chip_works_and_cards_are_read() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var isBad = true;
            var rig = new Rig(new Pn532Chip(), (_, bytes) => isBad ? Spoil(bytes, random) : (Rig.Fast, bytes));
            rig.Module.Cards.Add(CardA);
            for (var second = 0L; second < 20; second++)
            {
                rig.RunTo(second * Second);
                if (random.Next(5) == 0) rig.Module.IsDead = !rig.Module.IsDead;
                if (random.Next(5) == 0) rig.Module.LosePower();
                if (random.Next(5) == 0) rig.Module.Faults.Enqueue((ChipFault)random.Next(Enum.GetValues<ChipFault>().Length));
                if (random.Next(5) == 0) rig.Say((second * Second) + random.Next(1_000_000), Noise(random));
                if (random.Next(10) == 0) rig.Reopen();
            }

            isBad = false;
            rig.Module.IsDead = false;
            rig.Module.Faults.Clear();
            rig.Module.Cards[0] = CardB;
            rig.RunTo(25 * Second);
            return rig.Player.ReadOutcomes.All(o => o is TapA or TapB) && rig.Player.Taps[^1] == TapB && rig.Player.Taps.Count(o => o == TapB) == 1
                && rig.Player.States[^1].State == "Working";
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static void Without(Rig rig, int looks)
    {
        rig.Module.Cards.Clear();
        rig.Module.Cards.Add(CardA);
        rig.RunTo(rig.Now + Second);
        rig.Module.Cards.Clear();
        var missed = rig.Player.Misses.Count + looks;
        while (rig.Player.Misses.Count < missed)
            rig.RunTo(rig.Now + 1_000);
        rig.Module.Cards.Add(CardA);
        rig.RunTo(rig.Now + Second);
    }

    private static (long Delay, byte[] Bytes)? Spoil(byte[] bytes, Random random) => random.Next(12) switch
    {
        0 => null,
        1 => (random.Next(700_000), bytes),
        2 => (Rig.Fast, Flipped(bytes, random.Next(bytes.Length * 8))),
        3 => (Rig.Fast, bytes[..random.Next(bytes.Length)]),
        4 => (Rig.Fast, [.. Noise(random), .. bytes]),
        _ => (Rig.Fast, bytes),
    };

    private sealed class Rig(Pn532Chip chip, Func<int, byte[], (long Delay, byte[] Bytes)?>? line = null)
        : ReaderRig<Pn532Chip>("pn532", ReaderOptions.Default, chip, line ?? ((_, bytes) => (Fast, bytes)))
    {
        /// <summary>How long a command, its ACK and its answer take at 115200 baud, microseconds.</summary>
        public const long Fast = 3_000;
    }
}
