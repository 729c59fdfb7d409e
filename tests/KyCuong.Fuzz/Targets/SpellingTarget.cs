using System.Text;
using KyCuong.Fuzz.References;
using KyCuong.Protos.Badges;
using KyCuong.Readers;
using KyCuong.Readers.Cards;
using CredentialLevel = KyCuong.Protos.V1.CredentialLevel;

namespace KyCuong.Fuzz.Targets;

/// <summary>
/// A card's number as text, <c>form u8 | UTF-8</c>: the server (imports), the kiosk (a Wiegand converter's line) and a second decoder must
/// say the same of it.
/// </summary>
internal sealed class SpellingTarget : ITarget, IReaderSink
{
    private static readonly IReaderProtocol Converter = ReaderCatalog.Find("wiegand-serial")!;

    // The reference's word for each level.
    private static readonly Dictionary<CredentialLevel, string> Levels = new()
    {
        [CredentialLevel.Em] = "em", [CredentialLevel.Em32] = "em32", [CredentialLevel.Em24] = "em24", [CredentialLevel.EmA] = "emA", [CredentialLevel.EmB] = "emB",
        [CredentialLevel.A] = "a", [CredentialLevel.W26] = "w26", [CredentialLevel.W34] = "w34", [CredentialLevel.Kc] = "kc",
    };

    private RawRead? _read;

    public string Name => "spelling";

    public int Weight => 150;

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[] { "0:04184EDCBA", "1:0407821498", "2:05168314", "3:078,56506", "4:06222,56506", "5:004,56506", "6:024,56506", "7:0017587690682", "8:00017587690682", "9:000137849092957",
            "10:04A1B2C3D4E5F6", "11:7186A61E", "12:2637107616", "13:2685480861", "14:00D507D0", "15:D507D0", "16:0000123478", "17:213,02000", "18:D507D0", "19:0000123478", "20:00D507D0", "21:0013961168", "22:KC1:KYC7V0NG2T8QHANA" }
            .Select(text => text.Split(':', 2)).Select(parts => (byte[])[byte.Parse(parts[0], null), .. Encoding.UTF8.GetBytes(parts[1])]),
    ];

    public byte[] Generate(Random random)
    {
        var form = random.Next(Spelling.Names.Count);
        return [(byte)form, .. Encoding.UTF8.GetBytes(Spelling.Names[form].Kiosk == "kc1" ? Frames.Text(random) : Frames.Number(random))];
    }

    public long MostAllocated(int inputBytes) => 256 * 1024 + (64L * inputBytes);

    public string? Take(byte[] input)
    {
        if (input.Length == 0) return null;
        var (kiosk, server) = Spelling.Names[input[0] % Spelling.Names.Count];
        var text = Encoding.UTF8.GetString(input.AsSpan(1));
        var second = Spelling.Read(kiosk, text);
        if (server is not null && AtServer(server, text) is var first && first != second) return $"{kiosk}: the server reads {first ?? "nothing"}, the second decoder {second ?? "nothing"}";
        // A keyboard's format, or what a line is not made of.
        var format = CardFormats.Find(kiosk)!.Value;
        if (!Converter.Formats.Contains(format) || text.Length is < 2 or > 11 || text.AsSpan().ContainsAnyExceptInRange('\0', '~') || text.AsSpan().ContainsAny('\r', '\n')) return null;
        var read = AtKiosk(format, text);
        return read == second ? null : $"{kiosk}: the kiosk reads {read ?? "nothing"}, the second decoder {second ?? "nothing"}";
    }

    public void Read(RawRead read) => _read = read;

    public void ReadTogether(RawRead first, RawRead? second) => throw new InvalidOperationException("a converter does not look");

    public void Nothing(long t) => throw new InvalidOperationException("a converter does not look");

    public void Refused(RefusedRead refused)
    {
    }

    public void Send(ReadOnlySpan<byte> bytes) => throw new InvalidOperationException("a converter hears nothing");

    public void Fault(ReaderFault fault, long t) => throw new InvalidOperationException("a converter has no faults");

    public void Working(long t) => throw new InvalidOperationException("a converter does not say how it is");

    private static string? AtServer(string kind, string text)
    {
        if (!BadgeSpelling.TryParse(kind, text, out var identity)) return null;
        var bytes = identity.Bytes;
        return Levels[identity.Level] + ":" + (identity.Level == CredentialLevel.Kc ? "KC1:" + Encoding.ASCII.GetString(bytes) : Convert.ToHexString(bytes));
    }

    private string? AtKiosk(CardFormat format, string text)
    {
        _read = null;
        var driver = Converter.New(ReaderOptions.Default with { Format = format }, this);
        driver.Opened(0);
        driver.Bytes(Encoding.ASCII.GetBytes(text + "\r"), 1_000_000);
        return _read is null ? null : Evidence.NameOf(_read);
    }
}
