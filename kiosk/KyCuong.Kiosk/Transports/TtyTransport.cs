using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KyCuong.Kiosk.Resources;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Transports;

/// <summary>
/// A serial line of a Linux machine. Held exclusively, raw, never the controlling terminal of the service (which would be killed
/// by SIGHUP when the reader is unplugged), and emptied at opening, so that bytes from before do not become taps with a new time.
/// </summary>
public sealed class TtyTransport : ITransport
{
    private static readonly LinuxDevice.Sentences Sentences = new(TransportText.NotThere, TransportText.AccessDenied);

    private readonly LinuxDevice _tty;

    private TtyTransport(LinuxDevice tty) => _tty = tty;

    /// <summary>Opens, locks, sets and empties the line at <paramref name="path"/>.</summary>
    /// <exception cref="TransportException">It cannot be opened now; says why and what to do.</exception>
    public static TtyTransport Open(string path, LineSettings line)
    {
        var name = $"tty:{path}";
        if (!IsSupported)
            throw new TransportException(ReaderFault.SettingsRefused, TransportText.NotSupported(name));
        var tty = LinuxDevice.Open(name, path, TtyNative.ReadWrite, Sentences);
        try
        {
            Claim(name, tty);
            Configure(name, tty, line);
            return new TtyTransport(tty);
        }
        catch
        {
            tty.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer, TimeSpan wait) => _tty.Read(buffer, wait);

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes) => _tty.Write(bytes);

    /// <inheritdoc/>
    public void Wake() => _tty.Wake();

    /// <inheritdoc/>
    public void Dispose() => _tty.Dispose();

    [SupportedOSPlatformGuard("linux")]
    private static bool IsSupported => OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64 or Architecture.Arm or Architecture.X86;

    // Before any setting is touched: another program may be working with this line. TIOCEXCL turns away programs that know nothing
    // of locks, but not root; flock turns away those that take locks, root or not.
    private static void Claim(string name, LinuxDevice tty)
    {
        Termios2 settings = default;
        if (TtyNative.Ioctl(tty.Handle, TtyNative.GetTermios2, ref settings) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            throw errno == TtyNative.NotATerminal
                ? new TransportException(ReaderFault.SettingsRefused, TransportText.NotSerial(name))
                : tty.CannotOpen(errno);
        }

        if (TtyNative.Flock(tty.Handle, TtyNative.LockExclusiveNow) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            throw errno == TtyNative.TryAgain
                ? new TransportException(ReaderFault.Busy, TransportText.Locked(name))
                : tty.CannotOpen(errno);
        }

        Check(tty, TtyNative.Ioctl(tty.Handle, TtyNative.Exclusive, 0), Marshal.GetLastPInvokeError());
    }

    private static void Configure(string name, LinuxDevice tty, LineSettings line)
    {
        Termios2 before = default;
        Check(tty, TtyNative.Ioctl(tty.Handle, TtyNative.GetTermios2, ref before), Marshal.GetLastPInvokeError());
        var wanted = before;
        wanted.Set(line);
        Check(tty, TtyNative.Ioctl(tty.Handle, TtyNative.SetTermios2, ref wanted), Marshal.GetLastPInvokeError());
        Termios2 after = default;
        Check(tty, TtyNative.Ioctl(tty.Handle, TtyNative.GetTermios2, ref after), Marshal.GetLastPInvokeError());
        if (after.DifferenceFrom(wanted) is { } difference)
            throw new TransportException(ReaderFault.SettingsRefused, TransportText.SettingRefused(name, line.ToString(), difference));
        Check(tty, TtyNative.Ioctl(tty.Handle, TtyNative.FlushQueue, TtyNative.FlushInput), Marshal.GetLastPInvokeError());
    }

    private static void Check(LinuxDevice tty, int result, int errno)
    {
        if (result != 0)
            throw tty.CannotOpen(errno);
    }
}
