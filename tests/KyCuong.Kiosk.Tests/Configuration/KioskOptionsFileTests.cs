using System.Text;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos.V1;
using KyCuong.Readers;
using KyCuong.Readers.Cards;

namespace KyCuong.Kiosk.Tests.Configuration;

public sealed class KioskOptionsFileTests
{
    private static KioskOptions Parse(string json) => KioskOptionsFile.Parse("/data/kiosk.json", Encoding.UTF8.GetBytes(json));

    [Fact]
    public void A_file_with_comments_gives_readers_and_limits()
    {
        var options = Parse("""
            {
              // the entrance
              "readers": [
                { "id": "vao", "port": "tty:/dev/serial/by-id/usb-1", "protocol": "rdm6300", "direction": "in", "baud": 19200 },
                { "id": "ra", "port": "evdev:/dev/input/by-id/usb-A-event-kbd", "protocol": "keyboard", "format": "3+5", "direction": "out" },
                { "id": "qr", "port": "tcp://10.0.0.7:4001", "protocol": "line-scanner", "hold": "2s", "end": "etx", "aim": "qr-only", "prefix": "~", "silence": "50ms" },
              ],
              "limits": { "retryLongest": "5s", "journalMegabytes": 64 }
            }
            """);
        Assert.Equal(["vao", "ra", "qr"], options.Readers.Select(reader => reader.Id));
        Assert.Equal((Direction.In, 19200), (options.Readers[0].Direction, options.Readers[0].Line.Baud));
        Assert.Equal((Direction.Unspecified, TimeSpan.FromSeconds(2)), (options.Readers[2].Direction, options.Readers[2].Hold));
        Assert.Equal(TimeSpan.FromMilliseconds(50), options.Readers[2].Driver.Silence);
        Assert.Equal("~", options.Readers[2].Driver.Prefix);
        Assert.Equal((Direction.Out, CardFormat.TagPair24), (options.Readers[1].Direction, options.Readers[1].Driver.Format));
        Assert.Equal((TimeSpan.FromSeconds(5), 64L * 1024 * 1024), (options.Limits.RetryLongest, options.Limits.JournalBytes));
    }

    private const string R = """ "id": "a", "port": "tcp://h:1", "protocol": "rdm6300" """;

    private const string O = """ "id": "a", "port": "tty:/dev/x", "protocol": "osdp" """;

    [Fact]
    public void Reader_on_a_bus_has_an_address_and_a_kind_of_bits_and_both_are_printed()
    {
        var options = Parse($$"""{ "readers": [ { {{O}}, "card": "uid-reversed", "address": 5 } ] }""");
        Assert.Equal((CardBits.UidReversed, 5), (options.Readers[0].Driver.Card, options.Readers[0].Driver.Address));
        var printed = EffectiveSettings.Print(options.Readers, options, GatePolicy.Off, null);
        Assert.Contains("\"card\": \"uid-reversed\"", printed, StringComparison.Ordinal);
        Assert.Contains("\"address\": 5", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("\"format\"", printed, StringComparison.Ordinal);
    }

    private const string K = """ "id": "a", "port": "evdev:/dev/input/by-id/usb-A-event-kbd", "protocol": "keyboard" """;

    /// <summary>What is wrong, and what its one sentence must name: the key, the value, the remedy.</summary>
    public static TheoryData<string, string[]> Mistakes => new()
    {
        { "{", ["dòng 1", "JSON"] },
        { "{ }}", ["dòng 1, ký tự thứ 4", "dấu ngoặc"] },
        { """{ "readers": [ { "id": "a", "port": "tcp://h:1", "protocol": "rdm6300", "colour": 1 } ] }""", ["readers[0].colour", "không có khóa", "direction"] },
        { "[]", ["toàn bộ tệp", "[]", "đối tượng"] },
        { """{ "readres": [] }""", ["readres", "[]", "readers, devices, screen, limits"] },
        { """{ "readers": [], "readers": [] }""", ["JSON", "readers"] },
        { """{ "readers": {} }""", ["readers", "{}", "danh sách"] },
        { """{ "readers": ["a"] }""", ["readers[0]", "\"a\"", "đối tượng"] },
        { """{ "readers": [ { "id": "a", "port": "tcp://h:1" } ] }""", ["readers[0].protocol", "còn thiếu"] },
        { """{ "readers": [ { "id": 5, "port": "tcp://h:1", "protocol": "rdm6300" } ] }""", ["readers[0].id", "5", "dấu ngoặc kép"] },
        { """{ "readers": [ { "id": "Cổng", "port": "tcp://h:1", "protocol": "rdm6300" } ] }""", ["readers[0].id", "Cổng", "a-z"] },
        { """{ "readers": [ { "id": "a", "port": "COM3", "protocol": "rdm6300" } ] }""", ["readers[0].port", "COM3", "tcp://host:port"] },
        { """{ "readers": [ { "id": "a", "port": "tcp://h:99999", "protocol": "rdm6300" } ] }""", ["readers[0].port", "99999", "tcp://host:port"] },
        { """{ "readers": [ { "id": "a", "port": "tcp://h", "protocol": "rdm6300" } ] }""", ["readers[0].port", "tcp://h", "thiếu cổng"] },
        { """{ "readers": [ { "id": "a", "port": "tcp://h:1", "protocol": "rdm6301" } ] }""", ["readers[0].protocol", "rdm6301", "rdm6300"] },
        { $$"""{ "readers": [ { {{R}}, "direction": "vào" } ] }""", ["readers[0].direction", "vào", "in (vào), out (ra) hoặc none"] },
        { $$"""{ "readers": [ { {{R}}, "spede": "9600" } ] }""", ["readers[0].spede", "baud, line"] },
        { $$"""{ "readers": [ { {{R}}, "baud": 9600 } ] }""", ["readers[0].baud", "bộ chuyển đổi serial-Ethernet"] },
        { """{ "readers": [ { "id": "a", "port": "tty:/dev/x", "protocol": "rdm6300", "baud": 1 } ] }""", ["readers[0].baud", "\"1\"", "300"] },
        { """{ "readers": [ { "id": "a", "port": "tty:/dev/x", "protocol": "rdm6300", "line": "9600 9X1" } ] }""", ["readers[0].line", "9600 9X1", "9600 8N1"] },
        { """{ "readers": [ { "id": "a", "port": "tty:/dev/x", "protocol": "rdm6300", "line": "299 8N1" } ] }""", ["readers[0].line", "299 8N1", "300"] },
        { $$"""{ "readers": [ { {{R}}, "hold": "2h" } ] }""", ["readers[0].hold", "2h", "1m"] },
        { $$"""{ "readers": [ { {{R}}, "end": "lf" } ] }""", ["readers[0].end", "lf", "crlf"] },
        { $$"""{ "readers": [ { {{R}}, "prefix": "mã" } ] }""", ["readers[0].prefix", "\"mã\"", "ASCII"] },
        { $$"""{ "readers": [ { {{R}}, "prefix": "" } ] }""", ["readers[0].prefix", "\"\"", "bỏ khóa này"] },
        { $$"""{ "readers": [ { {{R}}, "prefix": "123456789012345678901" } ] }""", ["readers[0].prefix", "20"] },
        { $$"""{ "readers": [ { {{R}} }, { {{R}} } ] }""", ["readers[1].id", "\"a\"", "readers[0]"] },
        { $$"""{ "readers": [ { {{R}} }, { "id": "b", "port": "tcp://h:1", "protocol": "rdm6300" } ] }""", ["readers[1].port", "tcp://h:1", "readers[0]"] },
        { $$"""{ "readers": [ { {{K}} } ] }""", ["readers[0].format", "còn thiếu", "kc1, 10h, 8h10d"] },
        { $$"""{ "readers": [ { {{K}}, "format": "8H10D" } ] }""", ["readers[0].format", "\"8H10D\"", "8h10d"] },
        { $$"""{ "readers": [ { {{K}}, "format": "10h", "baud": 9600 } ] }""", ["readers[0].baud", "bàn phím"] },
        { $$"""{ "readers": [ { {{R}}, "format": "10h" } ] }""", ["readers[0].format", "rdm6300"] },
        { """{ "readers": [ { "id": "a", "port": "tty:/dev/x", "protocol": "wiegand-serial" } ] }""", ["readers[0].format", "còn thiếu", "wiegand-serial", "3+5, 6h"] },
        { """{ "readers": [ { "id": "a", "port": "tty:/dev/x", "protocol": "wiegand-serial", "format": "10h" } ] }""", ["readers[0].format", "\"10h\"", "w34"] },
        { $$"""{ "readers": [ { {{O}} } ] }""", ["readers[0].card", "còn thiếu", "osdp", "wiegand, em, uid, uid-reversed"] },
        { $$"""{ "readers": [ { {{O}}, "card": "mifare" } ] }""", ["readers[0].card", "\"mifare\"", "uid-reversed"] },
        { $$"""{ "readers": [ { {{O}}, "card": "uid", "address": 127 } ] }""", ["readers[0].address", "\"127\"", "126"] },
        { $$"""{ "readers": [ { {{R}}, "address": 1 } ] }""", ["readers[0].address", "rdm6300", "osdp"] },
        { $$"""{ "readers": [ { {{K}}, "format": "w26" } ] }""", ["readers[0].format", "\"w26\"", "8h10d"] },
        { """{ "readers": [ { "id": "a", "port": "tty:/dev/x", "protocol": "keyboard", "format": "10h" } ] }""", ["readers[0].port", "tty:/dev/x", "evdev:/dev/input/by-id"] },
        { """{ "readers": [ { "id": "a", "port": "evdev:/dev/input/x", "protocol": "rdm6300" } ] }""", ["readers[0].port", "rdm6300", "keyboard"] },
        { """{ "limits": { "retryLongest": 30 } }""", ["limits.retryLongest", "30", "\"30s\""] },
        { """{ "limits": { "retryLongest": "30" } }""", ["limits.retryLongest", "\"30\"", "\"30s\""] },
        { """{ "limits": { "retryLongest": "5h" } }""", ["limits.retryLongest", "\"5h\"", "60m"] },
        { """{ "limits": { "retryFirst": "40s" } }""", ["limits.retryFirst", "40s", "30s"] },
        { """{ "limits": { "retryLast": "5s" } }""", ["limits.retryLast", "retryLongest"] },
        { """{ "limits": { "journalMegabytes": "64" } }""", ["limits.journalMegabytes", "\"64\"", "số nguyên"] },
        { """{ "limits": { "journalMegabytes": 1 } }""", ["limits.journalMegabytes", "1", "16"] },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Each_mistake_is_one_sentence_with_file_key_value_and_remedy(string json, string[] named)
    {
        var problem = Assert.Throws<KioskException>(() => Parse(json));
        Assert.Equal(KioskException.WrongUsage, problem.ExitCode);
        Assert.StartsWith("/data/kiosk.json:", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
        Assert.All(named, part => Assert.Contains(part, problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_named_and_not_there_is_a_mistake_and_a_default_one_is_not()
    {
        using var folder = new TempFolder();
        Assert.Equal(KioskOptions.Default, KioskOptionsFile.Load(folder.File("kiosk.json"), required: false));
        Assert.Contains(folder.File("other.json"), Assert.Throws<KioskException>(() => KioskOptionsFile.Load(folder.File("other.json"), required: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_printed_of_durations_is_read_back()
    {
        foreach (var time in new[] { 1, 999, 1000, 1500, 60_000, 90_000, 3_600_000 }.Select(ms => TimeSpan.FromMilliseconds(ms)))
            Assert.Equal(time, Duration.Parse(Duration.Format(time)));
    }

    [Fact]
    public void Each_setting_of_the_gate_is_taken_from_the_configuration_and_stands_among_the_effective_settings()
    {
        foreach (var field in Protos.V1.Configuration.Descriptor.Fields.InFieldNumberOrder().Where(field => field.FieldType == Google.Protobuf.Reflection.FieldType.Bool))
        {
            var configuration = new Protos.V1.Configuration();
            Assert.Equal(GatePolicy.Off, GatePolicy.Of(configuration));
            field.Accessor.SetValue(configuration, true);
            using var printed = System.Text.Json.JsonDocument.Parse(EffectiveSettings.Print([], KioskOptions.Default, GatePolicy.Of(configuration), null));
            var on = Assert.Single(printed.RootElement.GetProperty("gate").EnumerateObject(), setting => setting.Value.GetBoolean());
            Assert.Equal(field.JsonName, on.Name);
        }
    }

    [Fact]
    public void Format_of_a_keyboard_stands_among_the_effective_settings_and_is_read_back()
    {
        foreach (var name in CardFormats.NamesOf(ReaderCatalog.Find("keyboard")!.Formats))
        {
            var options = Parse($$"""{ "readers": [ { {{K}}, "format": "{{name}}" } ] }""");
            var printed = EffectiveSettings.Print(options.Readers, options, GatePolicy.Off, null);
            Assert.Contains($"\"format\": \"{name}\"", printed, StringComparison.Ordinal);
            Assert.DoesNotContain("\"line\"", printed, StringComparison.Ordinal);
            Assert.DoesNotContain("\"end\"", printed, StringComparison.Ordinal);
        }
    }
}
