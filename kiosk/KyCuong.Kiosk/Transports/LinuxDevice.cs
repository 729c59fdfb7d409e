using System.Globalization;
using System.Runtime.InteropServices;
using KyCuong.Kiosk.Resources;
using KyCuong.Readers;
using Microsoft.Win32.SafeHandles;

namespace KyCuong.Kiosk.Transports;

/// <summary>
/// An open device node: waiting, reading, writing, waking, and the sentences for what can go wrong. What a kind of device needs at
/// opening is the matter of its transport. One thread owns it; only <see cref="Wake"/> may be called from others.
/// </summary>
internal sealed class LinuxDevice : IDisposable
{
    private readonly string _name;
    private readonly SafeFileHandle _waker;
    private readonly Sentences _says;

    private LinuxDevice(string name, SafeFileHandle handle, Sentences says)
    {
        (_name, Handle, _says) = (name, handle, says);
        try
        {
            _waker = NewWaker();
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>What this kind of device is called when it cannot be opened.</summary>
    /// <param name="NotThere">There is none of that name.</param>
    /// <param name="AccessDenied">The service's user may not.</param>
    public sealed record Sentences(Func<string, string> NotThere, Func<string, string> AccessDenied);

    /// <summary>For calls that only this kind of device has.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Opens without waiting, never as the controlling terminal, and not for child processes.</summary>
    /// <param name="name">The address, for sentences.</param>
    /// <param name="path">Full path.</param>
    /// <param name="access"><see cref="TtyNative.ReadOnly"/> or <see cref="TtyNative.ReadWrite"/>.</param>
    /// <param name="says">Sentences.</param>
    /// <exception cref="TransportException">It cannot be opened now.</exception>
    public static LinuxDevice Open(string name, string path, int access, Sentences says)
    {
        var fd = TtyNative.Open(path, access | TtyNative.NoControllingTerminal | TtyNative.NonBlocking | TtyNative.CloseOnExec);
        var errno = Marshal.GetLastPInvokeError();
        return fd < 0 ? throw CannotOpen(name, errno, says) : new LinuxDevice(name, new SafeFileHandle(fd, ownsHandle: true), says);
    }

    /// <summary>Why opening failed with this error number, also of a call that belongs to opening.</summary>
    public TransportException CannotOpen(int errno) => CannotOpen(_name, errno, _says);

    /// <inheritdoc cref="ITransport.Read"/>
    public int Read(Span<byte> buffer, TimeSpan wait)
    {
        Span<TtyNative.PollEntry> entries =
        [
            new() { Descriptor = Number(Handle), Events = TtyNative.PollIn },
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

        var count = TtyNative.Read(Handle, buffer, (nuint)buffer.Length);
        errno = Marshal.GetLastPInvokeError();
        if (count > 0)
            return (int)count;

        // An unplugged device polls as readable with error or hang-up and then reads 0 bytes or fails. Reading 0 without those is no
        // sign of anything: it is what a raw line says when it has nothing.
        var gone = (entries[0].Found & TtyNative.PollGone) != 0;
        if (gone || (count < 0 && errno is not (TtyNative.TryAgain or TtyNative.Interrupted)))
            throw Lost(count < 0 ? errno : 0);
        return 0;
    }

    /// <inheritdoc cref="ITransport.Write"/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = TtyNative.Write(Handle, bytes, (nuint)bytes.Length);
            var errno = Marshal.GetLastPInvokeError();
            if (count >= 0)
                bytes = bytes[(int)count..];
            else if (errno == TtyNative.TryAgain)
                AwaitRoom();
            else if (errno != TtyNative.Interrupted)
                throw Lost(errno);
        }
    }

    /// <inheritdoc cref="ITransport.Wake"/>
    public void Wake()
    {
        // Fails only when the counter is full, that is when it is awake already.
        _ = TtyNative.Write(_waker, BitConverter.GetBytes(1UL), sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Handle.Dispose();
        _waker.Dispose();
    }

    private static TransportException CannotOpen(string name, int errno, Sentences says) => errno switch
    {
        TtyNative.NoEntry or TtyNative.NoSuchAddress or TtyNative.NoDevice => new TransportException(ReaderFault.NotFound, says.NotThere(name)),
        TtyNative.AccessDenied or TtyNative.PermissionError => new TransportException(ReaderFault.AccessDenied, says.AccessDenied(name)),
        TtyNative.DeviceBusy => new TransportException(ReaderFault.Busy, TransportText.Held(name)),
        _ => new TransportException(ReaderFault.Io, TransportText.CannotOpen(name, Say(errno))),
    };

    private static string Say(int errno) => string.Create(CultureInfo.InvariantCulture, $"{Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})");

    private static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    // Rounded up, so that a wait for a deadline does not end just before it.
    private static int Milliseconds(TimeSpan wait) => (int)Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, int.MaxValue);

    private SafeFileHandle NewWaker()
    {
        var fd = TtyNative.EventFd(0, TtyNative.NonBlocking | TtyNative.CloseOnExec);
        var errno = Marshal.GetLastPInvokeError();
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw CannotOpen(errno);
    }

    private void AwaitRoom()
    {
        Span<TtyNative.PollEntry> entries = [new() { Descriptor = Number(Handle), Events = TtyNative.PollOut }];
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
