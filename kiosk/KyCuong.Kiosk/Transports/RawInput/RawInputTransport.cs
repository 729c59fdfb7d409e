using System.Globalization;
using System.Runtime.Versioning;
using KyCuong.Kiosk.Resources;
using KyCuong.Readers;
using KyCuong.Readers.Keyboard;

namespace KyCuong.Kiosk.Transports.RawInput;

/// <summary>
/// One keyboard of a Windows machine, bound by its device: keys of another keyboard never come here. It cannot be held alone; what it types
/// reaches the program with the focus as well. Needs the desktop of somebody signed in. Nothing is ever written to it.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class RawInputTransport : ITransport
{
    private readonly string _name;
    private readonly nint _device;
    private readonly KeyQueue _keys = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private volatile bool _gone;

    private RawInputTransport(string name, nint device) => (_name, _device) = (name, device);

    /// <summary>Binds the keyboard that the name means.</summary>
    /// <exception cref="TransportException">It cannot be had now; says why and what to do.</exception>
    public static RawInputTransport Open(RawKeyboardName wanted)
    {
        var name = $"rawinput:{wanted}";
        if (!Environment.UserInteractive) throw new TransportException(ReaderFault.SettingsRefused, TransportText.RawNoDesktop(name));
        var meant = RawKeyboards.Present().Where(keyboard => wanted.Means(keyboard.Name)).ToList();
        if (meant.Count == 0) throw new TransportException(ReaderFault.NotFound, TransportText.RawNotThere(name));
        if (meant.Count > 1)
            throw new TransportException(ReaderFault.SettingsRefused, TransportText.RawSeveral(name, string.Join(", ", meant.Select(keyboard => keyboard.Name))));
        var transport = new RawInputTransport(name, meant[0].Device);
        if (RawInputPump.TryAdd(transport._device, transport, out var error)) return transport;
        transport._wake.Dispose();
        throw error == 0
            ? new TransportException(ReaderFault.Busy, TransportText.ComHeld(name))
            : new TransportException(ReaderFault.Io, TransportText.CannotOpen(name, error.ToString(CultureInfo.InvariantCulture)));
    }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer, TimeSpan wait)
    {
        var count = _keys.Take(buffer);
        if (count > 0) return count;
        if (_gone) throw new TransportException(ReaderFault.Unplugged, TransportText.Unplugged(_name));
        _wake.WaitOne(TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, int.MaxValue)));
        return _keys.Take(buffer);
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes) => throw new NotSupportedException("Nothing is written to a keyboard.");

    /// <inheritdoc/>
    public void Wake() => _wake.Set();

    /// <inheritdoc/>
    public void Dispose() => RawInputPump.Remove(_device); // the event stays until it is collected: the pump may just be setting it

    /// <summary>A key, from the pump's thread.</summary>
    internal void Key(ushort makeCode, ushort flags, long timeUs)
    {
        _keys.Add(makeCode, flags, timeUs);
        _wake.Set();
    }

    /// <summary>It was unplugged, from the pump's thread.</summary>
    internal void Gone()
    {
        _gone = true;
        _wake.Set();
    }
}
