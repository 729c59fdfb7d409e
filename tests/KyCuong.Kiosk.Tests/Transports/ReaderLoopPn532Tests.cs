using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Transports;

/// <summary>A PN532 that is asked for cards, through the kernel's terminals.</summary>
public sealed class ReaderLoopPn532Tests
{
    private static readonly ChipCard CardA = new([0x9E, 0xB3, 0x6E, 0x66]);
    private static readonly ChipCard CardB = new([0x04, 0x7B, 0xCB, 0x51, 0x96, 0x22, 0x80], 0x00, 0x0044);
    private const string TapA = "tap 9EB36E66";
    private const string TapB = "tap 047BCB51962280";

    [Fact]
    public async Task Reader_is_ready_after_a_look_and_a_held_card_is_one_tap()
    {
        using var chip = new RunningModule<Pn532Chip>(new Pn532Chip());
        await using var reader = new RunningReader("tty:" + chip.Link, "pn532");
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
        await using var reader = new RunningReader("tty:" + chip.Link, "pn532");
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

    [Fact]
    public async Task Reader_unplugged_at_any_byte_of_an_answer_comes_back_and_never_joins_the_half()
    {
        using var chip = new RunningModule<Pn532Chip>(new Pn532Chip());
        await using var reader = new RunningReader("tty:" + chip.Link, "pn532");
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

    private static void Hold(RunningModule<Pn532Chip> chip, ChipCard card) => chip.With(c =>
    {
        c.Cards.Clear();
        c.Cards.Add(card);
        return card;
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
