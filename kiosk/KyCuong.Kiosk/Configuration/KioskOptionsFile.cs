using System.Text.Json;
using KyCuong.Kiosk.Devices;
using KyCuong.Kiosk.Resources;
using KyCuong.Kiosk.Screen;

namespace KyCuong.Kiosk.Configuration;

/// <summary>
/// Reads <c>kiosk.json</c>: JSON with comments and trailing commas, every key known, every mistake one sentence that names
/// file, key, value and remedy. Example:
/// <code>
/// {
///   "readers": [
///     { "id": "cong-vao", "port": "tty:/dev/serial/by-id/usb-…", "protocol": "rdm6300", "direction": "in", "baud": 9600 },
///     { "id": "cong-ra", "port": "evdev:/dev/input/by-id/usb-…-event-kbd", "protocol": "keyboard", "format": "8h10d", "direction": "out" },
///     { "id": "qr", "port": "tcp://10.0.0.7:4001", "protocol": "line-scanner", "direction": "none" }
///   ],
///   "devices": [ { "kind": "display", "port": "tty:/dev/serial/by-id/usb-…", "dialect": "cd5220" } ],
///   "screen": { "port": 7480, "show": "3s" },
///   "limits": { "retryLongest": "30s" }
/// }
/// </code>
/// </summary>
public static class KioskOptionsFile
{
    /// <summary>Largest file taken, bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    private static readonly JsonDocumentOptions Json = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false, MaxDepth = 8 };

    private static readonly Dictionary<string, Func<KioskLimits, TimeSpan, KioskLimits>> Times = new(StringComparer.Ordinal)
    {
        ["retryFirst"] = (l, t) => l with { RetryFirst = t },
        ["retryLongest"] = (l, t) => l with { RetryLongest = t },
        ["retryRefused"] = (l, t) => l with { RetryRefused = t },
        ["connect"] = (l, t) => l with { Connect = t },
        ["acknowledgement"] = (l, t) => l with { Acknowledgement = t },
        ["clockProbe"] = (l, t) => l with { ClockProbe = t },
        ["health"] = (l, t) => l with { Health = t },
        ["stopFlush"] = (l, t) => l with { StopFlush = t },
    };

    private static readonly Dictionary<string, (long Least, long Most, Func<KioskLimits, long, KioskLimits> Set)> Numbers = new(StringComparer.Ordinal)
    {
        ["tapsPerReaderMinute"] = (60, 1_000_000, (l, n) => l with { TapsPerReaderMinute = (int)n }),
        ["journalMegabytes"] = (16, 65_536, (l, n) => l with { JournalBytes = n * 1024 * 1024 }),
    };

    private static readonly string[] ReaderKeys = ["id", "port", "protocol", "direction", .. ReaderSettingsParser.OptionKeys];

    /// <summary>Times in limits: at least this.</summary>
    public static readonly TimeSpan ShortestTime = TimeSpan.FromMilliseconds(100);

    /// <summary>Times in limits: at most this.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromHours(1);

    /// <summary>A verdict is shown at least this long.</summary>
    public static readonly TimeSpan ShortestShow = TimeSpan.FromSeconds(1);

    /// <summary>A verdict is shown at most this long.</summary>
    public static readonly TimeSpan LongestShow = TimeSpan.FromSeconds(10);

    private const int LowestPort = 1024;
    private const int HighestPort = 65_535;

    /// <summary>The settings in the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="required">False: defaults when there is no file.</param>
    /// <exception cref="KioskException">Something in it is wrong.</exception>
    public static KioskOptions Load(string path, bool required)
    {
        byte[] content;
        try
        {
            if (!required && !File.Exists(path)) return KioskOptions.Default;
            if (new FileInfo(path).Length > MaxBytes) throw KioskException.Usage(ConfigurationText.TooLarge(path, MaxBytes));
            content = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KioskException.Usage(ConfigurationText.Unreadable(path, e.Message), e);
        }

        return Parse(path, content);
    }

    /// <summary>The settings in this content. Pure.</summary>
    /// <param name="path">Named in messages.</param>
    /// <param name="content">UTF-8, a byte order mark allowed.</param>
    /// <exception cref="KioskException">Something in it is wrong.</exception>
    public static KioskOptions Parse(string path, ReadOnlyMemory<byte> content)
    {
        if (content.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) content = content[3..];
        try
        {
            using var document = JsonDocument.Parse(content, Json);
            return new Reading(path).Options(document.RootElement);
        }
        catch (JsonException e)
        {
            throw KioskException.Usage(e.LineNumber is { } line ? ConfigurationText.NotJsonAt(path, line + 1, (e.BytePositionInLine ?? 0) + 1) : ConfigurationText.NotJson(path, e.Message), e);
        }
    }

    private sealed class Reading(string path)
    {
        public KioskOptions Options(JsonElement root)
        {
            var options = KioskOptions.Default;
            foreach (var property in Properties(root, ConfigurationText.WholeFile))
            {
                options = property.Name switch
                {
                    "readers" => options with { Readers = Readers(property.Value) },
                    "limits" => options with { Limits = Limits(property.Value) },
                    "screen" => options with { Screen = Screen(property.Value) },
                    "devices" => options with { Devices = Devices(property.Value) },
                    _ => throw Unknown(property, "readers, devices, screen, limits"),
                };
            }

            return options;
        }

        private List<ReaderSettings> Readers(JsonElement array)
        {
            if (array.ValueKind != JsonValueKind.Array) throw Wrong("readers", array, ConfigurationText.WriteList);
            if (array.GetArrayLength() > KioskOptions.MostReaders)
                throw Wrong("readers", ConfigurationText.ReaderCount(array.GetArrayLength()), ConfigurationText.TooManyReaders(KioskOptions.MostReaders));
            var readers = new List<ReaderSettings>();
            foreach (var element in array.EnumerateArray())
            {
                var at = $"readers[{readers.Count}]";
                var reader = Reader(element, at);
                if (readers.FindIndex(other => other.Id == reader.Id) is >= 0 and var twin)
                    throw Wrong($"{at}.id", $"\"{reader.Id}\"", ConfigurationText.SameId($"readers[{twin}]"));
                if (readers.FindIndex(other => other.Address == reader.Address) is >= 0 and var sharing)
                    throw Wrong($"{at}.port", $"\"{reader.Address}\"", ConfigurationText.SamePort($"readers[{sharing}]"));
                readers.Add(reader);
            }

            return readers;
        }

        private ReaderSettings Reader(JsonElement element, string at)
        {
            var named = new Dictionary<string, string>(StringComparer.Ordinal);
            var rest = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var property in Properties(element, at))
            {
                if (!ReaderKeys.Contains(property.Name)) throw Unknown(property, string.Join(", ", ReaderKeys), $"{at}.");
                var value = property.Value.ValueKind switch
                {
                    JsonValueKind.String => property.Value.GetString()!,
                    JsonValueKind.Number when property.Name is "baud" or "address" => property.Value.GetRawText(),
                    _ => throw Wrong($"{at}.{property.Name}", property.Value, ConfigurationText.WriteText),
                };
                (property.Name is "id" or "port" or "protocol" or "direction" ? named : rest)[property.Name] = value;
            }

            string Required(string key) => named.TryGetValue(key, out var value) ? value
                : throw KioskException.Usage(ConfigurationText.Missing(path, $"{at}.{key}"));
            var text = new ReaderText(Required("id"), Required("port"), Required("protocol"), named.GetValueOrDefault("direction", "none"), rest);
            return ReaderSettingsParser.TryParse(text, out var settings, out var wrongKey, out var problem)
                ? settings
                : throw KioskException.Usage($"{path}: {at}.{wrongKey}: {problem}.");
        }

        private List<DeviceSettings> Devices(JsonElement array)
        {
            if (array.ValueKind != JsonValueKind.Array) throw Wrong("devices", array, ConfigurationText.WriteList);
            if (array.GetArrayLength() > KioskOptions.MostDevices) throw Wrong("devices", array, ConfigurationText.TooManyDevices(KioskOptions.MostDevices));
            var devices = new List<DeviceSettings>();
            foreach (var element in array.EnumerateArray())
            {
                var at = $"devices[{devices.Count}]";
                var text = new Dictionary<string, string>(StringComparer.Ordinal);
                foreach (var property in Properties(element, at))
                {
                    text[property.Name] = property.Value.ValueKind switch
                    {
                        JsonValueKind.String => property.Value.GetString()!,
                        JsonValueKind.Number when property.Name is "baud" or "channel" => property.Value.GetRawText(),
                        _ => throw Wrong($"{at}.{property.Name}", property.Value, ConfigurationText.WriteText),
                    };
                }

                devices.Add(DeviceSettingsParser.TryParse(text, out var settings, out var wrongKey, out var problem)
                    ? settings
                    : throw Wrong($"{at}.{wrongKey}", $"\"{text.GetValueOrDefault(wrongKey, "")}\"", problem));
            }

            return devices;
        }

        private ScreenOptions Screen(JsonElement element)
        {
            var screen = new ScreenOptions();
            foreach (var property in Properties(element, "screen"))
            {
                switch (property.Name)
                {
                    case "port":
                        if (property.Value.ValueKind != JsonValueKind.Number || !property.Value.TryGetInt32(out var port) || port is not (0 or (>= LowestPort and <= HighestPort)))
                            throw Wrong("screen.port", property.Value, ConfigurationText.WriteScreenPort(LowestPort, HighestPort));
                        screen = screen with { Port = port };
                        break;
                    case "show":
                        screen = screen with { Show = Time("screen.show", property.Value, ShortestShow, LongestShow) };
                        break;
                    default:
                        throw Unknown(property, "port, show", "screen.");
                }
            }

            return screen;
        }

        private TimeSpan Time(string key, JsonElement value, TimeSpan shortest, TimeSpan longest) =>
            value.ValueKind == JsonValueKind.String && Duration.Parse(value.GetString()!) is { } time && time >= shortest && time <= longest
                ? time
                : throw Wrong(key, value, ConfigurationText.WriteTime(Duration.Format(shortest), Duration.Format(longest)));

        private KioskLimits Limits(JsonElement element)
        {
            var limits = new KioskLimits();
            foreach (var property in Properties(element, "limits"))
            {
                var key = $"limits.{property.Name}";
                if (Times.TryGetValue(property.Name, out var set))
                {
                    limits = set(limits, Time(key, property.Value, ShortestTime, LongestTime));
                }
                else if (Numbers.TryGetValue(property.Name, out var number))
                {
                    if (property.Value.ValueKind != JsonValueKind.Number || !property.Value.TryGetInt64(out var n) || n < number.Least || n > number.Most)
                        throw Wrong(key, property.Value, ConfigurationText.WriteNumber(number.Least, number.Most));
                    limits = number.Set(limits, n);
                }
                else
                {
                    throw Unknown(property, string.Join(", ", Times.Keys.Concat(Numbers.Keys)), "limits.");
                }
            }

            if (limits.RetryFirst > limits.RetryLongest)
                throw Wrong("limits.retryFirst", $"\"{Duration.Format(limits.RetryFirst)}\"", ConfigurationText.LongerThanLongest(Duration.Format(limits.RetryLongest)));
            return limits;
        }

        private JsonElement.ObjectEnumerator Properties(JsonElement element, string what) => element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject()
            : throw Wrong(what, element, ConfigurationText.WriteObject);

        private KioskException Unknown(JsonProperty property, string known, string prefix = "") =>
            Wrong(prefix + property.Name, property.Value, ConfigurationText.UnknownKey(known));

        private KioskException Wrong(string key, JsonElement value, string remedy) => Wrong(key, Short(value.GetRawText()), remedy);

        private KioskException Wrong(string key, string value, string remedy) => KioskException.Usage($"{path}: {key}: {value}: {remedy}.");

        private static string Short(string raw) => raw.Length <= 60 ? raw : raw[..60] + "…";
    }
}
