namespace KyCuong.Time.Model;

/// <summary>The server's clock: the truth, unless somebody sets it. Remembers how wrong it was from when on. Not thread-safe.</summary>
internal sealed class SimulatedServerClock
{
    private readonly List<(long FromUs, long ErrorUs)> _steps = [(long.MinValue, 0)];

    /// <summary>How far it is ahead of true time now, µs.</summary>
    public long ErrorUs => _steps[^1].ErrorUs;

    /// <summary>True time at which it was set last.</summary>
    public long SetUs => _steps[^1].FromUs;

    /// <summary>By how much it was set last, either way, µs.</summary>
    public long StepUs => _steps.Count < 2 ? 0 : Math.Abs(_steps[^1].ErrorUs - _steps[^2].ErrorUs);

    /// <summary>What it says at a true time.</summary>
    public long At(long trueUs) => trueUs + _steps.FindLast(step => step.FromUs <= trueUs).ErrorUs;

    /// <summary>Set to be ahead of true time by this much.</summary>
    public void Set(long trueUs, long errorUs) => _steps.Add((trueUs, errorUs));

    /// <summary>How wrong it was at some time before, or is.</summary>
    public IEnumerable<long> ErrorsUntil(long trueUs) => _steps.Where(step => step.FromUs <= trueUs).Select(step => step.ErrorUs);
}
