using KyCuong.Kiosk.Identify;
using KyCuong.Readers;
using KyCuong.Readers.Cards;
using KyCuong.Readers.LineScanner;
using KyCuong.Readers.Tests;

namespace KyCuong.Kiosk.Tests.Identify;

/// <summary>Which candidate fits best.</summary>
public sealed class RankingTests
{
    private static Standing Standing(string protocol, int @checked = 0, int reads = 0, int garbage = 0, int understood = 0, bool answered = false, CardFormat? format = null, ScanEnd end = ScanEnd.CrOrLf) =>
        new(new Candidate(ReaderCatalog.Find(protocol)!, format, end), @checked, reads,
            new Dictionary<ReadError, int> { [ReadError.BadFrame] = garbage, [ReadError.NotInGrammar] = understood }.Where(refused => refused.Value > 0).ToDictionary(), answered);

    private static string[] Best(params Standing[] standings) => [.. Ranking.Of(standings).Best.Select(standing => standing.Candidate.Protocol.Id)];

    [Fact]
    public void Reads_with_a_good_checksum_go_before_more_reads_without_one() =>
        Assert.Equal(["em-18"], Best(Standing("wiegand-serial", reads: 9), Standing("em-18", @checked: 2, reads: 2, garbage: 3)));

    [Fact]
    public void More_reads_go_before_fewer() =>
        Assert.Equal(["gm65"], Best(Standing("line-scanner", @checked: 1, reads: 1), Standing("gm65", @checked: 2, reads: 2, garbage: 5)));

    [Fact]
    public void Of_equal_reads_who_was_answered_goes_first_then_who_met_less_garbage_then_who_refused_less()
    {
        Assert.Equal(["de2120"], Best(Standing("line-scanner", 2, 2), Standing("de2120", 2, 2, answered: true)));
        Assert.Equal(["gm65"], Best(Standing("line-scanner", 2, 2, garbage: 1), Standing("gm65", 2, 2, understood: 4)));
        Assert.Equal(["gm65"], Best(Standing("line-scanner", 2, 2, understood: 1), Standing("gm65", 2, 2)));
    }

    [Fact]
    public void Equally_good_ones_are_all_best_in_the_catalogues_order() =>
        Assert.Equal(["line-scanner", "gm65", "de2120"], Best(Standing("rdm6300", garbage: 1), Standing("line-scanner", 1, 1), Standing("gm65", 1, 1), Standing("de2120", 1, 1)));

    [Fact]
    public void Nobody_is_best_without_a_card_or_an_answer()
    {
        Assert.Empty(Best(Standing("rdm6300", garbage: 1), Standing("line-scanner", understood: 5)));
        Assert.Equal(["pn532"], Best(Standing("line-scanner", understood: 5), Standing("pn532", answered: true)));
        Assert.Equal("line-scanner", Ranking.Of([Standing("rdm6300", garbage: 1), Standing("line-scanner", understood: 5)]).All[0].Candidate.Protocol.Id);
    }

    [Fact]
    public void An_unusual_end_of_a_scan_is_named_only_where_it_reads_more()
    {
        var usual = Standing("line-scanner", 1, 1);
        Assert.Equal(ScanEnd.CrOrLf, Assert.Single(Ranking.Of([usual, Standing("line-scanner", 1, 1, end: ScanEnd.Tab)]).All).Candidate.End);
        Assert.Equal(ScanEnd.Tab, Assert.Single(Ranking.Of([usual, Standing("line-scanner", 2, 2, end: ScanEnd.Tab)]).All).Candidate.End);
    }

    public static TheoryData<string> Readers => [.. ReaderCatalog.All.Select(protocol => protocol.Id)];

    /// <summary>Those that say nothing unless they are asked.</summary>
    private static readonly string[] Silent = ["pn532", "pcsc", "osdp"];

    [Theory, MemberData(nameof(Readers))]
    public void What_a_reader_sends_is_found_to_be_its_own(string reader)
    {
        var protocol = ReaderCatalog.Find(reader)!;
        var tried = 0;
        foreach (var vector in VectorFile.Of(reader).Vectors.Where(IsPlain))
        {
            var best = Listen(protocol.Port, vector.Chunks).Best.Select(standing => standing.Candidate).ToList();
            tried++;
            if (Silent.Contains(reader)) Assert.All(best, candidate => Assert.Equal(protocol, candidate.Protocol));
            else
                Assert.True(
                    best.Exists(candidate => candidate.Protocol == protocol && (candidate.Format is null || candidate.Format == vector.Options.Format) && IsEndOf(candidate, vector)),
                    $"{vector}: {string.Join(", ", best)}");
        }

        Assert.True(tried >= 5, $"only {tried} vectors tried");
    }

    [Fact]
    public void Of_all_the_readers_only_those_that_send_the_same_are_taken_for_each_other()
    {
        var taken = new HashSet<string>();
        foreach (var reader in ReaderCatalog.All.Where(protocol => protocol.Port == ReaderPort.Serial))
            foreach (var vector in VectorFile.Of(reader.Id).Vectors.Where(IsPlain))
                foreach (var best in Listen(ReaderPort.Serial, vector.Chunks).Best)
                    if (best.Candidate.Protocol != reader) taken.Add($"{reader.Id} for {best.Candidate.Protocol.Id}");
        Assert.Equal(
            ["de2120 for gm65", "de2120 for line-scanner", "gm65 for de2120", "gm65 for line-scanner", "line-scanner for de2120", "line-scanner for gm65"],
            taken.Order(StringComparer.Ordinal));
    }

    private static bool IsEndOf(Candidate candidate, Vector vector) => vector.Options.End is ScanEnd.SilenceOnly || candidate.End == vector.Options.End || candidate.End == ScanEnd.CrOrLf;

    // One card as it should come; what damaged or mixed sessions come to is the drivers' matter.
    private static bool IsPlain(Vector vector) =>
        vector.Expected.Count > 0 && vector.Expected.All(Outcome.IsRead) && vector.Expected.Distinct().Count() == 1
        && vector.Options.Prefix.Length == 0 && vector.Options.Silence is null && vector.Options.Aim == AimId.Allowed
        && (!vector.Expected[0].StartsWith("kc:", StringComparison.Ordinal) || Protos.Badges.BadgeToken.TryParse(vector.Expected[0].AsSpan(3), out _));

    private static Ranking Listen(ReaderPort port, IReadOnlyList<Chunk> chunks)
    {
        var trials = new Trials(port);
        trials.Opened(0);
        foreach (var chunk in chunks)
        {
            while (trials.WakeAt is { } due && due <= chunk.At) trials.Tick(due);
            trials.Bytes(chunk.Bytes, chunk.At);
        }

        var end = chunks[^1].At + 1_000_000;
        while (trials.WakeAt is { } due && due <= end) trials.Tick(due);
        trials.Settle(end);
        return Ranking.Of(trials.Standings);
    }
}
