using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using KyCuong.Kiosk.Resources;
using KyCuong.Kiosk.Transports.Com;
using KyCuong.Kiosk.Transports.Pcsc;
using KyCuong.Kiosk.Transports.RawInput;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Transports;

/// <summary>
/// Where a reader is: <c>tty:/dev/serial/by-id/…</c> for a serial line of this machine (<c>com:COM5</c> on Windows), <c>tcp://host:port</c> for one behind a serial
/// device server, <c>evdev:/dev/input/by-id/…-event-kbd</c> for a keyboard of this machine
/// (<c>rawinput:VID_xxxx&amp;PID_xxxx</c> on Windows), <c>pcsc:ACS ACR122U</c> for a reader of its
/// PC/SC service. Immutable.
/// </summary>
public abstract record ReaderAddress
{
    private ReaderAddress()
    {
    }

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">It is none; the message is the sentence of <see cref="TryParse"/>.</exception>
    public static ReaderAddress Parse(string text) =>
        TryParse(text, out var address, out var error) ? address : throw new FormatException(error);

    /// <summary>Reads an address, or says in one sentence what is wrong with it and what to write.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ReaderAddress? address, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        (address, error) = text switch
        {
            _ when text.StartsWith("tty:", StringComparison.Ordinal) => ParseTty(text),
            _ when text.StartsWith(Com.Scheme, StringComparison.Ordinal) => ParseCom(text),
            _ when text.StartsWith(Evdev.DeviceScheme, StringComparison.Ordinal) => ParseEvdev(text, Evdev.DeviceScheme),
            _ when text.StartsWith(Evdev.StandInScheme, StringComparison.Ordinal) => ParseEvdev(text, Evdev.StandInScheme),
            _ when text.StartsWith(Hidraw.DeviceScheme, StringComparison.Ordinal) => ParseHidraw(text, Hidraw.DeviceScheme),
            _ when text.StartsWith(Hidraw.StandInScheme, StringComparison.Ordinal) => ParseHidraw(text, Hidraw.StandInScheme),
            _ when text.StartsWith(RawInput.Scheme, StringComparison.Ordinal) => ParseRawInput(text),
            _ when text.StartsWith(Pcsc.Scheme, StringComparison.Ordinal) => ParsePcsc(text),
            _ when text.StartsWith("tcp:", StringComparison.Ordinal) => ParseTcp(text),
            _ => (null, TransportText.UnknownKind(text)),
        };
        return address is not null;
    }

    /// <summary>What kind of port this is.</summary>
    public virtual ReaderPort Kind => ReaderPort.Serial;

    /// <summary>True for a serial line of this machine, whose settings are made here.</summary>
    public virtual bool HasLine => false;

    /// <summary>True when this address leads to a device that is listed at <paramref name="port"/>.</summary>
    public virtual bool LeadsTo(string port) => ToString() == port;

    /// <summary>Opens the line once. <paramref name="line"/> is for serial lines; a serial device server has its own settings.</summary>
    /// <inheritdoc cref="OpenTransport"/>
    public abstract ITransport Open(LineSettings line, TimeProvider time, CancellationToken stop);

    private static (ReaderAddress?, string?) ParseTty(string text)
    {
        var path = text["tty:".Length..];
        return IsDevicePath(path) ? (new Tty(path), null) : (null, TransportText.NamesNoDevice(text));
    }

    private static (ReaderAddress?, string?) ParseCom(string text)
    {
        var port = text[Com.Scheme.Length..].ToUpperInvariant();
        return Com.IsName(port) ? (new Com(port), null) : (null, TransportText.NamesNoComPort(text));
    }

    private static (ReaderAddress?, string?) ParseEvdev(string text, string scheme)
    {
        var path = text[scheme.Length..];
        return IsDevicePath(path) ? (new Evdev(path, scheme == Evdev.StandInScheme), null) : (null, TransportText.NamesNoKeyboard(text));
    }

    private static (ReaderAddress?, string?) ParseHidraw(string text, string scheme)
    {
        var path = text[scheme.Length..];
        return IsDevicePath(path) ? (new Hidraw(path, scheme == Hidraw.StandInScheme), null) : (null, TransportText.NamesNoHid(text));
    }

    private static (ReaderAddress?, string?) ParseRawInput(string text) => RawKeyboardName.TryParse(text[RawInput.Scheme.Length..], out var keyboard)
        ? (new RawInput(keyboard), null)
        : (null, TransportText.NamesNoRawKeyboard(text));

    private static (ReaderAddress?, string?) ParsePcsc(string text)
    {
        var name = text[Pcsc.Scheme.Length..].Trim();
        var isName = name.Length is > 0 and <= Pcsc.MaxName && !name.Any(char.IsControl);
        return isName ? (new Pcsc(name), null) : (null, TransportText.NamesNoSmartCardReader(text));
    }

    private static bool IsDevicePath(string path) =>
        path.Length >= 2 && path[0] == '/' && path[^1] != '/' && !path.Contains('\0', StringComparison.Ordinal);

    private static (ReaderAddress?, string?) ParseTcp(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || !text.StartsWith("tcp://", StringComparison.Ordinal)
            || uri.Host.Length == 0 || uri.UserInfo.Length > 0 || uri.AbsolutePath is not ("" or "/") || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            return (null, TransportText.NotUnderstood(text));
        if (uri.Port is < 1 or > ushort.MaxValue)
            return (null, TransportText.NoPort(text));
        return (new Tcp(uri.DnsSafeHost, uri.Port), null);
    }

    /// <summary>A serial line of this machine.</summary>
    /// <param name="Path">Full path; a stable one, so that the same reader is found again after replugging.</param>
    public sealed record Tty(string Path) : ReaderAddress
    {
        /// <inheritdoc/>
        public override bool HasLine => true;

        /// <inheritdoc/>
        public override ITransport Open(LineSettings line, TimeProvider time, CancellationToken stop) => TtyTransport.Open(Path, line);

        /// <inheritdoc/>
        public override string ToString() => $"tty:{Path}";
    }

    /// <summary>A serial line of this Windows machine.</summary>
    /// <param name="Port">Its name, <c>COM1</c> to <c>COM4096</c>; Windows keeps it for the same device or socket.</param>
    public sealed record Com(string Port) : ReaderAddress
    {
        internal const string Scheme = "com:";
        private const int LastPort = 4096;

        /// <summary>True for the name of a serial line as Windows writes it.</summary>
        internal static bool IsName([NotNullWhen(true)] string? text) =>
            text is { Length: > 3 } && text.StartsWith("COM", StringComparison.Ordinal) && text[3] != '0'
            && int.TryParse(text.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= LastPort;

        /// <inheritdoc/>
        public override bool HasLine => true;

        /// <inheritdoc/>
        public override ITransport Open(LineSettings line, TimeProvider time, CancellationToken stop) => OperatingSystem.IsWindows()
            ? ComTransport.Open(Port, line)
            : throw new TransportException(ReaderFault.SettingsRefused, TransportText.ComNotSupported(ToString()));

        /// <inheritdoc/>
        public override string ToString() => Scheme + Port;
    }

    /// <summary>A keyboard of this machine.</summary>
    /// <param name="Path">Full path; a stable one, so that the same reader is found again after replugging.</param>
    /// <param name="StandIn">For tests and simulators: see <see cref="EvdevTransport.Open"/>.</param>
    public sealed record Evdev(string Path, bool StandIn) : ReaderAddress
    {
        internal const string DeviceScheme = "evdev:";
        internal const string StandInScheme = "evdev-stand-in:";

        /// <inheritdoc/>
        public override ReaderPort Kind => ReaderPort.Keyboard;

        /// <inheritdoc/>
        public override ITransport Open(LineSettings line, TimeProvider time, CancellationToken stop) => EvdevTransport.Open(Path, StandIn);

        /// <inheritdoc/>
        public override string ToString() => (StandIn ? StandInScheme : DeviceScheme) + Path;
    }

    /// <summary>A HID device of this machine that is no keyboard.</summary>
    /// <param name="Path">Full path; a stable one, so that the same reader is found again after replugging.</param>
    /// <param name="StandIn">For tests and simulators: see <see cref="HidrawTransport.Open"/>.</param>
    public sealed record Hidraw(string Path, bool StandIn) : ReaderAddress
    {
        internal const string DeviceScheme = "hidraw:";
        internal const string StandInScheme = "hidraw-stand-in:";

        /// <inheritdoc/>
        public override ReaderPort Kind => ReaderPort.Hid;

        /// <inheritdoc/>
        public override ITransport Open(LineSettings line, TimeProvider time, CancellationToken stop) => HidrawTransport.Open(Path, StandIn);

        /// <inheritdoc/>
        public override string ToString() => (StandIn ? StandInScheme : DeviceScheme) + Path;
    }

    /// <summary>A keyboard of this Windows machine.</summary>
    /// <param name="Keyboard">Which.</param>
    public sealed record RawInput(RawKeyboardName Keyboard) : ReaderAddress
    {
        internal const string Scheme = "rawinput:";

        /// <inheritdoc/>
        public override ReaderPort Kind => ReaderPort.Keyboard;

        /// <inheritdoc/>
        public override bool LeadsTo(string port) =>
            port.StartsWith(Scheme, StringComparison.Ordinal) && RawKeyboardName.TryParse(port[Scheme.Length..], out var keyboard) && Keyboard.Means(keyboard);

        /// <inheritdoc/>
        public override ITransport Open(LineSettings line, TimeProvider time, CancellationToken stop) => OperatingSystem.IsWindows()
            ? RawInputTransport.Open(Keyboard)
            : throw new TransportException(ReaderFault.SettingsRefused, TransportText.RawNotSupported(ToString()));

        /// <inheritdoc/>
        public override string ToString() => Scheme + Keyboard;
    }

    /// <summary>A reader of this machine's PC/SC service.</summary>
    /// <param name="Name">Its name as PC/SC lists it, or the beginning of it that stays; <see cref="PcscReaders.Any"/> = the only one.</param>
    public sealed record Pcsc(string Name) : ReaderAddress
    {
        /// <summary>Longest name, characters: pcsc-lite's bound.</summary>
        public const int MaxName = 128;

        internal const string Scheme = "pcsc:";

        /// <inheritdoc/>
        public override ReaderPort Kind => ReaderPort.SmartCard;

        /// <inheritdoc/>
        public override bool LeadsTo(string port) =>
            port.StartsWith(Scheme, StringComparison.Ordinal) && PcscReaders.IsMeant(port[Scheme.Length..], Name);

        /// <inheritdoc/>
        public override ITransport Open(LineSettings line, TimeProvider time, CancellationToken stop) => PcscTransport.Open(Name, time, stop);

        /// <inheritdoc/>
        public override string ToString() => Scheme + Name;
    }

    /// <summary>A serial device server's raw TCP port.</summary>
    /// <param name="Host">Name or address, an IPv6 address without brackets.</param>
    /// <param name="Port">1 to 65535.</param>
    public sealed record Tcp(string Host, int Port) : ReaderAddress
    {
        /// <inheritdoc/>
        public override ITransport Open(LineSettings line, TimeProvider time, CancellationToken stop) =>
            TcpTransport.Open(Host, Port, time, stop);

        /// <inheritdoc/>
        public override string ToString() => Host.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"tcp://[{Host}]:{Port}")
            : string.Create(CultureInfo.InvariantCulture, $"tcp://{Host}:{Port}");
    }
}
