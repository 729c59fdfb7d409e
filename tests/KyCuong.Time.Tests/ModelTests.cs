using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Time.Model;

namespace KyCuong.Time.Tests;

/// <summary>The model of reliability R12 to R14, and that it finds what it is there to find.</summary>
public sealed class ModelTests
{
    [Fact]
    public void Stated_uncertainty_covers_the_true_error_of_every_tap_and_none_is_reordered()
    {
        var (figures, problems) = ModelRun.Play(1, 100_000);
        Assert.Equal([], problems);
        Assert.True(figures is { Pending: > 1_000, Online: > 10_000, LongAlone: > 1_000 }, $"the model has become easy: {figures}");
        // Something comes near to what is promised: it is promised as sharply as can be.
        Assert.True(figures.ClosestPermille > 990, $"no clock was as wrong as it may be: {figures}");
    }

    [Fact]
    public void A_seed_plays_the_same_again() =>
        Assert.Equal($"{ModelRun.Play(42, ModelRun.TapsASeed).Figures}", $"{ModelRun.Play(42, ModelRun.TapsASeed).Figures}");

    [Fact]
    public void A_kiosk_that_trusts_its_wall_clock_is_found() => Found(stamp => new ClockReading(stamp.WallClockUs - stamp.BootTimeUs, 0, 0));

    [Fact]
    public void A_kiosk_that_ignores_drift_is_found() => Found(stamp =>
        stamp.Estimate is { } estimate ? estimate with { UncertaintyUs = Math.Max(0, estimate.UncertaintyUs - (estimate.SampleAgeUs / 1_000_000 * ContractLimits.ClockDriftPpm)) } : null);

    [Fact]
    public void A_kiosk_that_halves_what_it_does_not_know_is_found() => Found(stamp =>
        stamp.Estimate is { } estimate ? estimate with { UncertaintyUs = estimate.UncertaintyUs / 2 } : null);

    private static void Found(Func<Stamp, ClockReading?> wrong) => Assert.NotEmpty(
        ModelRun.Play(1, 20_000, entry => entry with { Stamp = entry.Stamp with { Estimate = wrong(entry.Stamp) } }).Problems);
}
