using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KyCuong.Kiosk.Resources;
using KyCuong.Readers;
using Microsoft.Win32.SafeHandles;

namespace KyCuong.Kiosk.Transports;

/// <summary>
/// A serial line of a Linux machine. Held exclusively, raw, never the controlling terminal of the service (which would be killed
/// by SIGHUP when the reader is unplugged), and emptied at opening, so that bytes from before do not become taps with a new time.
/// </summary>
public sealed class TtyTransport : ITransport
{
    private readonly string _name;
    private readonly SafeFileHandle _tty;
    private readonly SafeFileHandle _waker;

    private TtyTransport(string name, SafeFileHandle tty, SafeFileHandle waker)
    {
        _name = name;
        _tty = tty;
        _waker = waker;
    }

    /// <summary>Opens, locks, sets and empties the line at <paramref name="path"/>.</summary>
    /// <exception cref="TransportException">It cannot be opened now; says why and what to do.</exception>
    public static TtyTransport Open(string path, LineSettings line)
    {
        var name = $"tty:{path}";
        if (!IsSupported)
            throw new TransportException(ReaderFault.SettingsRefused, TransportText.NotSupported(name));
        var fd = TtyNative.Open(path, TtyNative.ReadWrite | TtyNative.NoControllingTerminal | TtyNative.NonBlocking | TtyNative.CloseOnExec);
        var errno = Marshal.GetLastPInvokeError();
        if (fd < 0)
            throw CannotOpen(name, errno);
        var tty = new SafeFileHandle(fd, ownsHandle: true);
        try
        {
            Claim(name, tty);
            Configure(name, tty, line);
            return new TtyTransport(name, tty, NewWaker(name));
        }
        catch
        {
            tty.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer, TimeSpan wait)
    {
        Span<TtyNative.PollEntry> entries =
        [
            new() { Descriptor = Number(_tty), Events = TtyNative.PollIn },
            new() { Descriptor = Number(_waker), Events = TtyNative.PollIn },
        ];
        var ready = TtyNative.Poll(entries, (nuint)entries.Length, Milliseconds(wait));
        var errno = Marshal.GetLastPInvokeError();
        if (ready < 0 && errno != TtyNative.Interrupted)
            throw Lost(errno);
        if (ready <= 0)
            return 0;
        if (entries[1].Found != 0)
            Unwake();
        if (entries[0].Found == 0)
            return 0;

        var count = TtyNative.Read(_tty, buffer, (nuint)buffer.Length);
        errno = Marshal.GetLastPInvokeError();
        if (count > 0)
            return (int)count;

        // An unplugged line polls as readable with error or hang-up and then reads 0 bytes or fails. Reading 0 without those is no
        // sign of anything: it is what a raw line says when it has nothing.
        var gone = (entries[0].Found & TtyNative.PollGone) != 0;
        if (gone || (count < 0 && errno is not (TtyNative.TryAgain or TtyNative.Interrupted)))
            throw Lost(count < 0 ? errno : 0);
        return 0;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = TtyNative.Write(_tty, bytes, (nuint)bytes.Length);
            var errno = Marshal.GetLastPInvokeError();
            if (count >= 0)
                bytes = bytes[(int)count..];
            else if (errno == TtyNative.TryAgain)
                AwaitRoom();
            else if (errno != TtyNative.Interrupted)
                throw Lost(errno);
        }
    }

    /// <inheritdoc/>
    public void Wake()
    {
        // Fails only when the counter is full, that is when it is awake already.
        _ = TtyNative.Write(_waker, BitConverter.GetBytes(1UL), sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tty.Dispose();
        _waker.Dispose();
    }

    [SupportedOSPlatformGuard("linux")]
    private static bool IsSupported => OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64 or Architecture.Arm or Architecture.X86;

    // Before any setting is touched: another program may be working with this line. TIOCEXCL turns away programs that know nothing
    // of locks, but not root; flock turns away those that take locks, root or not.
    private static void Claim(string name, SafeFileHandle tty)
    {
        Termios2 settings = default;
        if (TtyNative.Ioctl(tty, TtyNative.GetTermios2, ref settings) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            throw errno == TtyNative.NotATerminal
                ? new TransportException(ReaderFault.SettingsRefused, TransportText.NotSerial(name))
                : CannotOpen(name, errno);
        }

        if (TtyNative.Flock(tty, TtyNative.LockExclusiveNow) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            throw errno == TtyNative.TryAgain
                ? new TransportException(ReaderFault.Busy, TransportText.Locked(name))
                : CannotOpen(name, errno);
        }

        if (TtyNative.Ioctl(tty, TtyNative.Exclusive, 0) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            throw CannotOpen(name, errno);
        }
    }

    private static void Configure(string name, SafeFileHandle tty, LineSettings line)
    {
        Termios2 before = default;
        Check(name, TtyNative.Ioctl(tty, TtyNative.GetTermios2, ref before), Marshal.GetLastPInvokeError());
        var wanted = before;
        wanted.Set(line);
        Check(name, TtyNative.Ioctl(tty, TtyNative.SetTermios2, ref wanted), Marshal.GetLastPInvokeError());
        Termios2 after = default;
        Check(name, TtyNative.Ioctl(tty, TtyNative.GetTermios2, ref after), Marshal.GetLastPInvokeError());
        if (after.DifferenceFrom(wanted) is { } difference)
            throw new TransportException(ReaderFault.SettingsRefused, TransportText.SettingRefused(name, line.ToString(), difference));
        Check(name, TtyNative.Ioctl(tty, TtyNative.FlushQueue, TtyNative.FlushInput), Marshal.GetLastPInvokeError());
    }

    private static void Check(string name, int result, int errno)
    {
        if (result != 0)
            throw CannotOpen(name, errno);
    }

    private static SafeFileHandle NewWaker(string name)
    {
        var fd = TtyNative.EventFd(0, TtyNative.NonBlocking | TtyNative.CloseOnExec);
        var errno = Marshal.GetLastPInvokeError();
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw CannotOpen(name, errno);
    }

    private static TransportException CannotOpen(string name, int errno) => errno switch
    {
        TtyNative.NoEntry or TtyNative.NoSuchAddress or TtyNative.NoDevice => new TransportException(ReaderFault.NotFound, TransportText.NotThere(name)),
        TtyNative.AccessDenied or TtyNative.PermissionError => new TransportException(ReaderFault.AccessDenied, TransportText.AccessDenied(name)),
        TtyNative.DeviceBusy => new TransportException(ReaderFault.Busy, TransportText.Held(name)),
        _ => new TransportException(ReaderFault.Io, TransportText.CannotOpen(name, Say(errno))),
    };

    private static string Say(int errno) => string.Create(CultureInfo.InvariantCulture, $"{Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})");

    private static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    // Rounded up, so that a wait for a deadline does not end just before it.
    private static int Milliseconds(TimeSpan wait) => (int)Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, int.MaxValue);

    private void AwaitRoom()
    {
        Span<TtyNative.PollEntry> entries = [new() { Descriptor = Number(_tty), Events = TtyNative.PollOut }];
        var ready = TtyNative.Poll(entries, 1, Milliseconds(TransportLimits.WriteTimeout));
        var errno = Marshal.GetLastPInvokeError();
        if (ready == 0)
            throw new TransportException(ReaderFault.Io, TransportText.TakesNoBytes(_name));
        if (ready < 0 && errno != TtyNative.Interrupted)
            throw Lost(errno);
    }

    private void Unwake()
    {
        Span<byte> counter = stackalloc byte[sizeof(ulong)];
        _ = TtyNative.Read(_waker, counter, (nuint)counter.Length);
    }

    // 0: the end of the line was seen without an error number. EIO, ENXIO and ENODEV are how drivers put it otherwise.
    private TransportException Lost(int errno) => errno is 0 or TtyNative.InputOutput or TtyNative.NoSuchAddress or TtyNative.NoDevice
        ? new TransportException(ReaderFault.Unplugged, TransportText.Unplugged(_name))
        : new TransportException(ReaderFault.Io, TransportText.Failed(_name, Say(errno)));
}
