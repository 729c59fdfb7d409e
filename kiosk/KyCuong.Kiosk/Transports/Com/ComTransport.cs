using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KyCuong.Kiosk.Resources;
using KyCuong.Readers;
using Microsoft.Win32.SafeHandles;

namespace KyCuong.Kiosk.Transports.Com;

/// <summary>
/// A serial line of a Windows machine. Held alone (Windows opens serial lines no other way), raw, and emptied at opening, so that bytes
/// from before do not become taps with a new time. No operation outlives the call that began it.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class ComTransport : ITransport
{
    /// <summary>Longest time Windows keeps a read waiting by itself; ours ends it sooner.</summary>
    private const uint LongestReadMs = 60_000;

    /// <summary>Pause after a read that ended at once with nothing, which a driver may do over and over.</summary>
    private static readonly TimeSpan EmptyPause = TimeSpan.FromMilliseconds(20);

    private readonly string _name;
    private readonly SafeFileHandle _line;
    private readonly ManualResetEvent _done = new(initialState: false);
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly WaitHandle[] _either;

    private ComTransport(string name, SafeFileHandle line)
    {
        (_name, _line) = (name, line);
        _either = [_done, _wake];
    }

    /// <summary>Opens, sets and empties the line.</summary>
    /// <param name="port">Its name, e.g. <c>COM5</c>.</param>
    /// <param name="line">Its settings.</param>
    /// <exception cref="TransportException">It cannot be opened now; says why and what to do.</exception>
    public static ComTransport Open(string port, LineSettings line)
    {
        var name = $"com:{port}";
        // Without the prefix names end at COM9.
        var handle = ComNative.CreateFile($@"\\.\{port}", ComNative.ReadWrite, 0, 0, ComNative.OpenExisting, ComNative.Overlapped, 0);
        var error = Marshal.GetLastPInvokeError();
        if (handle.IsInvalid)
        {
            handle.Dispose();
            throw ComError.AtOpen(name, error);
        }

        try
        {
            Configure(name, handle, line);
            return new ComTransport(name, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer, TimeSpan wait)
    {
        var until = Environment.TickCount64 + (long)Math.Ceiling(wait.TotalMilliseconds);
        fixed (byte* bytes = buffer)
        {
            var operation = Begin();
            var begun = ComNative.ReadFile(_line, bytes, (uint)buffer.Length, 0, &operation);
            var count = Finish(&operation, begun, Marshal.GetLastPInvokeError(), wait, _either, out var ended);
            if (count > 0 || ended) return (int)count;
        }

        // Nothing, and before its time. A line that is gone says so when it is asked.
        if (!ComNative.ClearCommError(_line, out _, 0)) throw ComError.WhileOpen(_name, Marshal.GetLastPInvokeError());
        var left = TimeSpan.FromMilliseconds(Math.Max(0, until - Environment.TickCount64));
        _wake.WaitOne(left < EmptyPause ? left : EmptyPause);
        return 0;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            fixed (byte* from = bytes)
            {
                var operation = Begin();
                var begun = ComNative.WriteFile(_line, from, (uint)bytes.Length, 0, &operation);
                var count = Finish(&operation, begun, Marshal.GetLastPInvokeError(), TransportLimits.WriteTimeout, [_done], out _);
                if (count == 0) throw new TransportException(ReaderFault.Io, TransportText.TakesNoBytes(_name));
                bytes = bytes[(int)count..];
            }
        }
    }

    /// <inheritdoc/>
    public void Wake() => _wake.Set();

    /// <inheritdoc/>
    public void Dispose()
    {
        _line.Dispose();
        _done.Dispose();
        _wake.Dispose();
    }

    private NativeOverlapped Begin()
    {
        _done.Reset();
        // The event lives as long as the transport, and the operation ends before the call does.
        return new NativeOverlapped { EventHandle = _done.SafeWaitHandle.DangerousGetHandle() };
    }

    /// <summary>Waits for an operation, calls it off when the time is over or the transport is woken, and says how many bytes it moved.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="begun">It was taken, and is done already.</param>
    /// <param name="error">Its error number when it was not.</param>
    /// <param name="wait">How long.</param>
    /// <param name="for">The end of the operation first, then what else ends the waiting.</param>
    /// <param name="calledOff">True when it was called off.</param>
    private uint Finish(NativeOverlapped* operation, bool begun, int error, TimeSpan wait, WaitHandle[] @for, out bool calledOff)
    {
        calledOff = false;
        if (!begun)
        {
            if (error != ComError.Pending) throw ComError.WhileOpen(_name, error);
            if (WaitHandle.WaitAny(@for, Rounded(wait)) != 0)
            {
                calledOff = true;
                // Fails when the operation is done already: then its bytes count as well.
                ComNative.CancelIoEx(_line, operation);
            }
        }

        var good = ComNative.GetOverlappedResult(_line, operation, out var count, wait: true);
        error = Marshal.GetLastPInvokeError();
        // Bytes that were moved before it was called off are moved.
        return good || count > 0 || (calledOff && error == ComError.Aborted) ? count : throw ComError.WhileOpen(_name, error);
    }

    private static int Rounded(TimeSpan wait) => (int)Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, int.MaxValue);

    private static void Configure(string name, SafeFileHandle handle, LineSettings line)
    {
        var settings = Dcb.New();
        if (!ComNative.GetCommState(handle, ref settings)) throw ComError.AtFirstQuestion(name, Marshal.GetLastPInvokeError());
        settings.Set(line);
        var wanted = settings;
        if (!ComNative.SetCommState(handle, ref settings)) throw ComError.AtSettings(name, line, Marshal.GetLastPInvokeError());
        var after = Dcb.New();
        if (!ComNative.GetCommState(handle, ref after)) throw ComError.WhileOpen(name, Marshal.GetLastPInvokeError());
        if (after.DifferenceFrom(wanted) is { } difference)
            throw new TransportException(ReaderFault.SettingsRefused, TransportText.SettingRefused(name, line.ToString(), difference));

        // A read ends with the first bytes, however few.
        var timeouts = new ComNative.Timeouts { ReadInterval = uint.MaxValue, ReadMultiplier = uint.MaxValue, ReadConstant = LongestReadMs };
        if (!ComNative.SetCommTimeouts(handle, in timeouts)) throw ComError.WhileOpen(name, Marshal.GetLastPInvokeError());
        if (!ComNative.PurgeComm(handle, ComNative.PurgeAll)) throw ComError.WhileOpen(name, Marshal.GetLastPInvokeError());
        // Errors of the time before are not ours either, and would be told first.
        ComNative.ClearCommError(handle, out _, 0);
    }
}
