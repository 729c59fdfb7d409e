using KyCuong.Server.Features.Demo;

namespace KyCuong.Time.Machines;

/// <summary>A tap of a real kiosk: made between two instants of true time.</summary>
/// <param name="Sequence">In the journal.</param>
/// <param name="FromUs">When the badge's bytes were about to be written to the reader's line, µs since 1970.</param>
/// <param name="ToUs">When the officer saw green.</param>
internal readonly record struct ShownTap(long Sequence, long FromUs, long ToUs)
{
    /// <summary>Shows one tag and waits for its green light.</summary>
    /// <param name="gate">Where.</param>
    /// <param name="between">Done while the kiosk is at it; null: nothing.</param>
    /// <exception cref="TimeoutException">It was not shown green.</exception>
    public static async Task<ShownTap> MakeAsync(WrongClockGate gate, Action? between = null)
    {
        var kiosk = gate.Kiosk;
        var before = kiosk.Taps.Count;
        var from = gate.NowUs;
        await gate.Scene.Taps.ShowAsync(1, CancellationToken.None);
        between?.Invoke();
        if (!await gate.Scene.UntilAsync(() => kiosk.Taps.Count > before || kiosk.Ended.IsCompleted) || kiosk.Ended.IsCompleted)
            throw new TimeoutException("a tap was not shown green: " + string.Join('\n', kiosk.Lines));
        return new ShownTap(kiosk.LastTap, from, gate.NowUs);
    }
}
