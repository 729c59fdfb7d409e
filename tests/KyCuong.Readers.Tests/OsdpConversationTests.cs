using KyCuong.Readers.Cards;
using KyCuong.Testing;
using static KyCuong.Readers.Tests.LineNoise;

namespace KyCuong.Readers.Tests;

/// <summary>What the OSDP panel tells its reader and what it makes of its replies, its silence and its damage.</summary>
public sealed class OsdpConversationTests
{
    private const long Second = 1_000_000;
    private static readonly byte[] Uid = GrowModule.Bytes("9D 2F 11 A0");

    public static TheoryData<string> OfTheStandard => new()
    {
        { "53 7F 0D 00 04 6E 00 80 25 00 00 6E 38" }, { "53 00 09 00 04 61 00 C0 66" }, { "53 7F 0C 00 00 6E 00 80 25 00 00 0F" }, { "53 00 08 00 00 61 00 44" },
        { "53 00 08 00 04 60 EB AA" }, { "53 00 0D 00 06 6A 00 02 05 02 01 C9 17" }, { "53 00 16 00 07 69 00 00 02 05 05 02 00 14 00 00 00 00 00 00 31 CE" },
    };

    [Theory, MemberData(nameof(OfTheStandard))]
    public void Reader_of_the_tests_makes_the_packets_of_the_standard_and_those_that_were_captured(string hex)
    {
        var packet = GrowModule.Bytes(hex);
        Assert.Equal(packet, OsdpReader.Packet(packet[1], packet[4], packet[5], packet.AsSpan(6..((packet[4] & 4) != 0 ? ^2 : ^1))));
    }

    // Heard on a pseudo-terminal between an independent panel library and a scripted reader.
    [Theory]
    [InlineData("53 80 10 00 05 50 00 01 1A 00 EA 83 E8 40 35 3D", CardBits.Wiegand, "w26:D507D0")]
    [InlineData("53 80 10 00 06 50 00 01 20 00 9D 2F 11 A0 A6 AA", CardBits.Uid, "a:9D2F11A0")]
    [InlineData("53 80 13 00 07 50 00 01 38 00 04 A1 B2 C3 D4 E5 F6 7D 2D", CardBits.Uid, "a:04A1B2C3D4E5F6")]
    [InlineData("53 80 0E 00 05 53 00 04 31 32 33 34 9F D2", CardBits.Uid, null)]
    public void Captured_reply_is_read_behind_the_poll_of_its_sequence(string hex, CardBits card, string? read)
    {
        var reply = GrowModule.Bytes(hex);
        Player? player = null;
        var replies = new Queue<byte[]>();
        var done = false;
        player = new Player("osdp", ReaderOptions.Default with { Card = card }, (command, _) =>
        {
            var sequence = command[5] & 3;
            var poll = command[6] == 0x60 && sequence == (reply[4] & 3) && !done;
            done |= poll;
            replies.Enqueue(poll ? reply : OsdpReader.Packet(0x80, command[5], 0x40, []));
        });
        for (var t = 0L; t < 2 * Second; t += 10_000)
        {
            player.Play([new Chunk(t, [])]);
            while (replies.TryDequeue(out var answer))
                player.Play([new Chunk(t, answer)]);
        }

        Assert.True(done);
        Assert.Equal(read is null ? [] : [read], player.Outcomes);
    }

    [Fact]
    public void Opening_is_the_captured_exchange_then_polls_and_one_question_in_ten_seconds()
    {
        var rig = Rig(new OsdpReader());
        rig.RunTo(11 * Second);
        Assert.Equal(["FF530009000461" + "00C066", "FF53000900056200A304"], rig.Commands.Take(2).Select(c => c.Command));
        Assert.Equal("6100 6200 60 64 60 60", string.Join(' ', rig.Module.Log.Take(6)));
        Assert.Equal(2, rig.Module.Log.Count(c => c == "64"));
        Assert.Equal(["Working"], rig.Changes);
        Assert.Equal(0, rig.Module.Repeated);
        Assert.All(rig.Commands.Zip(rig.Commands.Skip(1)), pair => Assert.InRange(pair.Second.At - pair.First.At, 1, 100_000));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(126)]
    public void Only_the_reader_of_the_address_is_asked_and_heard(byte address)
    {
        var rig = Rig(new OsdpReader { Address = address }, options: ReaderOptions.Default with { Card = CardBits.Uid, Address = address });
        rig.Module.Card(32, Uid);
        rig.Say(500_000, OsdpReader.Packet((byte)(((address + 1) % 126) + 0x80), 5, 0x50, [0, 0, 32, 0, 1, 2, 3, 5]));
        rig.RunTo(2 * Second);
        Assert.Equal(["a:9D2F11A0"], rig.Player.Outcomes);
    }

    [Fact]
    public void Any_one_reply_lost_late_or_with_any_bit_flipped_costs_no_card_and_doubles_none()
    {
        foreach (var victim in Enumerable.Range(0, 12))
        {
            var spoils = new List<Func<byte[], (long, byte[])?>> { _ => null, bytes => (190_000, bytes), bytes => (230_000, bytes), bytes => (ReaderRig<OsdpReader>.Usual, bytes[..(bytes.Length / 2)]) };
            spoils.AddRange(Enumerable.Range(0, 16 * 8).Select(bit => (Func<byte[], (long, byte[])?>)(bytes => (ReaderRig<OsdpReader>.Usual, Flipped(bytes, bit)))));
            foreach (var spoil in spoils)
            {
                var rig = Rig(new OsdpReader(), (n, bytes) => n == victim ? spoil(bytes) : (ReaderRig<OsdpReader>.Usual, bytes));
                rig.Module.Card(32, Uid);
                rig.Module.Card(56, GrowModule.Bytes("04 A1 B2 C3 D4 E5 F6"));
                rig.RunTo(5 * Second);
                Assert.Equal(["a:9D2F11A0", "a:04A1B2C3D4E5F6"], rig.Player.Outcomes);
                Assert.Equal(["Working"], rig.Changes);
            }
        }
    }

    [Fact]
    public void Reply_that_was_lost_is_asked_for_with_the_same_sequence()
    {
        var rig = Rig(new OsdpReader(), (n, bytes) => n is 6 or 7 ? null : (ReaderRig<OsdpReader>.Usual, bytes));
        rig.RunTo(2 * Second);
        Assert.Equal(2, rig.Module.Repeated);
    }

    [Fact]
    public void Echo_of_the_own_commands_is_passed_over()
    {
        ReaderRig<OsdpReader>? rig = null;
        rig = Rig(new OsdpReader(), (n, bytes) => (ReaderRig<OsdpReader>.Usual, [.. GrowModule.Bytes(rig is null ? "" : rig.Commands[^1].Command), .. bytes]));
        rig.Module.Card(32, Uid);
        rig.RunTo(2 * Second);
        Assert.Equal(["a:9D2F11A0"], rig.Player.Outcomes);
        Assert.Equal(["Working"], rig.Changes);
    }

    [Fact]
    public void Reader_that_does_not_know_the_crc_is_spoken_to_with_the_checksum()
    {
        var rig = Rig(new OsdpReader { ChecksumOnly = true, Capabilities = [8, 0, 0] });
        rig.Module.Card(32, Uid);
        rig.RunTo(5 * Second);
        Assert.Equal(["Working"], rig.Changes);
        Assert.Equal(["a:9D2F11A0"], rig.Player.Outcomes);
    }

    [Fact]
    public void Reader_that_was_away_and_knows_the_crc_is_spoken_to_with_it_again()
    {
        var rig = Rig(new OsdpReader { Answers = false });
        rig.RunTo(900_000); // the checksum is being tried
        rig.Module.Answers = true;
        rig.RunTo(3 * Second);
        Assert.Equal(["Working"], rig.Changes);
        Assert.StartsWith("FF53000800", rig.Commands[^1].Command, StringComparison.Ordinal);
        Assert.NotEqual(0, Convert.FromHexString(rig.Commands[^1].Command)[5] & 4);
    }

    [Fact]
    public void Busy_reader_is_asked_the_same_again_and_one_that_stays_busy_is_a_fault()
    {
        var rig = Rig(new OsdpReader());
        rig.RunTo(Second);
        rig.Module.Card(32, Uid);
        rig.Module.Busy = 3;
        rig.RunTo(3 * Second);
        Assert.Equal(["a:9D2F11A0"], rig.Player.Outcomes);
        Assert.Equal(["Working"], rig.Changes);
        rig.Module.Busy = int.MaxValue;
        rig.RunTo(12 * Second);
        Assert.Equal(["Working", "NoAnswer"], rig.Changes);
        rig.Module.Busy = 0;
        rig.RunTo(16 * Second);
        Assert.Equal(["Working", "NoAnswer", "Working"], rig.Changes);
    }

    [Fact]
    public void Silent_reader_is_a_fault_after_two_seconds_at_opening_and_after_eight_later_and_starts_over_with_sequence_zero()
    {
        var rig = Rig(new OsdpReader { Answers = false });
        rig.RunTo(5 * Second);
        Assert.Equal([("NoAnswer", 2 * Second)], rig.Player.States);
        rig.Module.Answers = true;
        rig.RunTo(8 * Second);
        Assert.Equal(["NoAnswer", "Working"], rig.Changes);
        var heardAt = rig.Commands[^1].At;
        rig.Module.Answers = false;
        rig.RunTo(30 * Second);
        Assert.Equal(["NoAnswer", "Working", "NoAnswer"], rig.Changes);
        Assert.InRange(rig.Player.States.First(s => s.State == "NoAnswer" && s.At > heardAt).At - heardAt, 7_900_000, 8_300_000);
        rig.Module.Answers = true;
        rig.RunTo(33 * Second);
        Assert.Equal(["NoAnswer", "Working", "NoAnswer", "Working"], rig.Changes);
        Assert.Equal(2, rig.Module.Log.Count(c => c == "6100"));
    }

    [Fact]
    public void Reader_that_lost_its_power_for_a_second_is_found_again_without_a_fault()
    {
        var rig = Rig(new OsdpReader());
        rig.RunTo(5 * Second);
        rig.Module.LosePower();
        rig.Module.Answers = false;
        rig.RunTo(6 * Second);
        rig.Module.Answers = true;
        rig.Module.Card(32, Uid);
        rig.RunTo(8 * Second);
        Assert.Equal(["Working"], rig.Changes);
        Assert.Equal(["a:9D2F11A0"], rig.Player.Outcomes);
    }

    [Fact]
    public void Reader_that_wants_encryption_is_a_fault_of_its_own_and_never_spoken_to_otherwise()
    {
        var rig = Rig(new OsdpReader { SecureOnly = true });
        rig.RunTo(30 * Second);
        Assert.Equal(["SecureOnly"], rig.Changes);
        Assert.All(rig.Commands, c => Assert.Equal(0, Convert.FromHexString(c.Command)[5] & 8));
        rig.Module.SecureOnly = false;
        rig.RunTo(33 * Second);
        Assert.Equal(["SecureOnly", "Working"], rig.Changes);
        rig.Module.SecureOnly = true;
        rig.RunTo(34 * Second);
        rig.Module.Answers = false;
        rig.RunTo(50 * Second);
        Assert.Equal(["SecureOnly", "Working", "SecureOnly", "NoAnswer"], rig.Changes);
    }

    [Fact]
    public void Encrypted_reply_is_not_read()
    {
        var rig = Rig(new OsdpReader(), (n, bytes) => (ReaderRig<OsdpReader>.Usual, n == 5 ? OsdpReader.Packet(0x80, bytes[4] | 8, 0x50, [0, 0, 32, 0, .. Uid]) : bytes));
        rig.RunTo(1_100_000);
        Assert.Empty(rig.Player.Outcomes);
        Assert.Contains("SecureOnly", rig.Changes);
    }

    [Fact]
    public void Tamper_and_power_are_said_at_once_and_taken_back_and_cards_are_read_meanwhile()
    {
        var rig = Rig(new OsdpReader());
        rig.RunTo(2 * Second);
        rig.Module.Tell(0x48, [1, 0]);
        rig.Module.Tampered = true;
        rig.RunTo(2_200_000);
        Assert.Equal(["Working", "Tampered"], rig.Changes);
        rig.Module.Card(32, Uid);
        rig.RunTo(15 * Second);
        Assert.Equal(["Working", "Tampered"], rig.Changes);
        Assert.Equal(["a:9D2F11A0"], rig.Player.Outcomes);
        rig.Module.Tampered = false;
        rig.RunTo(26 * Second);
        Assert.Equal(["Working", "Tampered", "Working"], rig.Changes);
        rig.Module.Tell(0x48, [0, 1]);
        rig.Module.Tell(0x48, [0, 0]);
        rig.Module.Tell(0x4B, [2]);
        rig.RunTo(27 * Second);
        Assert.Equal(["Working", "Tampered", "Working", "PowerFailed", "Working", "Tampered"], rig.Changes);
    }

    [Fact]
    public void Reader_opened_before_the_kiosk_started_is_said_at_the_first_question()
    {
        var rig = Rig(new OsdpReader { Tampered = true });
        rig.RunTo(Second);
        Assert.Equal(["Tampered"], rig.Changes);
    }

    [Fact]
    public void Reader_that_cannot_say_how_it_is_works_as_long_as_it_answers()
    {
        var rig = Rig(new OsdpReader());
        rig.Module.Unknown.AddRange([0x64, 0x62]);
        rig.RunTo(25 * Second);
        Assert.Equal(["Working"], rig.Changes);
        Assert.Single(rig.Module.Log, c => c == "64");
        Assert.Equal(3, rig.Player.States.Count);
    }

    [Theory]
    [InlineData(ReaderSignal.Recorded, "690000020A0002020A000000000000", "6A0002010101")]
    [InlineData(ReaderSignal.Again, "690000020A0002020A000000000000", "6A0002010102")]
    [InlineData(ReaderSignal.Refused, "6900000214000101140000000000" + "00", "6A0002050101")]
    [InlineData(ReaderSignal.OutOfService, "6900000214000101140000000000" + "00", "6A0002010103")]
    public void Signal_is_the_next_two_commands(ReaderSignal signal, string light, string sound)
    {
        var rig = Rig(new OsdpReader());
        rig.RunTo(2 * Second);
        var before = rig.Module.Log.Count;
        rig.Indicate(signal);
        rig.RunTo((2 * Second) + 250_000);
        Assert.Equal([light, sound], rig.Module.Log.Skip(before).Where(c => c != "60"));
    }

    [Fact]
    public void Reader_without_light_or_buzzer_is_told_nothing_and_one_that_refuses_is_not_told_again()
    {
        var rig = Rig(new OsdpReader { Capabilities = [4, 0, 0, 5, 1, 1] });
        rig.Module.Unknown.Add(0x6A);
        rig.RunTo(2 * Second);
        rig.Indicate(ReaderSignal.Recorded);
        rig.RunTo(3 * Second);
        rig.Indicate(ReaderSignal.Recorded);
        rig.RunTo(4 * Second);
        Assert.Equal(["6A0002010101"], rig.Module.Log.Where(c => c[0] == '6' && c[1] is '9' or 'A'));
    }

    [Fact]
    public void Reopened_line_starts_over_and_old_replies_are_nothing()
    {
        for (var at = 0L; at < 400_000; at += 7_000)
        {
            var rig = Rig(new OsdpReader());
            rig.RunTo(at);
            rig.Module.LosePower();
            rig.Reopen();
            rig.Module.Card(32, Uid);
            rig.RunTo(3 * Second);
            Assert.Equal(["a:9D2F11A0"], rig.Player.Outcomes);
            Assert.Equal("Working", rig.Changes[^1]);
        }
    }

    private static ReaderRig<OsdpReader> Rig(OsdpReader reader, Func<int, byte[], (long Delay, byte[] Bytes)?>? line = null, ReaderOptions? options = null) =>
        new("osdp", options ?? ReaderOptions.Default with { Card = CardBits.Uid }, reader, line);
}
