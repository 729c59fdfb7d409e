using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace KyCuong.Testing;

/// <summary>
/// A serial line without hardware: a pseudo-terminal whose far end, the reader's side, is in the test's hand, and whose near end
/// stands under a stable link as <c>/dev/serial/by-id</c> has it. Pulling the plug closes the far end; plugging in again makes
/// another terminal under the same link, as a USB adapter does. Linux only.
/// </summary>
public sealed class PtyPair : ITestLine
{
    private const int ReadWriteNoTerminalCloseOnExec = 0x2 | 0x100 | 0x80000;
    private const int SettingsBytes = 64; // struct termios has 60 bytes, struct termios2 44
    private const int SpeedOffset = 40;   // c_ospeed of struct termios2
    private const nuint GetTermios2 = 0x802C542A;
    private const nuint GetExclusive = 0x80045440;
    private const short PollIn = 1;
    private const int Interrupted = 4;

    private readonly string _folder = Directory.CreateTempSubdirectory("kycuong-pty-").FullName;
    private readonly bool _cooked;
    private SafeFileHandle? _far;

    /// <summary>A line, plugged in unless said otherwise.</summary>
    /// <param name="pluggedIn">False: the link does not exist until <see cref="Plug"/>.</param>
    /// <param name="cooked">
    /// True: as the kernel makes a terminal, with echo, line editing and signals. Otherwise raw, or bytes sent before anybody
    /// opened the line would be echoed and edited.
    /// </param>
    public PtyPair(bool pluggedIn = true, bool cooked = false)
    {
        _cooked = cooked;
        Link = Path.Combine(_folder, "usb-Reader");
        if (pluggedIn)
            Plug();
    }

    /// <inheritdoc/>
    public string Link { get; }

    /// <summary>Speed the near end was set to, bits per second.</summary>
    public int Baud
    {
        get
        {
            var settings = new byte[SettingsBytes];
            Check(ioctl(Far, GetTermios2, settings), nameof(ioctl));
            return BitConverter.ToInt32(settings, SpeedOffset);
        }
    }

    /// <summary>True when whoever opened the near end asked the kernel to turn others away.</summary>
    public bool IsExclusive
    {
        get
        {
            var fd = open(Link, ReadWriteNoTerminalCloseOnExec);
            Check(fd < 0 ? -1 : 0, nameof(open));
            using var near = new SafeFileHandle(fd, ownsHandle: true);
            var answer = new byte[SettingsBytes];
            Check(ioctl(near, GetExclusive, answer), nameof(ioctl));
            return BitConverter.ToInt32(answer, 0) != 0;
        }
    }

    private SafeFileHandle Far => _far ?? throw new InvalidOperationException("the line is unplugged");

    /// <summary>A new terminal under the link.</summary>
    public void Plug()
    {
        var fd = posix_openpt(ReadWriteNoTerminalCloseOnExec);
        Check(fd < 0 ? -1 : 0, nameof(posix_openpt));
        _far = new SafeFileHandle(fd, ownsHandle: true);
        Check(grantpt(_far), nameof(grantpt));
        Check(unlockpt(_far), nameof(unlockpt));
        var name = new byte[128];
        Check(ptsname_r(_far, name, (nuint)name.Length), nameof(ptsname_r));

        if (!_cooked)
        {
            var settings = new byte[SettingsBytes];
            Check(tcgetattr(_far, settings), nameof(tcgetattr));
            cfmakeraw(settings);
            Check(tcsetattr(_far, 0, settings), nameof(tcsetattr));
        }

        var near = Encoding.ASCII.GetString(name, 0, Array.IndexOf(name, (byte)0));
        var fresh = Link + ".new";
        File.CreateSymbolicLink(fresh, near);
        File.Move(fresh, Link, overwrite: true);
    }

    /// <summary>Pulls the plug. The link goes first: the terminal's number may be another test's a moment later.</summary>
    public void Unplug()
    {
        File.Delete(Link);
        Far.Dispose();
        _far = null;
    }

    /// <summary>The reader says something.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = write(Far, bytes.ToArray(), (nuint)bytes.Length);
            Check(count < 0 ? -1 : 0, nameof(write));
            bytes = bytes[(int)count..];
        }
    }

    /// <summary>What the reader was told: waits until that many bytes have come.</summary>
    public byte[] Receive(int count)
    {
        var received = new List<byte>();
        while (received.Count < count)
        {
            var buffer = new byte[count - received.Count];
            var got = read(Far, buffer, (nuint)buffer.Length);
            Check(got < 0 ? -1 : 0, nameof(read));
            received.AddRange(buffer.AsSpan(0, (int)got));
        }

        return [.. received];
    }

    /// <summary>What the reader is told within <paramref name="wait"/>; empty when that is nothing, or nobody has the near end open.</summary>
    public byte[] Listen(TimeSpan wait)
    {
        var entry = new PollEntry { Descriptor = (int)Far.DangerousGetHandle(), Events = PollIn };
        var ready = poll(ref entry, 1, (int)wait.TotalMilliseconds);
        // A signal of the runtime ended the wait: nothing came.
        if (ready < 0 && Marshal.GetLastPInvokeError() == Interrupted)
            return [];
        Check(ready < 0 ? -1 : 0, nameof(poll));
        if ((entry.Found & PollIn) == 0)
            return [];
        var buffer = new byte[256];
        var got = read(Far, buffer, (nuint)buffer.Length);
        Check(got < 0 ? -1 : 0, nameof(read));
        return buffer[..(int)got];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _far?.Dispose();
    }

    private static void Check(int result, string call)
    {
        var errno = Marshal.GetLastPInvokeError();
        if (result != 0)
            throw new IOException($"{call} failed: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})");
    }

#pragma warning disable IDE1006, SYSLIB1054 // Names of the C library; this project has no unsafe code, which generated marshalling would need.
    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int open(string path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int posix_openpt(int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int grantpt(SafeFileHandle fd);

    [DllImport("libc", SetLastError = true)]
    private static extern int unlockpt(SafeFileHandle fd);

    [DllImport("libc", SetLastError = true)]
    private static extern int ptsname_r(SafeFileHandle fd, [Out] byte[] name, nuint length);

    [DllImport("libc", SetLastError = true)]
    private static extern int tcgetattr(SafeFileHandle fd, [Out] byte[] settings);

    [DllImport("libc", SetLastError = true)]
    private static extern int tcsetattr(SafeFileHandle fd, int when, byte[] settings);

    [DllImport("libc")]
    private static extern void cfmakeraw([In, Out] byte[] settings);

    [DllImport("libc", SetLastError = true)]
    private static extern int ioctl(SafeFileHandle fd, nuint request, [Out] byte[] settings);

    [DllImport("libc", SetLastError = true)]
    private static extern int poll(ref PollEntry entries, nuint count, int milliseconds);

    [DllImport("libc", SetLastError = true)]
    private static extern nint read(SafeFileHandle fd, [Out] byte[] buffer, nuint count);

    [DllImport("libc", SetLastError = true)]
    private static extern nint write(SafeFileHandle fd, byte[] buffer, nuint count);
#pragma warning restore IDE1006, SYSLIB1054

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Found;
    }
}
