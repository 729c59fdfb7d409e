using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Resources;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Devices;

/// <summary>
/// Turns what is written of a device into settings, or says in one sentence what is wrong. Pure.
/// <code>
/// { "kind": "display", "port": "tty:/dev/serial/by-id/…", "dialect": "esc-pos", "baud": "9600" }
/// { "kind": "relay",   "port": "tty:/dev/serial/by-id/…", "channel": "1", "when": "recorded again", "on": "500ms" }
/// { "kind": "led",     "path": "/sys/class/leds/…", "when": "refused out-of-service", "on": "1s" }
/// </code>
/// </summary>
public static class DeviceSettingsParser
{
    /// <summary>Keys of a device.</summary>
    public static readonly IReadOnlyList<string> Keys = ["kind", "port", "path", "dialect", "baud", "channel", "when", "on"];

    /// <summary>Words of <c>when</c>. Late is none of them: a lamp is seen by everyone.</summary>
    public static readonly IReadOnlyList<(string Word, ReaderSignal Signal)> Signals =
        [("recorded", ReaderSignal.Recorded), ("again", ReaderSignal.Again), ("refused", ReaderSignal.Refused), ("out-of-service", ReaderSignal.OutOfService)];

    private const int MostChannels = 8;
    private const int UsualBaud = 9600;
    private static readonly TimeSpan UsualOn = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ShortestOn = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestOn = TimeSpan.FromSeconds(10);
    private static readonly (string Word, DisplayDialect Dialect)[] Dialects = [("esc-pos", DisplayDialect.EscPos), ("cd5220", DisplayDialect.Cd5220), ("vt", DisplayDialect.Vt)];
    private static readonly Dictionary<string, string[]> KeysOfKind = new(StringComparer.Ordinal)
    {
        ["display"] = ["kind", "port", "dialect", "baud"],
        ["relay"] = ["kind", "port", "baud", "channel", "when", "on"],
        ["led"] = ["kind", "path", "when", "on"],
    };

    /// <summary>The settings; or the key that is wrong and a sentence of what to write.</summary>
    public static bool TryParse(IReadOnlyDictionary<string, string> text, [NotNullWhen(true)] out DeviceSettings? settings, out string key, [NotNullWhen(false)] out string? problem)
    {
        settings = null;
        key = "kind";
        problem = ConfigurationText.DeviceKind(string.Join(", ", KeysOfKind.Keys));
        var kind = text.GetValueOrDefault("kind", "");
        if (!KeysOfKind.TryGetValue(kind, out var known)) return false;
        if (text.Keys.FirstOrDefault(given => !known.Contains(given)) is { } strange)
        {
            (key, problem) = (strange, ConfigurationText.UnknownKey(string.Join(", ", known)));
            return false;
        }

        var values = new Values(text);
        settings = kind switch
        {
            "display" => new DeviceSettings.Display(values.Port(), values.Line(), values.Dialect()),
            "relay" => new DeviceSettings.Relay(values.Port(), values.Line(), values.Channel(), values.When(), values.On()),
            _ => new DeviceSettings.Led(values.Folder(), values.When(), values.On()),
        };
        if (values.Wrong is not { } wrong)
        {
            problem = null;
            return true;
        }

        (settings, key, problem) = (null, wrong.Key, wrong.Problem);
        return false;
    }

    /// <summary>What it is and where, for logs and <c>--check-config</c>.</summary>
    public static string NameOf(DeviceSettings settings) => settings switch
    {
        DeviceSettings.Display display => $"display {display.Port} {display.Line} {Dialects.First(d => d.Dialect == display.Dialect).Word}",
        DeviceSettings.Relay relay => string.Create(CultureInfo.InvariantCulture, $"relay {relay.Port} {relay.Line} channel {relay.Channel} {WhenOf(relay.When)} {Duration.Format(relay.On)}"),
        DeviceSettings.Led led => $"led {led.Folder} {WhenOf(led.When)} {Duration.Format(led.On)}",
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings, "No such device."),
    };

    private static string WhenOf(IReadOnlySet<ReaderSignal> when) => string.Join('+', Signals.Where(s => when.Contains(s.Signal)).Select(s => s.Word));

    /// <summary>Values of one device; the first that is wrong is remembered.</summary>
    private sealed class Values(IReadOnlyDictionary<string, string> text)
    {
        public (string Key, string Problem)? Wrong { get; private set; }

        public ReaderAddress Port()
        {
            var problem = ConfigurationText.DevicePort;
            if (text.TryGetValue("port", out var given) && ReaderAddress.TryParse(given, out var address, out problem))
            {
                if (address.Kind == ReaderPort.Serial) return address;
                problem = ConfigurationText.DevicePort;
            }

            Say("port", problem);
            return new ReaderAddress.Tcp("", 1);
        }

        public LineSettings Line()
        {
            if (!text.TryGetValue("baud", out var given)) return new LineSettings(UsualBaud);
            if (Number(given) is >= LineSettings.MinBaud and <= LineSettings.MaxBaud and var baud) return new LineSettings(baud);
            Say("baud", ConfigurationText.Baud(given, LineSettings.MinBaud, LineSettings.MaxBaud));
            return default;
        }

        public DisplayDialect Dialect()
        {
            var given = text.GetValueOrDefault("dialect", Dialects[0].Word);
            var found = Array.FindIndex(Dialects, dialect => dialect.Word == given);
            if (found >= 0) return Dialects[found].Dialect;
            Say("dialect", ConfigurationText.DeviceChoice(given, string.Join(", ", Dialects.Select(dialect => dialect.Word))));
            return default;
        }

        public int Channel()
        {
            var given = text.GetValueOrDefault("channel", "1");
            if (Number(given) is >= 1 and <= MostChannels and var channel) return channel;
            Say("channel", ConfigurationText.WriteNumber(1, MostChannels));
            return 1;
        }

        public IReadOnlySet<ReaderSignal> When()
        {
            var when = new SortedSet<ReaderSignal>();
            var given = text.GetValueOrDefault("when", "");
            foreach (var word in given.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var found = Signals.FirstOrDefault(signal => signal.Word == word);
                if (found.Word is null) return Unknown();
                when.Add(found.Signal);
            }

            return when.Count > 0 ? when : Unknown();

            IReadOnlySet<ReaderSignal> Unknown()
            {
                Say("when", ConfigurationText.DeviceChoice(given, string.Join(", ", Signals.Select(signal => signal.Word))));
                return when;
            }
        }

        public TimeSpan On()
        {
            if (!text.TryGetValue("on", out var given)) return UsualOn;
            if (Duration.Parse(given) is { } on && on >= ShortestOn && on <= LongestOn) return on;
            Say("on", ConfigurationText.WriteTime(Duration.Format(ShortestOn), Duration.Format(LongestOn)));
            return UsualOn;
        }

        public string Folder()
        {
            var path = text.GetValueOrDefault("path", "");
            if (!path.StartsWith('/') || path.Contains('\0', StringComparison.Ordinal)) Say("path", ConfigurationText.DeviceLed);
            return path;
        }

        private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

        private void Say(string key, string problem) => Wrong ??= (key, problem);
    }
}
