using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Transports;

/// <summary>A PN532 that is asked for cards, through the kernel's terminals.</summary>
public sealed class ReaderLoopPn532Tests
{
    private static readonly ChipCard CardA = new([0x9E, 0xB3, 0x6E, 0x66]);
    private static readonly ChipCard CardB = new([0x04, 0x7B, 0xCB, 0x51, 0x96, 0x22, 0x80], 0x00, 0x0044);
    /// <summary>A wait for an ACK that no pause of a busy test machine exceeds.</summary>
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(10);

    private const string TapA = "tap 9EB36E66";
    private const string TapB = "tap 047BCB51962280";

    [Fact]
    public async Task Reader_is_ready_after_a_look_and_a_held_card_is_one_tap()
    {
        using var chip = new RunningModule<Pn532Chip>(new Pn532Chip());
        await using var reader = new RunningReader("tty:" + chip.Link, "pn532", silence: Patient);
        reader.Expect("ready");
        Hold(chip, CardA);
        reader.Expect(TapA);
        await LooksAsync(chip, 5);
        Hold(chip, CardB);
        reader.Expect(TapB);
        await LooksAsync(chip, 5);
        Hold(chip, CardA);
        reader.Expect(TapA);
        await reader.StopAsync();
    }

    [Fact]
    public async Task Reader_without_power_is_a_fault_and_the_card_that_lies_on_it_is_no_second_tap()
    {
        using var chip = new RunningModule<Pn532Chip>(new Pn532Chip());
        await using var reader = new RunningReader("tty:" + chip.Link, "pn532", silence: TimeSpan.FromSeconds(3));
        reader.Expect("ready");
        Hold(chip, CardA);
        reader.Expect(TapA);
        chip.With(c => c.IsDead = true);
        reader.Expect("fault NoAnswer");
        Assert.Contains("không trả lời", reader.LastSentence, StringComparison.Ordinal);
        chip.With(c =>
        {
            c.LosePower();
            return c.IsDead = false;
        });
        reader.Expect("ready");
        await LooksAsync(chip, 3);
        Hold(chip, CardB);
        reader.Expect(TapB);
        await reader.StopAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Only_known_badge_of_two_is_the_tap_and_the_other_becomes_one_when_it_stays_alone(bool isSecondKnown)
    {
        using var chip = new RunningModule<Pn532Chip>(new Pn532Chip());
        await using var reader = new RunningReader("tty:" + chip.Link, "pn532", silence: Patient);
        reader.Known[(isSecondKnown ? TapB : TapA)[4..]] = true;
        reader.Expect("ready");
        Hold(chip, CardA, CardB);
        reader.Expect(isSecondKnown ? TapB : TapA);
        reader.Expect("refused CardBeside");
        await LooksAsync(chip, 4);
        Hold(chip, isSecondKnown ? CardA : CardB);
        reader.Expect(isSecondKnown ? TapA : TapB);
        await LooksAsync(chip, 4);
        await reader.StopAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_cards_of_which_neither_or_both_are_known_are_no_tap_until_one_has_gone(bool areKnown)
    {
        using var chip = new RunningModule<Pn532Chip>(new Pn532Chip());
        await using var reader = new RunningReader("tty:" + chip.Link, "pn532", silence: Patient);
        if (areKnown)
            reader.Known[TapA[4..]] = reader.Known[TapB[4..]] = true;
        reader.Expect("ready");
        Hold(chip, CardA, CardB);
        reader.Expect("refused TwoCards");
        await LooksAsync(chip, 4);
        Hold(chip, CardB);
        reader.Expect(TapB);
        await LooksAsync(chip, 4);
        await reader.StopAsync();
    }

    [Fact]
    public async Task Badge_beside_one_that_was_just_tapped_is_refused_if_both_are_known_and_the_only_known_one_is_a_tap()
    {
        using var chip = new RunningModule<Pn532Chip>(new Pn532Chip());
        await using var reader = new RunningReader("tty:" + chip.Link, "pn532", silence: Patient);
        reader.Known[TapB[4..]] = true;
        reader.Expect("ready");
        Hold(chip, CardA);
        reader.Expect(TapA);
        Hold(chip, CardA, CardB);
        reader.Expect(TapB); // the unknown one is in the journal as a tap already
        Hold(chip, CardB);
        await LooksAsync(chip, 4);
        reader.Known[TapA[4..]] = true;
        Hold(chip, CardB, CardA);
        reader.Expect("refused TwoCards");
        await LooksAsync(chip, 4);
        Hold(chip, CardA);
        reader.Expect(TapA);
        await reader.StopAsync();
    }

    [Fact]
    public async Task Phone_beside_a_known_badge_does_not_hide_it()
    {
        using var chip = new RunningModule<Pn532Chip>(new Pn532Chip());
        await using var reader = new RunningReader("tty:" + chip.Link, "pn532", silence: Patient);
        reader.Known[TapA[4..]] = true;
        reader.Expect("ready");
        Hold(chip, new ChipCard([0x08, 0x12, 0x34, 0x56]), CardA);
        reader.Expect(TapA);
        reader.Expect("refused CardBeside");
        await LooksAsync(chip, 4);
        await reader.StopAsync();
    }

    [Fact]
    public async Task Reader_unplugged_at_any_byte_of_an_answer_comes_back_and_never_joins_the_half()
    {
        using var chip = new RunningModule<Pn532Chip>(new Pn532Chip());
        await using var reader = new RunningReader("tty:" + chip.Link, "pn532", silence: Patient);
        reader.Expect("ready");
        var length = Pn532Chip.Frame([0x4B, 1, 1, 0, 4, 8, 4, .. CardA.Uid]).Length;
        for (var cut = 0; cut < length; cut++)
        {
            using var isCut = new ManualResetEventSlim();
            var bytes = cut;
            chip.With(c =>
            {
                chip.OnTheWay = answer =>
                {
                    if (answer.Length != length)
                        return isCut.IsSet ? [] : answer;
                    isCut.Set();
                    return answer[..bytes];
                };
                return 0;
            });
            Hold(chip, CardA);
            Assert.True(isCut.Wait(TimeSpan.FromSeconds(30)));
            chip.Unplug();
            reader.Expect("fault Unplugged");
            chip.With(c => chip.OnTheWay = answer => answer);
            Hold(chip, CardB);
            chip.Plug();
            reader.Expect("ready");
            if (cut == 0)
                reader.Expect(TapB);
        }

        await LooksAsync(chip, 3);
        Hold(chip, CardA);
        reader.Expect(TapA);
        await reader.StopAsync();
    }

    private static void Hold(RunningModule<Pn532Chip> chip, params ChipCard[] cards) => chip.With(c =>
    {
        c.Cards.Clear();
        c.Cards.AddRange(cards);
        return cards;
    });

    private static async Task LooksAsync(RunningModule<Pn532Chip> chip, int looks)
    {
        int Made() => chip.With(c => c.Log.Count(command => command.StartsWith("4A", StringComparison.Ordinal)));
        var until = Made() + looks;
        while (Made() < until)
#pragma warning disable RS0030 // A test host chooses the clock: real lines run on real time.
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
#pragma warning restore RS0030
    }
}
