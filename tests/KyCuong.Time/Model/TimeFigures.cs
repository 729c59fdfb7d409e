using System.Globalization;

namespace KyCuong.Time.Model;

/// <summary>What a run of the model has seen. Adds up.</summary>
internal sealed class TimeFigures
{
    /// <summary>Taps that have an instant.</summary>
    public long Timed { get; set; }

    /// <summary>Taps whose time is pending.</summary>
    public long Pending { get; set; }

    /// <summary>Taps made while the clock's server could be reached.</summary>
    public long Online { get; set; }

    /// <summary>Taps more than a day after the last sample.</summary>
    public long LongAlone { get; set; }

    /// <summary>Largest error of a tap made online, µs.</summary>
    public long OnlineErrorUs { get; set; }

    /// <summary>Largest error of any tap, µs.</summary>
    public long ErrorUs { get; set; }

    /// <summary>Largest share of its stated uncertainty that an error took, parts of a thousand.</summary>
    public long ClosestPermille { get; set; }

    /// <summary>Everything of another run too.</summary>
    public void Add(TimeFigures other)
    {
        (Timed, Pending, Online, LongAlone) = (Timed + other.Timed, Pending + other.Pending, Online + other.Online, LongAlone + other.LongAlone);
        OnlineErrorUs = Math.Max(OnlineErrorUs, other.OnlineErrorUs);
        ErrorUs = Math.Max(ErrorUs, other.ErrorUs);
        ClosestPermille = Math.Max(ClosestPermille, other.ClosestPermille);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Timed} taps timed, {Pending} pending, {LongAlone} a day or more after the last sample; largest error online {OnlineErrorUs / 1000.0:0.0} ms, at all {ErrorUs / 1e6:0.0} s, at most {ClosestPermille / 10.0:0.0} % of what was stated");
}
