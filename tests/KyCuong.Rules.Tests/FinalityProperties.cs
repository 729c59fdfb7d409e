using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace KyCuong.Rules.Tests;

/// <summary>
/// Late delivery gives the verdict of live delivery, and what was called final on the way there is still so at the end: on
/// any day of any agency, with two gates known to any moments.
/// </summary>
public sealed class FinalityProperties
{
    /// <summary>Seeds that once failed.</summary>
    private static readonly int[] Kept = [1786607074, 2009430975, 1573931928];

    private static void ForAny(Action<int> holds)
    {
        foreach (int seed in Kept)
            holds(seed);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), holds));
    }

    [Fact]
    public void What_is_final_stays() => ForAny(FinalStays);

    /// <summary>Days that the property found and that were mended.</summary>
    [Theory]
    [InlineData(2125112884)]
    public void What_was_final_too_early_once_stays(int seed) => FinalStays(seed);

    private static void FinalStays(int seed)
    {
        var agency = new RandomAgency(seed);
        var random = new Random(seed);
        var date = Enumerable.Range(0, 28).Select(agency.From.AddDays).First(agency.Rules.Calendar.IsWorkingDay);
        var midnight = CaseMidnight(date);
        var taps = Mixed(agency, date, random);
        // Often just after a tap, where the next one may still turn it round.
        long Moment() => random.Next(2) == 0 && taps.Length > 0
            ? taps[random.Next(taps.Length)].At.Micros + (random.Next(0, 150) * Instant.PerSecond)
            : midnight + (random.NextInt64(4 * 60, 30 * 60) * Instant.PerMinute);
        long now = Moment();
        long Known() => random.Next(3) > 0 ? now : Math.Min(now, Moment());
        long[] known = [now, Known(), Known()];

        // Here and there no badge was presented but a staff code entered; what is decided of it comes later.
        var claimed = taps.Where(_ => random.Next(8) == 0).ToDictionary(tap => tap, _ => random.Next(2) == 0);
        var half = Judge(agency, date, [.. taps.Where(tap => tap.At.Micros <= known[tap.Kiosk] && !claimed.ContainsKey(tap))], now, known,
            [.. claimed.Keys.Where(tap => tap.At.Micros <= known[tap.Kiosk]).Select(tap => new WaitingClaim(tap.At, tap.Kiosk, tap.Key))]);
        var whole = Judge(agency, date, [.. taps.Where(tap => claimed.GetValueOrDefault(tap, true))], midnight + (60 * Instant.PerDay), [long.MaxValue, long.MaxValue, long.MaxValue]);
        foreach (var finding in half.Findings.Where(finding => finding.Final))
            Assert.True(
                whole.Findings.Contains(finding with { WaitingFor = [] }, FindingComparer.Instance),
                $"{date}, seed {seed}: {finding} was final at {new Instant(now).In(CaseAgency.Zone):HH:mm} (gates known to {new Instant(known[1]).In(CaseAgency.Zone):HH:mm}, {new Instant(known[2]).In(CaseAgency.Zone):HH:mm}) and is not among {string.Join("; ", whole.Findings)}");
        if (half.Final)
            Assert.Equal(Essence(whole), Essence(half));
    }

    [Fact]
    public void Taps_that_come_late_give_the_verdict_of_live_delivery() => ForAny(seed =>
    {
        var agency = new RandomAgency(seed);
        var date = Enumerable.Range(0, 28).Select(agency.From.AddDays).First(agency.Rules.Calendar.IsWorkingDay);
        long week = CaseMidnight(date) + (7 * Instant.PerDay), all = week + (60 * Instant.PerDay);
        // One gate away for a week: nothing it may hold is settled; once it is back, all is as if it had never been away.
        var away = Judge(agency, date, [.. agency.Taps.Where(tap => tap.Kiosk != 1)], week, [long.MaxValue, CaseMidnight(date), long.MaxValue]);
        Assert.False(away.Sessions.Any(session => session.Due.Count > 0) && away.Final);
        Assert.DoesNotContain(away.Findings, finding => finding.Final);
        var back = Judge(agency, date, agency.Taps, all, [long.MaxValue, all, all]);
        var live = Judge(agency, date, agency.Taps, all, [long.MaxValue, long.MaxValue, long.MaxValue]);
        Assert.True(back.Final);
        Assert.Equal(Essence(live), Essence(back));
    });

    /// <summary>
    /// Gate 1 lost what it took in a stretch of the day: a finding is then either what it would be with those taps, or lacks data; and while the entries may still
    /// come, none that they could change is final.
    /// </summary>
    [Fact]
    public void What_a_gates_disk_lost_is_held_against_nobody() => ForAny(seed =>
    {
        var agency = new RandomAgency(seed);
        var random = new Random(seed);
        var date = Enumerable.Range(0, 28).Select(agency.From.AddDays).First(agency.Rules.Calendar.IsWorkingDay);
        long midnight = CaseMidnight(date), now = midnight + (60 * Instant.PerDay);
        var taps = Mixed(agency, date, random);
        // Half of them long ones anywhere, half short ones around a tap.
        var (from, to) = random.Next(2) == 0 && taps is not []
            ? Stretch(taps[random.Next(taps.Length)].At.Micros - (random.NextInt64(1, 300) * Instant.PerSecond), random.NextInt64(1, 20))
            : Stretch(midnight + (random.NextInt64(4 * 60, 20 * 60) * Instant.PerMinute), random.NextInt64(0, 8 * 60));
        Tap[] left = [.. taps.Where(tap => tap.Kiosk != 1 || tap.At <= from || tap.At >= to)];
        long[] known = [long.MaxValue, long.MaxValue, long.MaxValue];
        var whole = Judge(agency, date, taps, now, known);
        var lost = Judge(agency, date, left, now, known, new DataHole(from, to, Lost: true));
        Assert.True(lost.Final);
        Assert.All(lost.Findings, finding => Assert.True(finding.Final));
        AssertAmong(whole, lost.Findings.Where(finding => finding.Kind != FindingKind.DeviceDataMissing), $"{date}, seed {seed}");
        var waiting = Judge(agency, date, left, now, known, new DataHole(from, to, Lost: false));
        AssertAmong(whole, waiting.Findings.Where(finding => finding.Final), $"{date}, seed {seed}");
        Assert.Equal(lost.Findings.Any(finding => finding.Kind == FindingKind.DeviceDataMissing), waiting.Findings.Any(finding => !finding.Final));
        Assert.All(waiting.Findings.Where(finding => !finding.Final), finding => Assert.Equal([1L], finding.WaitingFor));
        // Judging again from what the explanation lists alone gives the same.
        var again = ShiftJudge.Judge(JsonSerializer.Deserialize<JudgementInputs>(JsonSerializer.Serialize(lost.Inputs))!);
        Assert.Equal(Essence(lost), Essence(again));
    });

    private static (Instant From, Instant To) Stretch(long from, long minutes) => (new Instant(from), new Instant(from + (minutes * Instant.PerMinute)));

    private static void AssertAmong(ShiftVerdict whole, IEnumerable<Finding> findings, string where)
    {
        foreach (var finding in findings)
            Assert.True(whole.Findings.Contains(finding with { WaitingFor = [] }, FindingComparer.Instance), $"{where}: {finding} is not among {string.Join("; ", whole.Findings)}");
    }

    /// <summary>The day's taps, here and there one more at the other gate within a minute, with a direction recorded or not.</summary>
    private static Tap[] Mixed(RandomAgency agency, DateOnly date, Random random)
    {
        long midnight = CaseMidnight(date);
        var day = agency.Taps.Where(tap => tap.At.Micros >= midnight && tap.At.Micros < midnight + (2 * Instant.PerDay)).ToList();
        foreach (var tap in day.ToArray())
            if (random.Next(4) == 0)
                day.Add(tap with
                {
                    At = new Instant(tap.At.Micros + (random.Next(1, 130) * Instant.PerSecond)),
                    Direction = (TapDirection)random.Next(3),
                    Source = DirectionSource.Reader,
                    Kiosk = random.Next(3),
                    Key = new TapKey(2, day.Count),
                });
        return [.. day];
    }

    private static ShiftVerdict Judge(RandomAgency agency, DateOnly date, Tap[] taps, long now, long[] known, DataHole hole) => Judge(agency, date, taps, now, known, [], [hole]);

    private static ShiftVerdict Judge(RandomAgency agency, DateOnly date, Tap[] taps, long now, long[] known, IReadOnlyList<WaitingClaim>? claims = null, IReadOnlyList<DataHole>? holesOf1 = null)
    {
        var kiosks = new[] { 1, 2 }.Select(kiosk => new KioskKnowledge(kiosk, null, new Instant(0), null, new Instant(known[kiosk])) { Holes = kiosk == 1 ? holesOf1 ?? [] : [] }).ToList();
        var rules = new AgencyRules(agency.Rules.Zone, agency.Rules.Units, agency.Rules.Calendar, agency.Rules.Schedules, kiosks);
        return Assert.Single(new PersonAssessor(rules).Judge(agency.Person with { Claims = claims ?? [] }, date, date, taps, new Instant(now)));
    }

    /// <summary>The verdict without what it waited for on the way.</summary>
    private static string Essence(ShiftVerdict verdict) =>
        JsonSerializer.Serialize(new { verdict.State, verdict.Final, verdict.WorkedMinutes, verdict.PresentMinutes, verdict.Sessions, verdict.Findings, Taps = verdict.Taps.Where(tap => tap.Use != TapUse.Outside) });

    private static long CaseMidnight(DateOnly date) => Instant.From(new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(7))).Micros;

    private sealed class FindingComparer : IEqualityComparer<Finding>
    {
        public static FindingComparer Instance { get; } = new();

        public bool Equals(Finding? x, Finding? y) => (x!.Kind, x.Session, x.Minutes) == (y!.Kind, y.Session, y.Minutes);

        public int GetHashCode(Finding finding) => finding.Session;
    }
}
