using System.Runtime.InteropServices;
using KyCuong.Kiosk.Resources;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Transports;

/// <summary>
/// A HID device of a Linux machine by its raw reports (Documentation/hid/hidraw). Each report becomes a record of
/// <see cref="RecordBytes"/>: shorter ones are filled with zeros, longer ones are cut. Nothing is ever written to it.
/// </summary>
public sealed class HidrawTransport : ITransport
{
    /// <summary>Bytes of a record: a report of full-speed USB.</summary>
    public const int RecordBytes = 64;

    /// <summary>HIDIOCGRDESCSIZE: size of the report descriptor. Succeeds on hidraw devices only.</summary>
    private const nuint GetDescriptorSize = 0x80044801;

    private static readonly LinuxDevice.Sentences Sentences = new(TransportText.HidNotThere, TransportText.HidDenied);

    private readonly LinuxDevice _device;
    private readonly bool _standIn;

    private HidrawTransport(LinuxDevice device, bool standIn) => (_device, _standIn) = (device, standIn);

    /// <summary>Opens the device at <paramref name="path"/>.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="standIn">True: a terminal or FIFO that carries such records may stand in for the device. For tests and simulators.</param>
    /// <exception cref="TransportException">It cannot be opened now; says why and what to do.</exception>
    public static HidrawTransport Open(string path, bool standIn)
    {
        var device = LinuxDevice.Open($"hidraw:{path}", path, TtyNative.ReadOnly, Sentences);
        var size = 0;
        if (!standIn && TtyNative.Ioctl(device.Handle, GetDescriptorSize, ref size) != 0)
        {
            device.Dispose();
            throw new TransportException(ReaderFault.SettingsRefused, TransportText.NotHid($"hidraw:{path}"));
        }

        return new HidrawTransport(device, standIn);
    }

    /// <inheritdoc/>
    /// <remarks><paramref name="buffer"/> has room for a record at least.</remarks>
    public int Read(Span<byte> buffer, TimeSpan wait)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(buffer.Length, RecordBytes, nameof(buffer));
        var count = _device.Read(buffer[..RecordBytes], wait);
        // A stand-in carries whole records already, in whatever pieces.
        if (count == 0 || _standIn) return count;
        buffer[count..RecordBytes].Clear();
        return RecordBytes;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes) => throw new NotSupportedException("Nothing is written to a HID scanner.");

    /// <inheritdoc/>
    public void Wake() => _device.Wake();

    /// <inheritdoc/>
    public void Dispose() => _device.Dispose();
}
