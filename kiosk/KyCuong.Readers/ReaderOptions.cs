using KyCuong.Readers.Cards;
using KyCuong.Readers.LineScanner;

namespace KyCuong.Readers;

/// <summary>What can be set on a driver. Defaults fit a reader in factory settings; a driver ignores what does not concern it.</summary>
public sealed record ReaderOptions
{
    /// <summary>Longest <see cref="Prefix"/>, characters: what a Datalogic can be set to; others take fewer.</summary>
    public const int MaxPrefix = 20;

    /// <summary>Highest <see cref="Address"/>; 127 is everybody's.</summary>
    public const int MaxAddress = 126;

    /// <summary>Everything at its default.</summary>
    public static ReaderOptions Default { get; } = new();

    /// <summary>
    /// The silence that ends a frame, or that breaks off one which has an end mark; null = the driver's own, right for a
    /// reader on a serial line. For keyboards the gap between two keys that tells a person from a reader. Behind a serial device server, which delivers in packets, more may be needed.
    /// </summary>
    public TimeSpan? Silence { get; init; }

    /// <summary>Line scanners: what ends a scan besides silence.</summary>
    public ScanEnd End { get; init; } = ScanEnd.CrOrLf;

    /// <summary>Line scanners, and keyboards that type badge codes: what to do with the AIM symbology identifier.</summary>
    public AimId Aim { get; init; } = AimId.Allowed;

    /// <summary>
    /// Line scanners: what the scanner is set to send in front of every text, in front of an AIM identifier too; without it a text is
    /// refused. ASCII, up to <see cref="MaxPrefix"/> characters; empty = nothing.
    /// </summary>
    public string Prefix { get; init; } = "";

    /// <summary>Line scanners: which text is a credential.</summary>
    public LineForm Form { get; init; } = LineForm.BadgeCode;

    /// <summary>Readers with <see cref="IReaderProtocol.Formats"/>: what a card is spelt as. Needs setting for every reader of cards; the default takes badge codes only.</summary>
    public CardFormat Format { get; init; } = CardFormat.BadgeCode;

    /// <summary>Readers on a bus: which one is meant, 0 to <see cref="MaxAddress"/>.</summary>
    public int Address { get; init; }

    /// <summary>Readers on a bus: what the bits of a card are. Needs setting.</summary>
    public CardBits Card { get; init; } = CardBits.Wiegand;

    internal long SilenceOr(long microseconds) =>
        Silence is { } silence ? Math.Max(1, silence.Ticks / TimeSpan.TicksPerMicrosecond) : microseconds;
}
