using KyCuong.Kiosk.Transports;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Identify;

/// <summary>All candidates for a port over the same bytes, in memory. One thread.</summary>
internal sealed class Trials
{
    // Longer than any silence that ends a frame.
    private const long SettleTime = 12_000_000;

    private readonly List<Trial> _all;

    /// <summary>New drivers.</summary>
    /// <param name="port">What kind of port.</param>
    /// <param name="answered">A trial whose reader answered; it goes on asking in place of its like. Null = nobody is asked.</param>
    public Trials(ReaderPort port, Trial? answered = null) =>
        _all = [.. Candidate.Of(port).Select(candidate => candidate == answered?.Candidate ? answered : new Trial(candidate))];

    /// <summary>When a driver wants to be woken next; null when only bytes can change anything.</summary>
    public long? WakeAt => _all.Min(trial => trial.Driver.WakeAt);

    /// <summary>What each made of the bytes so far, in the catalogue's order.</summary>
    public IEnumerable<Standing> Standings => _all.Select(trial => trial.Standing);

    /// <summary>Reads of all of them together; it grows when anything is read.</summary>
    public int Reads => _all.Sum(trial => trial.Reads);

    /// <summary>Protocols that have read anything since their reads were <paramref name="before"/>.</summary>
    public IReadOnlyList<string> ReadersSince(IReadOnlyList<int> before) =>
        [.. _all.Where((trial, i) => trial.Reads > before[i]).Select(trial => trial.Candidate.Protocol.Id).Distinct()];

    /// <summary>Reads of each, for <see cref="ReadersSince"/>.</summary>
    public IReadOnlyList<int> ReadCounts => [.. _all.Select(trial => trial.Reads)];

    /// <summary>The last card that a candidate read; null when it has read none.</summary>
    public RawRead? LastOf(Candidate candidate) => _all.Find(trial => trial.Candidate == candidate)?.Last;

    /// <summary>The line was opened.</summary>
    public void Opened(long t)
    {
        foreach (var trial in _all) trial.Driver.Opened(t);
    }

    /// <summary>Bytes came.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes, long t)
    {
        foreach (var trial in _all) trial.Driver.Bytes(bytes, t);
    }

    /// <summary>Time passed.</summary>
    public void Tick(long t)
    {
        foreach (var trial in _all)
            if (trial.Driver.WakeAt <= t) trial.Driver.Tick(t);
    }

    /// <summary>The line is closed: what ends by silence ends now, and nobody is asked any more.</summary>
    public void Settle(long t)
    {
        foreach (var trial in _all) trial.Line = null;
        Tick(t + SettleTime);
    }
}
