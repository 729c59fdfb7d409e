namespace KyCuong.Server.Features.Demo;

/// <summary>
/// A queue at 07:25, put on the lines of two readers as the readers would: an RDM6300 repeats its frame while the card is
/// held, a scanner sends a line. A stranger's card and a burst of noise are among it. Returns how many taps were played.
/// </summary>
internal sealed class MorningRush(SerialDeviceServer cards, SerialDeviceServer codes, TimeProvider time)
{
    /// <summary>The kiosk's id of the reader of cards.</summary>
    public const string CardReader = "the";

    /// <summary>The kiosk's id of the scanner.</summary>
    public const string CodeReader = "qr";

    private const int FramesOfAHeldCard = 3;
    private static readonly TimeSpan BetweenPeople = TimeSpan.FromMilliseconds(40);
    private static readonly byte[] Stranger = [0x0C, 0xDE, 0xAD, 0x00, 0x01];
    private static readonly byte[] Noise = [0x02, 0x30, 0xFF, 0x00, 0x41, 0x03, 0x7E, 0x02, 0x33];

    /// <summary>Plays everyone once, then the stranger.</summary>
    public async Task<int> PlayAsync(IReadOnlyList<SamplePerson> people, CancellationToken cancel)
    {
        var played = 0;
        foreach (var person in people)
        {
            if (person.BadgeCode is { } code) await codes.WriteAsync(ReaderFrames.Line(code), cancel);
            else await HoldAsync(person.Tag, cancel);
            played++;
            if (played == people.Count / 2) await cards.WriteAsync(Noise, cancel);
            await Task.Delay(BetweenPeople, time, cancel);
        }

        await HoldAsync(Stranger, cancel);
        return played + 1;
    }

    private async Task HoldAsync(byte[] tag, CancellationToken cancel)
    {
        for (var i = 0; i < FramesOfAHeldCard; i++) await cards.WriteAsync(ReaderFrames.Rdm6300(tag), cancel);
    }
}
