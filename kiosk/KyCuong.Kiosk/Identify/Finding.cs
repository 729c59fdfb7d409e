using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;
using KyCuong.Readers.Cards;
using KyCuong.Readers.LineScanner;

namespace KyCuong.Kiosk.Identify;

/// <summary>What listening to a port came to. Immutable; holds no number of a card beyond <paramref name="Cards"/>.</summary>
/// <param name="Address">The port.</param>
/// <param name="Line">As it was set; null where the port has no such settings.</param>
/// <param name="Bytes">How many came.</param>
/// <param name="Ranking">Who fits.</param>
/// <param name="Doubt">What the bytes say of the line, where nobody understood them.</param>
/// <param name="Cards">The last card of each of <see cref="Ranking.Best"/> as it may be shown; empty where none may.</param>
public sealed record Finding(ReaderAddress Address, LineSettings? Line, long Bytes, Ranking Ranking, LineDoubt Doubt, IReadOnlyDictionary<Candidate, string> Cards)
{
    /// <summary>Name of a reader that the operator is to replace.</summary>
    public const string NewReader = "dau-doc";

    /// <summary>Speeds to try, the catalogue's own first, without the one that was set; null where it is not the speed.</summary>
    public IReadOnlyList<string>? LinesToTry => (Doubt, Line) switch
    {
        (_, null) or (LineDoubt.None, _) => null,
        (LineDoubt.EvenParity, { } line) => [(line with { DataBits = 7, Parity = LineParity.Even }).ToString()],
        (LineDoubt.OddParity, { } line) => [(line with { DataBits = 7, Parity = LineParity.Odd }).ToString()],
        (_, { } line) =>
        [
            .. ReaderCatalog.All.Where(protocol => protocol.Port == ReaderPort.Serial).Select(protocol => protocol.DefaultLine.Baud).Concat([19_200, 38_400, 57_600, 4_800])
                .Distinct().Where(baud => baud != line.Baud).Select(baud => baud.ToString(CultureInfo.InvariantCulture)),
        ],
    };

    /// <summary>What to write among the readers of <c>kiosk.json</c>, on one line.</summary>
    public string ConfigurationLine(Candidate candidate)
    {
        static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{{ \"id\": \"{NewReader}\", \"port\": {Quote(Address.ToString())}, \"protocol\": \"{candidate.Protocol.Id}\", ");
        if (candidate.Format is { } format) text.Append(CultureInfo.InvariantCulture, $"\"format\": \"{CardFormats.NameOf(format)}\", ");
        if (candidate.Protocol.OnBus) text.Append(CultureInfo.InvariantCulture, $"\"card\": \"{CardBitsNames.NameOf(candidate.Options.Card)}\", ");
        if (candidate.End != ScanEnd.CrOrLf) text.Append(CultureInfo.InvariantCulture, $"\"end\": \"{ReaderSettingsParser.Format(candidate.End)}\", ");
        if (Line is { } line && line != candidate.Protocol.DefaultLine)
        {
            if (line == candidate.Protocol.DefaultLine with { Baud = line.Baud }) text.Append(CultureInfo.InvariantCulture, $"\"baud\": {line.Baud}, ");
            else text.Append(CultureInfo.InvariantCulture, $"\"line\": \"{line}\", ");
        }

        return text.Append("\"direction\": \"none\" }").ToString();
    }
}
