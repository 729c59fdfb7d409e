using System.Diagnostics;

namespace KyCuong.Fuzz;

/// <summary>Gives a target one input and judges what is asked of every input.</summary>
internal static class Trial
{
    /// <summary>The most that one input may take, of the processor's time.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

    private const int LinesOfTrace = 6;

    /// <summary>Null: all is right. The time by the clock on the wall goes to <paramref name="took"/>: a hint, on a busy machine no more.</summary>
    public static string? Give(ITarget target, byte[] input, out TimeSpan took)
    {
        var begun = Stopwatch.GetTimestamp();
        var (problem, allocated) = Once(target, input);
        took = Stopwatch.GetElapsedTime(begun);
        if (problem is not null) return problem;
        var most = target.MostAllocated(input.Length);
        // What the first input of its kind makes the runtime prepare is not the input's.
        if (allocated > most) (problem, allocated) = Once(target, input);
        return problem ?? (allocated > most ? $"{allocated} bytes allocated, more than {most}" : null);
    }

    /// <summary>Whether an input that seemed slow is slow when nothing else runs: twice in a row, by the processor's time.</summary>
    public static bool IsSlow(ITarget target, byte[] input, out TimeSpan took)
    {
        took = TimeSpan.Zero;
        for (var i = 0; i < 2; i++)
        {
            var begun = Environment.CpuUsage.TotalTime;
            Once(target, input);
            took = Environment.CpuUsage.TotalTime - begun;
            if (took <= Longest) return false;
        }

        return true;
    }

    private static (string? Problem, long Allocated) Once(ITarget target, byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        string? problem;
        try
        {
            problem = target.Take(input);
        }
#pragma warning disable CA1031 // That nothing is thrown is what is tested.
        catch (Exception thrown)
        {
            problem = string.Join(Environment.NewLine, thrown.ToString().Split(Environment.NewLine).Take(LinesOfTrace));
        }
#pragma warning restore CA1031

        return (problem, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
