using KyCuong.Readers;

namespace KyCuong.Kiosk.Plugged;

/// <summary>How sure a suggestion is.</summary>
public enum SuggestionKind
{
    /// <summary>The name is that of a maker of readers.</summary>
    Reader,

    /// <summary>An adapter that any serial reader may stand behind.</summary>
    SerialAdapter,

    /// <summary>A keyboard for people, by its name.</summary>
    HumanKeyboard,

    /// <summary>A keyboard that may be a reader.</summary>
    MayBeReader,

    /// <summary>A slot for a chip card or for the reader's own SAM, by its name.</summary>
    NoBadges,

    /// <summary>Nothing is known of the name.</summary>
    Unknown,
}

/// <summary>What a device may be.</summary>
/// <param name="Kind">How sure.</param>
/// <param name="Protocols">Names of protocols to try, the likeliest first; each is in <see cref="ReaderCatalog"/>.</param>
public sealed record ReaderSuggestion(SuggestionKind Kind, IReadOnlyList<string> Protocols)
{
    private const string Number = "vid_";

    private static readonly string[] SerialReaders = [.. ReaderCatalog.All.Where(reader => reader.Port == ReaderPort.Serial).Select(reader => reader.Id)];

    /// <summary>Parts of names as makers put them into USB descriptors, and what stands behind them.</summary>
    private static readonly (string Part, SuggestionKind Kind, string[] Protocols)[] Serial =
    [
        ("honeywell", SuggestionKind.Reader, ["line-scanner"]),
        ("metrologic", SuggestionKind.Reader, ["line-scanner"]),
        ("symbol", SuggestionKind.Reader, ["line-scanner", "ssi"]),
        ("zebra", SuggestionKind.Reader, ["line-scanner", "ssi"]),
        ("datalogic", SuggestionKind.Reader, ["line-scanner"]),
        ("newland", SuggestionKind.Reader, ["line-scanner"]),
        ("barcode", SuggestionKind.Reader, ["line-scanner"]),
        ("scanner", SuggestionKind.Reader, ["line-scanner"]),
        ("ftdi", SuggestionKind.SerialAdapter, SerialReaders),
        ("prolific", SuggestionKind.SerialAdapter, SerialReaders),
        ("silicon_labs", SuggestionKind.SerialAdapter, SerialReaders),
        ("1a86", SuggestionKind.SerialAdapter, SerialReaders),
        ("qinheng", SuggestionKind.SerialAdapter, SerialReaders),
        // Windows knows makers by number, and their drivers' names.
        ("vid_0c2e", SuggestionKind.Reader, ["line-scanner"]),        // Honeywell, Metrologic
        ("vid_05e0", SuggestionKind.Reader, ["line-scanner", "ssi"]), // Symbol, Zebra
        ("vid_05f9", SuggestionKind.Reader, ["line-scanner"]),        // Datalogic (PSC)
        ("vid_1eab", SuggestionKind.Reader, ["line-scanner"]),        // Newland
        ("vid_0db5", SuggestionKind.Reader, ["line-scanner"]),        // Access-IS
        ("vid_0403", SuggestionKind.SerialAdapter, SerialReaders),    // FTDI
        ("vid_067b", SuggestionKind.SerialAdapter, SerialReaders),    // Prolific
        ("vid_10c4", SuggestionKind.SerialAdapter, SerialReaders),    // Silicon Labs
        ("vid_1a86", SuggestionKind.SerialAdapter, SerialReaders),    // QinHeng
        ("silabser", SuggestionKind.SerialAdapter, SerialReaders),
    ];

    private static readonly string[] NoBadgeSlots = [" SAM", " ICC"];

    private static readonly string[] ReaderKeyboards =
        ["rfid", "sycreader", "hxgcolt", "ic_reader", "id_reader", "card_reader", "barcode", "scanner", "honeywell", "symbol", "zebra", "datalogic", "newland",
            // Windows knows makers by number: Sycreader, Honeywell, Symbol and Zebra, Datalogic, Newland.
            "vid_08ff", "vid_0c2e", "vid_05e0", "vid_05f9", "vid_1eab"];

    private static readonly string[] HumanKeyboards = ["logitech", "dell", "microsoft", "lenovo", "apple", "cherry", "razer", "i8042", "hewlett", "genius", "a4tech", "fuhlen", "rapoo",
            // Logitech, Dell, Microsoft, Lenovo, Apple.
            "vid_046d", "vid_413c", "vid_045e", "vid_17ef", "vid_05ac"];

    /// <summary>Makers on serial lines that are known by their USB number, four hex digits in lower case, in order.</summary>
    public static IReadOnlyList<string> MakersOf(SuggestionKind kind) =>
        [.. Serial.Where(known => known.Kind == kind && known.Part.StartsWith(Number, StringComparison.Ordinal)).Select(known => known.Part[Number.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>By the device's name alone. Pure: what it says is a suggestion, <c>identify</c> or a card held to it decides.</summary>
    public static ReaderSuggestion Of(PluggedDevice device)
    {
        bool Says(string part) => device.Name.Contains(part, StringComparison.OrdinalIgnoreCase);
        if (device.Kind == ReaderPort.SmartCard)
            return NoBadgeSlots.Any(Says) ? new(SuggestionKind.NoBadges, []) : new(SuggestionKind.Reader, ["pcsc"]);
        if (device.Kind == ReaderPort.Keyboard)
            return ReaderKeyboards.Any(Says) ? new(SuggestionKind.Reader, ["keyboard"])
                : HumanKeyboards.Any(Says) ? new(SuggestionKind.HumanKeyboard, [])
                : new(SuggestionKind.MayBeReader, ["keyboard"]);
        // The shipped rule names devices of makers of scanners only.
        if (device.Kind == ReaderPort.Hid) return new(SuggestionKind.Reader, ["hid-pos"]);
        foreach (var (part, kind, protocols) in Serial)
            if (Says(part)) return new(kind, protocols);
        return new(SuggestionKind.Unknown, SerialReaders);
    }
}
