using System.Globalization;
using System.Net.Sockets;
using KyCuong.Testing;

namespace KyCuong.Gate;

/// <summary>
/// A PC/SC reader: a service of the tests' own with a virtual reader and virtual cards. Its plug is the service's: a running one learns
/// of readers from udev, which has no virtual ones.
/// </summary>
internal sealed class PcscLine(TimeProvider time) : GateLine
{
    private const string AskUid = "FFCA000000";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // The service looks for cards every 400 ms.
    private static readonly TimeSpan Held = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Gone = TimeSpan.FromMilliseconds(900);

    private readonly PcscService _service = new();

    public override string Address => "pcsc:ACS ACR122U PICC Interface 00 00";

    public override bool Converses => true;

    public override void Send(ReadOnlySpan<byte> bytes) => throw new NotSupportedException("A PC/SC reader has no line.");

    public override Task TapAsync(Person person, Action saying) => HoldAsync(person, Held, saying, CancellationToken.None);

    public override async Task<bool> HoldAsync(Person person, TimeSpan hold, CancellationToken end)
    {
        await HoldAsync(person, hold, () => { }, end);
        return true;
    }

    public override async Task<byte[]> PullAsync(Person person, Random chance)
    {
        using var gone = new ManualResetEventSlim();
        using (var card = await PutDownAsync(command =>
        {
            if (command == AskUid) gone.Wait();
            return null;
        }))
        {
            try
            {
                await AskedAsync(card, person);
                _service.Restart(pluggedIn: false);
            }
            finally
            {
                gone.Set();
            }
        }

        return [];
    }

    public override async Task PlugAsync()
    {
        _service.Restart(pluggedIn: true);
        if (!await Waiting.UntilAsync(() => _service.Log.Contains("daemon ready", StringComparison.Ordinal), Patience, time))
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"the PC/SC service does not start: {_service.Log}"));
    }

    public override void Dispose() => _service.Dispose();

    private async Task HoldAsync(Person person, TimeSpan hold, Action saying, CancellationToken end)
    {
        var answer = Convert.FromHexString(Convert.ToHexString(person.Badge.Uid) + "9000");
        var said = 0;
        using (var card = await PutDownAsync(command =>
        {
            if (command != AskUid) return [0x90, 0x00];
            if (Interlocked.Exchange(ref said, 1) == 0) saying();
            return answer;
        }))
        {
            await AskedAsync(card, person);
            // Never less than the answer needs to get there.
            await Task.Delay(Held, time, CancellationToken.None);
            if (hold > Held) await Waiting.UntilAsync(() => end.IsCancellationRequested, hold - Held, time);
        }

        await Task.Delay(Gone, time, CancellationToken.None);
    }

    private async Task AskedAsync(VirtualCard card, Person person)
    {
        if (!await Waiting.UntilAsync(() => card.Heard.Contains(AskUid), Patience, time))
            throw new TimeoutException($"{person.Reader.Id} does not ask the card of {person.Name}");
    }

    private async Task<VirtualCard> PutDownAsync(Func<string, byte[]?> answer)
    {
        VirtualCard? card = null;
        var isDown = await Waiting.UntilAsync(
            () =>
            {
                try
                {
                    card = new VirtualCard(_service.Port, answer);
                    return true;
                }
                catch (SocketException)
                {
                    return false; // the service is still starting
                }
            },
            Patience, time);
        return isDown ? card! : throw new TimeoutException("the virtual PC/SC reader takes no card");
    }
}
