namespace KyCuong.Gate;

/// <summary>Waits for what cannot say that it has come.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    /// <summary>True when it came within that time.</summary>
    public static async Task<bool> UntilAsync(Func<bool> reached, TimeSpan within, TimeProvider time)
    {
        var start = time.GetTimestamp();
        while (!reached())
        {
            if (time.GetElapsedTime(start) > within) return false;
            await Task.Delay(Look, time);
        }

        return true;
    }
}
