using System.Runtime.InteropServices;
using KyCuong.Kiosk.Resources;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Transports;

/// <summary>
/// A keyboard of a 64-bit Linux machine, read as the kernel's records below layout and input method. Grabbed, so that no tap
/// types into whatever has the focus, and stamped by the clock that is never set. Nothing is ever written to it.
/// </summary>
public sealed class EvdevTransport : ITransport
{
    /// <summary>Bytes of a record; the kernel gives whole ones only, and refuses a read that has room for none.</summary>
    public const int RecordBytes = 24;

    private static readonly LinuxDevice.Sentences Sentences = new(TransportText.KeyboardNotThere, TransportText.KeyboardDenied);

    private readonly LinuxDevice _keyboard;

    private EvdevTransport(LinuxDevice keyboard) => _keyboard = keyboard;

    /// <summary>Opens and grabs the keyboard at <paramref name="path"/>.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="standIn">
    /// True: a FIFO or a terminal that carries such records may stand in for the device, which is then not grabbed. For tests and
    /// simulators; never for a person's keyboard.
    /// </param>
    /// <exception cref="TransportException">It cannot be opened now; says why and what to do.</exception>
    public static EvdevTransport Open(string path, bool standIn)
    {
        var name = $"evdev:{path}";
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
            throw new TransportException(ReaderFault.SettingsRefused, TransportText.KeyboardNotSupported(name));
        var keyboard = LinuxDevice.Open(name, path, TtyNative.ReadOnly, Sentences);
        try
        {
            Claim(name, keyboard, standIn);
            return new EvdevTransport(keyboard);
        }
        catch
        {
            keyboard.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks><paramref name="buffer"/> has room for a record at least.</remarks>
    public int Read(Span<byte> buffer, TimeSpan wait)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(buffer.Length, RecordBytes, nameof(buffer));
        return _keyboard.Read(buffer[..(buffer.Length / RecordBytes * RecordBytes)], wait);
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes) => throw new NotSupportedException("Nothing is written to a keyboard.");

    /// <inheritdoc/>
    public void Wake() => _keyboard.Wake();

    /// <inheritdoc/>
    public void Dispose() => _keyboard.Dispose();

    private static void Claim(string name, LinuxDevice keyboard, bool standIn)
    {
        if (TtyNative.Ioctl(keyboard.Handle, TtyNative.GrabInput, 1) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno != TtyNative.NotATerminal)
                throw keyboard.CannotOpen(errno);
            if (!standIn || IsSeekable(keyboard))
                throw new TransportException(ReaderFault.SettingsRefused, TransportText.NotKeyboard(name));
            return;
        }

        var clock = TtyNative.MonotonicClock;
        if (TtyNative.Ioctl(keyboard.Handle, TtyNative.SetInputClock, ref clock) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            throw keyboard.CannotOpen(errno);
        }
    }

    // A file is always ready and then has nothing: reading it would never rest.
    private static bool IsSeekable(LinuxDevice keyboard) => TtyNative.Seek(keyboard.Handle, 0, TtyNative.SeekFromHere) >= 0;
}
