using System.Text.Json;
using System.Text.RegularExpressions;
using KyCuong.Kiosk.Commands;
using KyCuong.Kiosk.Plugged;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Kiosk.Transports.Com;
using KyCuong.Kiosk.Transports.RawInput;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Tests.Plugged;

/// <summary>What is plugged in, in a tree of links as udev makes it.</summary>
public sealed partial class PluggedTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private IReadOnlyList<string> _smartCardReaders = [];

    private string Dev => Path.Combine(_folder.Path, "dev");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_device_is_listed_once_by_the_name_that_stays()
    {
        Link("serial/by-id/usb-FTDI_FT232R_USB_UART_A9X-if00-port0", "ttyUSB0");
        Link("serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0", "ttyUSB0");
        // An adapter without a number of its own is known by its socket.
        Link("serial/by-path/pci-0000:00:14.0-usb-0:3:1.0-port0", "ttyUSB1");
        Link("input/by-id/usb-Sycreader_RFID_Technology_Co._Ltd_SYC_ID_IC_USB_Reader_08FF20140315-event-kbd", "input/event5");
        Link("input/by-id/usb-Logitech_USB_Keyboard-event-kbd", "input/event3");
        Link("input/by-id/usb-Logitech_USB_Keyboard-event-if01", "input/event4");
        Link("input/by-path/pci-0000:00:14.0-usb-0:5:1.0-event-kbd", "input/event5");
        // Two equal readers: the name leads to one, the other has its socket only.
        Link("input/by-path/pci-0000:00:14.0-usb-0:6:1.0-event-kbd", "input/event6");
        var found = PluggedDevices.Find(Dev, []);
        Assert.Equal(
            [
                ("tty:" + At("serial/by-id/usb-FTDI_FT232R_USB_UART_A9X-if00-port0"), SuggestionKind.SerialAdapter, true),
                ("tty:" + At("serial/by-path/pci-0000:00:14.0-usb-0:3:1.0-port0"), SuggestionKind.Unknown, false),
                ("evdev:" + At("input/by-id/usb-Logitech_USB_Keyboard-event-kbd"), SuggestionKind.HumanKeyboard, true),
                ("evdev:" + At("input/by-id/usb-Sycreader_RFID_Technology_Co._Ltd_SYC_ID_IC_USB_Reader_08FF20140315-event-kbd"), SuggestionKind.Reader, true),
                ("evdev:" + At("input/by-path/pci-0000:00:14.0-usb-0:6:1.0-event-kbd"), SuggestionKind.MayBeReader, false),
            ],
            found.Select(device => (device.Port, ReaderSuggestion.Of(device).Kind, device.ById)));
    }

    [Fact]
    public void Scanners_in_hid_pos_mode_are_listed_by_their_socket_and_those_that_type_as_keyboards_only()
    {
        // As 72-kycuong-hid-scanners.rules names them; the second one types, and has raw reports beside its keys.
        Link("kycuong/hid-pci-0000:00:14.0-usb-0:2:1.0", "hidraw0");
        Link("kycuong/hid-pci-0000:00:14.0-usb-0:3:1.0", "hidraw1");
        Link("input/by-path/pci-0000:00:14.0-usb-0:3:1.0-event-kbd", "input/event7");
        Link("kycuong/something-else", "hidraw2");
        // Left over from what was pulled.
        File.CreateSymbolicLink(At("kycuong/hid-pci-0000:00:14.0-usb-0:4:1.0"), At("hidraw9"));
        var found = PluggedDevices.Find(Dev, []);
        Assert.Equal(
            [
                ("evdev:" + At("input/by-path/pci-0000:00:14.0-usb-0:3:1.0-event-kbd"), ReaderPort.Keyboard, SuggestionKind.MayBeReader, "keyboard"),
                ("hidraw:" + At("kycuong/hid-pci-0000:00:14.0-usb-0:2:1.0"), ReaderPort.Hid, SuggestionKind.Reader, "hid-pos"),
            ],
            found.Select(device => (device.Port, device.Kind, ReaderSuggestion.Of(device).Kind, ReaderSuggestion.Of(device).Protocols[0])));
        Assert.All(found, device => Assert.False(device.ById));
        Assert.All(found, device => Assert.Equal(device.Kind, ReaderCatalog.Find(ReaderSuggestion.Of(device).Protocols[0])!.Port));
    }

    [Fact]
    public async Task A_hid_pos_scanner_is_known_as_configured_and_missed_when_it_is_pulled()
    {
        Link("kycuong/hid-pci-0000:00:14.0-usb-0:2:1.0", "hidraw0");
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "kiosk.json"), $$"""
            { "readers": [ { "id": "qr", "port": "hidraw:{{At("kycuong/hid-pci-0000:00:14.0-usb-0:2:1.0")}}", "protocol": "hid-pos" },
                           { "id": "qr2", "port": "hidraw:{{At("kycuong/hid-gone")}}", "protocol": "hid-pos" } ] }
            """);
        Assert.Equal(
            $"""
            hidraw:{At("kycuong/hid-pci-0000:00:14.0-usb-0:2:1.0")}
                đã khai báo: đầu đọc qr (nhận biết theo cổng USB đang cắm: đừng đổi cổng, hoặc đánh dấu phích cắm)
            Đầu đọc qr2 đã khai báo ở hidraw:{At("kycuong/hid-gone")} nhưng không thấy cắm.

            """, await SaidAsync("readers"));
    }

    [Theory]
    [InlineData("usb-Honeywell_Vuquest_3320g-if00", false, SuggestionKind.Reader, "line-scanner")]
    [InlineData("usb-1a86_USB_Serial-if00-port0", false, SuggestionKind.SerialAdapter, "rdm6300")]
    [InlineData("usb-HXGCoLtd_HIDKeys-event-kbd", true, SuggestionKind.Reader, "keyboard")]
    [InlineData("usb-Dell_KB216_Wired_Keyboard-event-kbd", true, SuggestionKind.HumanKeyboard, null)]
    public void A_name_suggests_what_to_try_first(string name, bool keyboard, SuggestionKind kind, string? first)
    {
        var suggestion = ReaderSuggestion.Of(new PluggedDevice("x:" + name, name, keyboard ? ReaderPort.Keyboard : ReaderPort.Serial, true));
        Assert.Equal((kind, first), (suggestion.Kind, suggestion.Protocols.Count == 0 ? null : suggestion.Protocols[0]));
        Assert.All(suggestion.Protocols, protocol => Assert.NotNull(ReaderCatalog.Find(protocol)));
    }

    /// <summary>Names as Microsoft documents device instance identifiers (a made-up instance has &amp; as its second character) and as the makers' drivers call their lines.</summary>
    [Theory]
    [InlineData("VCP0", "USB Serial Port (COM5)", @"VID_0403+PID_6001+A50285BIA", SuggestionKind.SerialAdapter, "rdm6300", true)]
    [InlineData("VCP1", "USB Serial Port (COM5)", @"VID_0403+PID_6001+5&1A2B3C&0&2", SuggestionKind.SerialAdapter, "rdm6300", false)]
    [InlineData("Silabser0", "Silicon Labs CP210x USB to UART Bridge (COM5)", @"VID_10C4&PID_EA60\0001", SuggestionKind.SerialAdapter, "rdm6300", true)]
    [InlineData("Serial2", "USB-SERIAL CH340 (COM5)", @"VID_1A86&PID_7523\5&2c8f3a1&0&3", SuggestionKind.SerialAdapter, "rdm6300", false)]
    [InlineData("USBSER000", "USB Serial Device (COM5)", @"VID_0C2E&PID_0B6A\6&1d2b&0&1", SuggestionKind.Reader, "line-scanner", false)]
    [InlineData("Serial0", null, null, SuggestionKind.Unknown, "rdm6300", true)]
    public void Serial_lines_of_windows_are_listed_with_what_may_be_behind_them(string driver, string? title, string? device, SuggestionKind kind, string first, bool byId)
    {
        var found = Assert.Single(PluggedDevices.Find(Dev, [], [new ComPort("COM5", driver, title, device)]));
        var suggestion = ReaderSuggestion.Of(found);
        Assert.Equal(("com:COM5", ReaderPort.Serial, byId), (found.Port, found.Kind, found.ById));
        Assert.Equal((kind, first), (suggestion.Kind, suggestion.Protocols[0]));
    }

    /// <summary>Makers by number, as the shipped rules have them: <c>ATTRS{idVendor}=="1a86"</c>, several with a bar between.</summary>
    /// <param name="rules">The file.</param>
    /// <param name="productsToo">Those of which certain products are named, or those of which all are meant.</param>
    private static IEnumerable<string> MakersIn(string rules, bool productsToo) => File.ReadLines(Path.Combine(Notes, "udev", rules))
        .Where(line => !line.StartsWith('#') && line.Contains("idProduct", StringComparison.Ordinal) == productsToo)
        .SelectMany(line => Vendor().Matches(line)).SelectMany(match => match.Groups[1].Value.Split('|')).Distinct().Order(StringComparer.Ordinal);

    [Theory]
    [InlineData("70-kycuong-readers.rules", SuggestionKind.SerialAdapter, 4)]
    [InlineData("72-kycuong-hid-scanners.rules", SuggestionKind.Reader, 5)]
    public void Makers_in_the_rules_that_are_shipped_are_those_whose_devices_are_known_here(string rules, SuggestionKind kind, int count)
    {
        var makers = MakersIn(rules, productsToo: kind == SuggestionKind.SerialAdapter).ToList();
        Assert.Equal(count, makers.Count);
        Assert.All(makers, maker => Assert.Equal(kind, ReaderSuggestion.Of(new PluggedDevice("com:COM5", "USBSER000 VID_" + maker.ToUpperInvariant() + "&PID_0001", ReaderPort.Serial, true)).Kind));
        Assert.Equal(makers, ReaderSuggestion.MakersOf(kind));
    }

    [Fact]
    public void Makers_of_scanners_that_are_kept_from_modemmanager_are_those_whose_devices_are_known_here() =>
        Assert.Equal(ReaderSuggestion.MakersOf(SuggestionKind.Reader), MakersIn("70-kycuong-readers.rules", productsToo: false));

    [Fact]
    public void Makers_of_scanners_that_the_catalogue_names_are_in_the_rule_by_name_and_number()
    {
        var named = MakerInWords().Matches(File.ReadAllText(Path.Combine(Notes, "udev", "72-kycuong-hid-scanners.rules"))).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        Assert.Equal(MakersIn("72-kycuong-hid-scanners.rules", productsToo: false), named.Values.Order(StringComparer.Ordinal));
        var catalogue = ReaderCatalog.Find("hid-pos")!.Models.Split([", ", " and other"], StringSplitOptions.None).SkipLast(1).ToList();
        Assert.Equal(["Honeywell", "Zebra", "Datalogic"], catalogue);
        Assert.All(catalogue, maker => Assert.Contains(named.Keys, name => name.Split('/').Contains(maker)));
    }

    private static string Notes => Path.Combine(Repository.Root, "hardware-notes");

    [GeneratedRegex(@"ATTRS\{idVendor\}==""([0-9a-f|]+)""")]
    private static partial Regex Vendor();

    // "Makers: Honeywell 0c2e, Zebra/Symbol 05e0."
    [GeneratedRegex("(?<=[:,] )([A-Z][A-Za-z/-]+) ([0-9a-f]{4})(?=[,.])")]
    private static partial Regex MakerInWords();

    [Fact]
    public void Keyboards_of_windows_are_listed_by_maker_and_product_and_equal_ones_by_instance()
    {
        RawKeyboardName[] keyboards = [new("VID_08FF&PID_0009", "7&1&0&0000"), new("VID_046D&PID_C31C&MI_00", "7&2&0&0000"), new("VID_1234&PID_0001", "7&3&0&0000"), new("VID_1234&PID_0001", "7&4&0&0000")];
        Assert.Equal(
            [
                ("rawinput:VID_08FF&PID_0009", SuggestionKind.Reader, true),
                ("rawinput:VID_046D&PID_C31C&MI_00", SuggestionKind.HumanKeyboard, true),
                ("rawinput:VID_1234&PID_0001#7&3&0&0000", SuggestionKind.MayBeReader, false),
                ("rawinput:VID_1234&PID_0001#7&4&0&0000", SuggestionKind.MayBeReader, false),
            ],
            PluggedDevices.Find(Dev, [], keyboards: keyboards).Select(device => (device.Port, ReaderSuggestion.Of(device).Kind, device.ById)));
    }

    [Fact]
    public void Behind_an_adapter_every_reader_on_a_serial_line_may_stand()
    {
        var suggestion = ReaderSuggestion.Of(new PluggedDevice("tty:x", "usb-FTDI_FT232R-if00-port0", ReaderPort.Serial, true));
        Assert.Contains("gm65", suggestion.Protocols);
        Assert.DoesNotContain("keyboard", suggestion.Protocols);
        Assert.Equal(ReaderCatalog.All.Count(reader => reader.Port == ReaderPort.Serial), suggestion.Protocols.Count);
    }

    [Fact]
    public async Task The_command_says_what_is_configured_what_to_try_and_what_is_missing()
    {
        Link("serial/by-id/usb-FTDI_FT232R_USB_UART_A9X-if00-port0", "ttyUSB0");
        Link("serial/by-id/usb-Honeywell_3320g-if00", "ttyACM0");
        var configuration = Path.Combine(_folder.Path, "kiosk.json");
        await File.WriteAllTextAsync(configuration, $$"""
            { "readers": [ { "id": "vao", "port": "tty:{{At("serial/by-id/usb-FTDI_FT232R_USB_UART_A9X-if00-port0")}}", "protocol": "rdm6300" },
                           { "id": "ra", "port": "tty:{{At("serial/by-id/usb-gone")}}", "protocol": "rdm6300" },
                           { "id": "xa", "port": "tcp://192.0.2.7:4001", "protocol": "rdm6300" } ] }
            """);
        Assert.Equal(
            $"""
            tty:{At("serial/by-id/usb-FTDI_FT232R_USB_UART_A9X-if00-port0")}
                đã khai báo: đầu đọc vao
            tty:{At("serial/by-id/usb-Honeywell_3320g-if00")}
                đầu đọc; giao thức nên dùng: line-scanner
            Đầu đọc ra đã khai báo ở tty:{At("serial/by-id/usb-gone")} nhưng không thấy cắm.

            """, await SaidAsync("readers"));
        using var json = JsonDocument.Parse(await SaidAsync("readers", "--format", "json"));
        Assert.Equal(["vao", null], json.RootElement.EnumerateArray().Select(device => device.GetProperty("reader").GetString()));
    }

    [Fact]
    public void Smart_card_readers_are_listed_without_the_numbers_that_change_where_the_rest_is_enough()
    {
        Directory.CreateDirectory(Dev);
        Assert.Equal(
            [
                ("pcsc:ACS ACR122U PICC Interface", SuggestionKind.Reader),
                ("pcsc:OMNIKEY CardMan 5x21-CL 00 00", SuggestionKind.Reader),
                ("pcsc:OMNIKEY CardMan 5x21-CL 01 00", SuggestionKind.Reader),
                ("pcsc:ACS ACR1252 Dual Reader [ACR1252 Dual Reader SAM]", SuggestionKind.NoBadges),
                ("pcsc:SpringCard H512", SuggestionKind.Reader),
            ],
            PluggedDevices.Find(Dev,
            [
                "ACS ACR122U PICC Interface 02 00", "OMNIKEY CardMan 5x21-CL 00 00", "OMNIKEY CardMan 5x21-CL 01 00",
                "ACS ACR1252 Dual Reader [ACR1252 Dual Reader SAM] 03 01", "SpringCard H512",
            ]).Select(device => (device.Port, ReaderSuggestion.Of(device).Kind)));
    }

    [Fact]
    public async Task Smart_card_reader_is_known_as_configured_by_the_beginning_of_its_name()
    {
        Directory.CreateDirectory(Dev);
        _smartCardReaders = ["ACS ACR122U PICC Interface 00 00", "OMNIKEY CardMan 5x21-CL 01 00"];
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "kiosk.json"), """
            { "readers": [ { "id": "vao", "port": "pcsc:ACS ACR122U", "protocol": "pcsc" },
                           { "id": "ra", "port": "pcsc:ACS ACR1252", "protocol": "pcsc" } ] }
            """);
        Assert.Equal(
            """
            pcsc:ACS ACR122U PICC Interface
                đã khai báo: đầu đọc vao
            pcsc:OMNIKEY CardMan 5x21-CL
                đầu đọc; giao thức nên dùng: pcsc
            Đầu đọc ra đã khai báo ở pcsc:ACS ACR1252 nhưng không thấy cắm.

            """, await SaidAsync("readers"));
    }

    [Fact]
    public async Task With_nothing_plugged_in_it_says_what_to_do()
    {
        Directory.CreateDirectory(Dev);
        Assert.Contains("Hãy cắm đầu đọc", await SaidAsync("readers"), StringComparison.Ordinal);
    }

    private async Task<string> SaidAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var commands = new KioskCommands((_, _, _, _) => throw new InvalidOperationException("not run here"), RealClock.Wall, output, Dev, () => _smartCardReaders);
        Assert.Equal(0, await CommandLine.InvokeAsync([.. arguments, "--data", _folder.Path], commands, output, error, CancellationToken.None));
        return output.ToString();
    }

    private string At(string name) => Path.Combine(Dev, name);

    private void Link(string name, string device)
    {
        var target = At(device);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (!File.Exists(target)) File.WriteAllText(target, "");
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.CreateSymbolicLink(At(name), target);
    }
}
