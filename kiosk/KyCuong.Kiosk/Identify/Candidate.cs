using KyCuong.Readers;
using KyCuong.Readers.Cards;
using KyCuong.Readers.LineScanner;

namespace KyCuong.Kiosk.Identify;

/// <summary>One way to read a port: a protocol with the settings that its bytes depend on. Immutable.</summary>
/// <param name="Protocol">Of the catalogue.</param>
/// <param name="Format">What cards are spelt as; null where the protocol has one spelling, or gives bits.</param>
/// <param name="End">What ends a scan.</param>
public sealed record Candidate(IReaderProtocol Protocol, CardFormat? Format, ScanEnd End)
{
    // Silence alone ends a scan in each of these, too: that setting would tell nothing.
    private static readonly ScanEnd[] Ends = [ScanEnd.CrOrLf, ScanEnd.Tab, ScanEnd.Etx];

    /// <summary>All that may be on such a port, in the catalogue's order; the usual end of a scan before the others.</summary>
    public static IReadOnlyList<Candidate> Of(ReaderPort port) =>
    [
        .. from protocol in ReaderCatalog.All
           where protocol.Port == port
           from format in protocol.OnBus || protocol.Formats.Count == 0 ? [null] : protocol.Formats.Select(format => (CardFormat?)format)
           from end in port == ReaderPort.Serial ? Ends : Ends[..1]
           select new Candidate(protocol, format, end),
    ];

    /// <summary>For a new driver.</summary>
    public ReaderOptions Options => new() { Format = Format ?? CardFormat.BadgeCode, End = End };

    /// <summary>True when only the end of a scan tells the two apart.</summary>
    public bool IsVariantOf(Candidate other) => Protocol == other.Protocol && Format == other.Format;
}
