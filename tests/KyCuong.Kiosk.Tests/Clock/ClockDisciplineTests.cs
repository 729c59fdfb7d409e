using KyCuong.Kiosk.Clock;

namespace KyCuong.Kiosk.Tests.Clock;

public sealed class ClockDisciplineTests
{
    /// <summary>A server whose clock runs at another rate than the boot clock: the truth the estimates are held against.</summary>
    private sealed record Truth(double OffsetUs, double Ppm)
    {
        public double Server(double boot) => boot * (1 + Ppm / 1e6) + OffsetUs;

        public ClockExchange Exchange(long sent, long up, long held, long down) =>
            new(sent, (long)Server(sent + up), (long)Server(sent + up + held), sent + up + held + down);
    }

    [Fact]
    public void Stated_uncertainty_covers_the_true_error_for_any_drift_up_to_500_ppm()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var truth = new Truth(1.7e15 + random.Next(), random.Next(4) switch { 0 => 500, 1 => -500, _ => random.NextDouble() * 1000 - 500 });
            var discipline = new ClockDiscipline();
            long boot = random.Next(1_000_000);
            for (var i = 0; i < 50; i++)
            {
                boot += random.NextInt64(1, 1L << random.Next(1, 40));
                if (random.Next(3) == 0)
                {
                    var exchange = truth.Exchange(boot, random.Next(200_000), random.Next(5_000), random.Next(200_000));
                    boot = exchange.ReturnedBootUs;
                    Assert.True(discipline.Add(exchange));
                }

                if (discipline.At(boot) is not { } reading) continue;
                var error = Math.Abs(boot + reading.ServerMinusBootUs - truth.Server(boot));
                // One double of 1.7e15 is exact to a quarter of a microsecond.
                Assert.True(error <= reading.UncertaintyUs + 1, $"seed {seed}, step {i}: off by {error} us, stated {reading.UncertaintyUs}");
            }
        }
    }

    [Fact]
    public void Instants_before_the_first_exchange_are_covered_too()
    {
        var truth = new Truth(1.7e15, -450);
        var discipline = new ClockDiscipline();
        discipline.Add(truth.Exchange(10_000_000_000, 900, 50, 4_000));
        var reading = discipline.At(1_000_000)!.Value;
        Assert.True(Math.Abs(1_000_000 + reading.ServerMinusBootUs - truth.Server(1_000_000)) <= reading.UncertaintyUs + 1);
    }

    [Fact]
    public void The_exchange_with_the_smallest_round_trip_decides()
    {
        var truth = new Truth(1.7e15, 0);
        var discipline = new ClockDiscipline();
        discipline.Add(truth.Exchange(1_000_000, 300, 10, 300));
        discipline.Add(truth.Exchange(2_000_000, 90_000, 10, 500));
        var reading = discipline.At(2_200_000)!.Value;
        Assert.InRange(reading.UncertaintyUs, 1, 1_500);
    }

    [Fact]
    public void Server_time_never_runs_backwards_over_a_small_correction()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var truth = new Truth(1.7e15, random.NextDouble() * 900 - 450);
            var discipline = new ClockDiscipline();
            long boot = 1_000_000;
            var last = long.MinValue;
            for (var i = 0; i < 60; i++)
            {
                boot += random.Next(1, 400_000);
                if (random.Next(2) == 0) discipline.Add(truth.Exchange(boot, random.Next(80_000), 10, 0) is var e ? e : default);
                if (discipline.At(boot) is not { } reading) continue;
                Assert.True(boot + reading.ServerMinusBootUs >= last, $"seed {seed}, step {i}");
                last = boot + reading.ServerMinusBootUs;
            }
        }
    }

    [Fact]
    public void A_tap_asked_for_after_a_correction_keeps_its_place_among_those_before()
    {
        var truth = new Truth(1.7e15, 0);
        var discipline = new ClockDiscipline();
        // All on the way up: taken to be ahead by 50 ms.
        discipline.Add(truth.Exchange(1_000_000, 0, 0, 100_000));
        var before = discipline.At(2_000_000)!.Value;
        discipline.Add(truth.Exchange(2_010_000, 100, 0, 100));
        var now = discipline.At(2_020_000)!.Value;
        var between = discipline.At(2_005_000)!.Value;
        Assert.True(2_000_000 + before.ServerMinusBootUs <= 2_005_000 + between.ServerMinusBootUs);
        Assert.True(2_005_000 + between.ServerMinusBootUs <= 2_020_000 + now.ServerMinusBootUs);
        Assert.True(Math.Abs(2_005_000 + between.ServerMinusBootUs - truth.Server(2_005_000)) <= between.UncertaintyUs);
    }

    [Fact]
    public void A_correction_of_more_than_a_tenth_of_a_second_is_made_at_once()
    {
        var truth = new Truth(1.7e15, 0);
        var discipline = new ClockDiscipline();
        discipline.Add(truth.Exchange(1_000_000, 0, 0, 400_000));
        discipline.At(2_000_000);
        discipline.Add(truth.Exchange(2_010_000, 100, 0, 100));
        Assert.InRange(2_020_000 + discipline.At(2_020_000)!.Value.ServerMinusBootUs - truth.Server(2_020_000), -200, 200);
    }

    [Fact]
    public void A_server_clock_that_was_set_is_believed_at_once()
    {
        var discipline = new ClockDiscipline();
        discipline.Add(new Truth(1.7e15, 0).Exchange(1_000_000, 500, 10, 500));
        discipline.At(1_500_000);
        discipline.Add(new Truth(1.7e15 - 3.6e9, 0).Exchange(2_000_000, 5_000, 10, 5_000));
        var reading = discipline.At(2_100_000)!.Value;
        Assert.InRange(reading.ServerMinusBootUs, 1_700_000_000_000_000 - 3_600_000_000 - 10_000, 1_700_000_000_000_000 - 3_600_000_000 + 10_000);
    }

    [Fact]
    public void Uncertainty_grows_by_500_ppm_of_what_went_by()
    {
        var discipline = new ClockDiscipline();
        discipline.Add(new Truth(1.7e15, 0).Exchange(0, 0, 0, 0));
        // A clock 500 ppm slow counts a second while 1.00050025 s go by.
        Assert.Equal(2 + 501, discipline.At(1_000_000)!.Value.UncertaintyUs);
        Assert.Equal(2 + 43_221_611, discipline.At(86_400_000_000)!.Value.UncertaintyUs);
        Assert.Equal(86_400_000_000, discipline.At(86_400_000_000)!.Value.SampleAgeUs);
    }

    [Fact]
    public void An_exchange_in_which_a_clock_ran_backwards_is_not_taken()
    {
        var discipline = new ClockDiscipline();
        Assert.False(discipline.Add(new ClockExchange(10, 5, 4, 20)));
        Assert.False(discipline.Add(new ClockExchange(10, 5, 6, 9)));
        // The server's clock was set while it had the probe.
        Assert.False(discipline.Add(new ClockExchange(10_000, 5_000, 1_005_000, 12_000)));
        Assert.Null(discipline.At(100));
    }

    [Fact]
    public void A_sample_is_journalled_first_then_when_it_moved_and_else_every_ten_minutes()
    {
        var policy = new ClockSamplePolicy();
        Assert.True(policy.IsDue(new(1_000_000, 100, 0), 0, 0));
        Assert.False(policy.IsDue(new(1_000_900, 100, 0), 60_000_000, 0));
        Assert.False(policy.IsDue(new(1_005_000, 100, 0), 60_000_000, 0));
        Assert.True(policy.IsDue(new(1_005_001, 100, 0), 60_000_000, 0));
        Assert.False(policy.IsDue(new(1_005_001, 100, 0), 659_999_999, 0));
        Assert.True(policy.IsDue(new(1_005_001, 100, 0), 660_000_000, 499_999));
    }

    [Fact]
    public void A_sample_is_journalled_when_the_wall_clock_was_set()
    {
        var policy = new ClockSamplePolicy();
        Assert.True(policy.IsDue(new(1_000_000, 100, 0), 0, 7_000_000));
        Assert.False(policy.IsDue(new(1_000_000, 100, 0), 1_000_000, 7_499_999));
        Assert.True(policy.IsDue(new(1_000_000, 100, 0), 2_000_000, 7_500_000));
        Assert.False(policy.IsDue(new(1_000_000, 100, 0), 3_000_000, 7_500_000));
        Assert.True(policy.IsDue(new(1_000_000, 100, 0), 4_000_000, 7_000_000));
    }
}
