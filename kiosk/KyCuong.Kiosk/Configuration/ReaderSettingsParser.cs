using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using KyCuong.Kiosk.Resources;
using KyCuong.Kiosk.Transports;
using KyCuong.Protos;
using KyCuong.Protos.V1;
using KyCuong.Readers;
using KyCuong.Readers.Cards;
using KyCuong.Readers.LineScanner;
using Presence = KyCuong.Readers.Presence;

namespace KyCuong.Kiosk.Configuration;

/// <summary>A reader as written down, before anything is checked.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Port"><c>tty:/dev/serial/by-id/…</c>, <c>tcp://host:port</c>, <c>evdev:/dev/input/by-id/…-event-kbd</c>, <c>com:COM5</c>, <c>rawinput:VID_xxxx&amp;PID_xxxx</c> or <c>pcsc:name</c>.</param>
/// <param name="Protocol">An id of the reader catalogue.</param>
/// <param name="Direction"><c>in</c>, <c>out</c> or <c>none</c>.</param>
/// <param name="Options">Everything else, by key.</param>
public sealed record ReaderText(string Id, string Port, string Protocol, string Direction, IReadOnlyDictionary<string, string> Options);

/// <summary>Turns what is written of a reader, in the kiosk's file or by the server, into settings, or says in one sentence what is wrong. Pure.</summary>
public static class ReaderSettingsParser
{
    /// <summary>Keys of options.</summary>
    public static readonly IReadOnlyList<string> OptionKeys = ["baud", "line", "hold", "silence", "end", "aim", "prefix", "format", "card", "address"];

    private static readonly (string Text, ScanEnd Value)[] Ends = [("crlf", ScanEnd.CrOrLf), ("tab", ScanEnd.Tab), ("etx", ScanEnd.Etx), ("silence", ScanEnd.SilenceOnly)];
    private static readonly (string Text, AimId Value)[] Aims = [("allowed", AimId.Allowed), ("none", AimId.None), ("qr-only", AimId.QrOnly)];

    /// <summary>Longest silence that may end a frame.</summary>
    public static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(2);

    /// <summary>The settings; or the key that is wrong and a sentence of what to write.</summary>
    public static bool TryParse(ReaderText text, [NotNullWhen(true)] out ReaderSettings? settings, out string key, [NotNullWhen(false)] out string? problem)
    {
        settings = null;
        key = "id";
        problem = ConfigurationText.ReaderId(text.Id, ContractLimits.ReaderIdLength);
        if (!ContractLimits.IsReaderId(text.Id) || text.Id == ContractLimits.Keypad) return false;

        key = "port";
        if (!ReaderAddress.TryParse(text.Port, out var address, out problem)) return false;

        key = "protocol";
        var protocol = ReaderCatalog.Find(text.Protocol);
        problem = ConfigurationText.UnknownProtocol(text.Protocol, string.Join(", ", ReaderCatalog.All.Select(p => p.Id)));
        if (protocol is null) return false;

        key = "port";
        problem = PortProblem(address, protocol);
        if (problem is not null) return false;

        key = "direction";
        problem = ConfigurationText.UnknownDirection(text.Direction);
        if (ParseDirection(text.Direction) is not { } direction) return false;

        var line = protocol.DefaultLine;
        TimeSpan? hold = null;
        var driver = ReaderOptions.Default;
        foreach (var (option, value) in text.Options)
        {
            key = option;
            problem = null;
            switch (option)
            {
                case "baud" or "line" when address is ReaderAddress.Tcp:
                    problem = ConfigurationText.LineOfDeviceServer;
                    break;
                case "baud" or "line" when protocol.Port != ReaderPort.Serial:
                    problem = ConfigurationText.NoLine;
                    break;
                case "baud" when text.Options.ContainsKey("line"):
                    problem = ConfigurationText.BaudAndLine;
                    break;
                case "baud":
                    if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var baud) || baud is < LineSettings.MinBaud or > LineSettings.MaxBaud)
                        problem = ConfigurationText.Baud(value, LineSettings.MinBaud, LineSettings.MaxBaud);
                    else
                        line = line with { Baud = baud };
                    break;
                case "line":
                    if (LineSettings.TryParse(value, out var parsed)) line = parsed;
                    else problem = ConfigurationText.Line(value, LineSettings.MinBaud, LineSettings.MaxBaud);
                    break;
                case "hold":
                    hold = Duration.Parse(value);
                    if (hold is not { } h || h <= TimeSpan.Zero || h > Presence.MaxHold)
                        problem = ConfigurationText.Hold(value, Duration.Format(Presence.MaxHold));
                    break;
                case "silence":
                    if (Duration.Parse(value) is { } silence && silence > TimeSpan.Zero && silence <= MaxSilence) driver = driver with { Silence = silence };
                    else problem = ConfigurationText.Silence(value, Duration.Format(MaxSilence));
                    break;
                case "end":
                    if (Choice(value, Ends) is { } end) driver = driver with { End = end };
                    else problem = ConfigurationText.ScanEnd(value);
                    break;
                case "aim":
                    if (Choice(value, Aims) is { } aim) driver = driver with { Aim = aim };
                    else problem = ConfigurationText.Aim(value);
                    break;
                case "prefix":
                    if (value.Length is > 0 and <= ReaderOptions.MaxPrefix && value.All(c => c is >= ' ' and <= '~')) driver = driver with { Prefix = value };
                    else problem = ConfigurationText.Prefix(value, ReaderOptions.MaxPrefix);
                    break;
                case "format" when protocol.Formats.Count == 0:
                    problem = ConfigurationText.NoFormat(protocol.Id);
                    break;
                case "format":
                    if (CardFormats.Find(value) is { } format && protocol.Formats.Contains(format)) driver = driver with { Format = format };
                    else problem = ConfigurationText.Format(value, FormatsOf(protocol));
                    break;
                case "card" or "address" when !protocol.OnBus:
                    problem = ConfigurationText.NotOnBus(protocol.Id);
                    break;
                case "card":
                    if (CardBitsNames.Find(value) is { } card) driver = driver with { Card = card };
                    else problem = ConfigurationText.Card(value, CardBitsNames.Known);
                    break;
                case "address":
                    if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bus) && bus <= ReaderOptions.MaxAddress) driver = driver with { Address = bus };
                    else problem = ConfigurationText.BusAddress(value, ReaderOptions.MaxAddress);
                    break;
                default:
                    problem = ConfigurationText.UnknownOption(string.Join(", ", OptionKeys));
                    break;
            }

            if (problem is not null) return false;
        }

        if (protocol.OnBus && !text.Options.ContainsKey("card"))
        {
            key = "card";
            problem = ConfigurationText.CardMissing(protocol.Id, CardBitsNames.Known);
            return false;
        }

        if (protocol.Formats.Count > 0 && !protocol.OnBus && !text.Options.ContainsKey("format"))
        {
            key = "format";
            problem = ConfigurationText.FormatMissing(protocol.Id, FormatsOf(protocol));
            return false;
        }

        settings = new ReaderSettings(text.Id, address, protocol, direction, line, hold, driver);
        return true;
    }

    private static string FormatsOf(IReaderProtocol protocol) => string.Join(", ", CardFormats.NamesOf(protocol.Formats));

    private static string? PortProblem(ReaderAddress address, IReaderProtocol protocol) => (address.Kind, protocol.Port) switch
    {
        var (port, reader) when port == reader => null,
        (_, ReaderPort.Keyboard) => ConfigurationText.PortOfKeyboard(address.ToString()),
        (_, ReaderPort.SmartCard) => ConfigurationText.PortOfSmartCard(address.ToString()),
        (_, ReaderPort.Hid) => ConfigurationText.PortOfHid(address.ToString()),
        (ReaderPort.Hid, _) => ConfigurationText.HidOnly(protocol.Id),
        (ReaderPort.SmartCard, _) => ConfigurationText.SmartCardOnly(protocol.Id),
        _ => ConfigurationText.KeyboardOnly(protocol.Id),
    };

    private static Direction? ParseDirection(string text) => text switch
    {
        "in" => Direction.In,
        "out" => Direction.Out,
        "none" => Direction.Unspecified,
        _ => null,
    };

    /// <summary>As <see cref="ReaderText.Direction"/> spells it.</summary>
    public static string Format(Direction direction) => direction switch
    {
        Direction.In => "in",
        Direction.Out => "out",
        _ => "none",
    };

    /// <summary>As the option <c>end</c> spells it.</summary>
    public static string Format(ScanEnd end) => Ends.First(choice => choice.Value == end).Text;

    /// <summary>As the option <c>aim</c> spells it.</summary>
    public static string Format(AimId aim) => Aims.First(choice => choice.Value == aim).Text;

    private static T? Choice<T>(string text, params ReadOnlySpan<(string Text, T Value)> choices) where T : struct
    {
        foreach (var choice in choices)
            if (choice.Text == text) return choice.Value;
        return null;
    }
}
