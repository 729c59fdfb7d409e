using KyCuong.Kiosk.Clock;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Arrivals;

/// <summary>What a gate remembers of one person: taps, claims, and the latest of those of which no clock says when they were. Not thread-safe.</summary>
internal sealed class PersonMemory
{
    /// <summary>Longer ago no tap belongs to a shift that goes on, µs.</summary>
    public const long RememberedUs = 36L * 3600 * 1_000_000;

    /// <summary>Taps, and claims, the latest ones: see <see cref="GateBook.MostOfOne"/>.</summary>
    private const int Most = GateBook.MostOfOne;

    private readonly List<EarlierTap> _taps = [];
    private readonly List<EarlierTap> _claims = [];
    private UntimedTap? _untimed;

    /// <summary>Taps, in order.</summary>
    public IReadOnlyList<EarlierTap> Taps => _taps;

    /// <summary>Taps and claims.</summary>
    public int Count => _taps.Count + _claims.Count;

    /// <summary>A tap just made.</summary>
    public void Tapped(Stamp stamp, Direction direction) => Add(_taps, stamp, direction, stamp.BootTimeUs, isClaim: false);

    /// <summary>A claim just made, which is no tap until somebody confirms it.</summary>
    public void Claimed(Stamp stamp) => Add(_claims, stamp, Direction.Unspecified, stamp.BootTimeUs, isClaim: true);

    /// <summary>A tap or claim that the journal has; the newest comes first.</summary>
    /// <param name="stamp">Its.</param>
    /// <param name="direction">As the reader or the person said.</param>
    /// <param name="isClaim">Nobody has confirmed it.</param>
    /// <param name="now">Of the boot in which it is remembered.</param>
    public void Recalled(Stamp stamp, Direction direction, bool isClaim, Stamp now)
    {
        // One of an earlier boot may have been made at any time up to now.
        var bootUs = stamp.BootId == now.BootId ? stamp.BootTimeUs : now.BootTimeUs;
        var later = _untimed;
        Add(isClaim ? _claims : _taps, stamp, direction, bootUs, isClaim);
        _untimed = later ?? _untimed;
    }

    /// <summary>Once the clock has met the server, the instant of a tap before that is known too, if it was in the same boot.</summary>
    public void Settle(Stamp stamp)
    {
        if (stamp.Estimate is not { } estimate || _untimed is not { Direction: { } direction } untimed || untimed.BootId != stamp.BootId) return;
        _untimed = null;
        _taps.RemoveAll(tap => tap.AtUs == untimed.WallUs);
        Add(_taps, new EarlierTap(untimed.BootUs + estimate.ServerMinusBootUs, direction));
    }

    /// <summary>Whether there is a claim, or a tap without a time, that may turn out to have been before.</summary>
    /// <param name="atUs">By the server's clock, µs since 1970.</param>
    /// <param name="bootUs">The same by the boot's, µs.</param>
    public bool MayHaveComeBefore(long atUs, long bootUs) =>
        _claims.Exists(claim => claim.AtUs < atUs) || (_untimed is { } untimed && untimed.BootUs >= bootUs - RememberedUs);

    private void Add(List<EarlierTap> where, Stamp stamp, Direction direction, long bootUs, bool isClaim)
    {
        var at = Stamper.InstantUs(stamp);
        Add(where, new EarlierTap(at, direction));
        if (stamp.Estimate is null) _untimed = new UntimedTap(stamp.BootId, bootUs, at, isClaim ? null : direction);
    }

    private static void Add(List<EarlierTap> where, EarlierTap tap)
    {
        where.RemoveAll(earlier => earlier.AtUs < tap.AtUs - RememberedUs);
        var place = where.FindLastIndex(earlier => earlier.AtUs <= tap.AtUs) + 1;
        where.Insert(place, tap);
        if (where.Count > Most) where.RemoveAt(0);
    }

    /// <summary>The latest tap or claim of which no clock says when it was.</summary>
    /// <param name="BootId">Of its boot.</param>
    /// <param name="BootUs">Boot time, µs: of its own boot; of another, the latest that it may have been in this one.</param>
    /// <param name="WallUs">Where it stands until then: what the wall clock said, µs since 1970.</param>
    /// <param name="Direction">As the reader or the person said; null: a claim.</param>
    private readonly record struct UntimedTap(UInt128 BootId, long BootUs, long WallUs, Direction? Direction);
}
