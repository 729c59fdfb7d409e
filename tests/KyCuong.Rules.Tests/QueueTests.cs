using FsCheck;
using FsCheck.Fluent;

namespace KyCuong.Rules.Tests;

/// <summary>Queues that span a limit. Times are seconds; the limit is 0 unless said.</summary>
public sealed class QueueTests
{
    private const long Gate = 4;

    [Fact]
    public void Who_stands_in_line_before_the_limit_and_taps_after_it_was_in_a_queue()
    {
        var queued = Found([(1, -12), (2, -3), (3, 5), (4, 14)], late: 3);
        Assert.NotNull(queued);
        Assert.Equal((2, -12L, 14L, 4, 5L), (queued.Before, Seconds(queued.Queue.Start), Seconds(queued.Queue.End), queued.Queue.Places.Count, queued.SecondsPastLimit));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void The_queue_begins_at_the_limit_at_the_latest(int first, bool found) => Assert.Equal(found, Found([(1, first), (2, 9)], late: 2) is not null);

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void People_in_line_tap_within_ten_seconds_of_one_another(int gap, bool found) => Assert.Equal(found, Found([(1, -5), (2, -5 + gap)], late: 2) is not null);

    [Fact]
    public void Who_is_first_stood_behind_nobody() => Assert.Null(Found([(1, 1), (2, 4)], late: 1));

    [Fact]
    public void Nobody_holds_a_queue_open_by_tapping_again()
    {
        Assert.Null(Found([(1, -5), (1, 4), (1, 13), (2, 20)], late: 2));
        Assert.Equal(1, Found([(1, -5), (1, -2), (1, 1), (2, 4)], late: 2)?.Before);
    }

    [Fact]
    public void Who_had_tapped_there_before_did_not_stand_in_line()
    {
        QueuePlace[] taps = [Place(1, -8, 1), Place(2, -4, 2), Place(2, 3, 3)];
        Assert.Null(new QueueBook(taps).Of(Late(taps[2])));
    }

    [Fact]
    public void Each_reader_of_each_gate_has_its_own_queue()
    {
        var late = Place(2, 4, 9);
        Assert.Null(new QueueBook([Place(1, -3, 1, reader: "ra"), late]).Of(Late(late)));
        Assert.Null(new QueueBook([Place(1, -3, 1, kiosk: 5), late]).Of(Late(late)));
        Assert.NotNull(new QueueBook([Place(1, -3, 1), late]).Of(Late(late)));
    }

    [Fact]
    public void Imported_taps_make_no_queue()
    {
        var late = Place(2, 4, 9, kiosk: 0);
        Assert.Null(new QueueBook([Place(1, -3, 1, kiosk: 0), late]).Of(Late(late)));
    }

    [Fact]
    public void A_start_within_the_clocks_uncertainty_is_taken_for_the_person()
    {
        var late = Place(2, 8, 9);
        Assert.NotNull(new QueueBook([Place(1, 1, 1, uncertainty: 1), late]).Of(Late(late)));
        Assert.Null(new QueueBook([Place(1, 2, 1, uncertainty: 1), late]).Of(Late(late)));
    }

    [Fact]
    public void Each_person_has_a_limit_of_their_own()
    {
        QueuePlace[] taps = [Place(1, 100, 1), Place(2, 108, 2), Place(3, 116, 3)];
        var book = new QueueBook(taps);
        Assert.Null(book.Of(Late(taps[1], limit: 60)));
        Assert.Equal(2, book.Of(Late(taps[2], limit: 110))?.Before);
    }

    [Fact]
    public void Without_repeats_it_is_the_run_back_from_the_late_tap() => ForAny(random =>
    {
        var taps = Rush(random, repeats: false);
        var book = new QueueBook(taps);
        foreach (var place in taps)
        {
            var before = taps.Where(other => other.Tap.Reader == place.Tap.Reader && Tap.Compare(other.Tap, place.Tap) < 0).OrderByDescending(other => other.Tap.At.Micros).ToList();
            var (start, people) = (place.Tap.At.Micros, 0);
            foreach (var other in before)
            {
                if (start - other.Tap.At.Micros > QueueBook.GapSeconds * Instant.PerSecond) break;
                (start, people) = (other.Tap.At.Micros, people + 1);
            }

            var limit = place.Tap.At.Micros - (random.Next(1, 60) * Instant.PerSecond);
            var found = book.Of(new LateTap(0, place.Tap, new Instant(limit), 1));
            Assert.Equal(people > 0 && start <= limit ? people : 0, found?.Before ?? 0);
            if (found is not null) Assert.Equal(start, found.Queue.Start.Micros);
        }
    });

    [Fact]
    public void Order_of_delivery_does_not_matter_and_each_person_stands_once_within_the_gap() => ForAny(random =>
    {
        var taps = Rush(random, repeats: true);
        var shuffled = taps.ToArray();
        random.Shuffle(shuffled);
        var (one, two) = (new QueueBook(taps), new QueueBook(shuffled));
        foreach (var place in taps)
        {
            var late = Late(place, Seconds(place.Tap.At) - 30);
            var found = one.Of(late);
            Assert.Equal(found?.Queue.Places, two.Of(late)?.Queue.Places);
            if (found is null) continue;
            Assert.Equal(place, found.Queue.Places[found.Before]);
            Assert.Equal(found.Queue.Places.Count, found.Queue.Places.Select(one => one.Staff).Distinct().Count());
            Assert.All(found.Queue.Places.Zip(found.Queue.Places.Skip(1)), pair => Assert.InRange(pair.Second.Tap.At.Micros - pair.First.Tap.At.Micros, 0, QueueBook.GapSeconds * Instant.PerSecond));
            // Nobody who tapped at the reader in its time is left out.
            var there = taps.Where(other => other.Tap.Reader == place.Tap.Reader && other.Tap.At >= found.Queue.Start && other.Tap.At <= found.Queue.End).Select(other => other.Staff);
            Assert.Empty(there.Except(found.Queue.Places.Select(one => one.Staff)));
        }
    });

    [Fact]
    public void A_later_limit_never_takes_the_queue_away() => ForAny(random =>
    {
        var taps = Rush(random, repeats: true);
        var book = new QueueBook(taps);
        foreach (var place in taps)
        {
            var early = random.Next(2, 60);
            if (book.Of(Late(place, Seconds(place.Tap.At) - early)) is not null) Assert.NotNull(book.Of(Late(place, Seconds(place.Tap.At) - random.Next(1, early))));
        }
    });

    [Fact]
    public void Each_late_finding_has_its_tap() => ForAny(random =>
    {
        var agency = new RandomAgency(random.Next(), graces: true);
        foreach (var verdict in new PersonAssessor(agency.Rules).Judge(agency.Person, agency.From, agency.To, agency.Taps, agency.Now))
        {
            var findings = verdict.Findings.Where(finding => finding.Kind == FindingKind.LateArrival).Select(finding => (finding.Session, finding.Minutes, verdict.Sessions[finding.Session].In));
            Assert.Equal(findings, LateTap.Of(verdict).Select(late => (late.Session, late.Minutes, (Instant?)late.Tap.At)));
            Assert.All(LateTap.Of(verdict), late => Assert.Equal(TapUse.Arrival, verdict.Taps.First(tap => tap.Tap == late.Tap).Use));
        }
    }, 200);

    private static void ForAny(Action<Random> holds, int tests = 500) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(tests), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => holds(new Random(seed))));

    /// <summary>Some minutes of people at two readers, mostly near one another.</summary>
    private static QueuePlace[] Rush(Random random, bool repeats)
    {
        var count = random.Next(2, 40);
        var seconds = 0;
        return [.. Enumerable.Range(0, count).Select(i => Place(repeats ? random.Next(1, 12) : i + 1, seconds += random.Next(4) == 0 ? random.Next(30) : random.Next(8), i + 1, random.Next(3) == 0 ? "ra" : "vao"))];
    }

    private static QueuedArrival? Found((long Person, int Second)[] taps, long late)
    {
        var places = taps.Select((tap, i) => Place(tap.Person, tap.Second, i + 1)).ToArray();
        return new QueueBook(places).Of(Late(places.Last(place => place.Staff == late)));
    }

    private static LateTap Late(QueuePlace place, long limit = 0) => new(0, place.Tap, At(limit), 1);

    private static QueuePlace Place(long person, long second, long sequence, string reader = "vao", long kiosk = Gate, long uncertainty = 0) =>
        new(person, new Tap(At(second), TapDirection.In, DirectionSource.Reader, uncertainty * Instant.PerSecond, kiosk, reader, new TapKey(1, sequence)));

    private static Instant At(long second) => new((1_000_000 + second) * Instant.PerSecond);

    private static long Seconds(Instant at) => (at.Micros / Instant.PerSecond) - 1_000_000;
}
