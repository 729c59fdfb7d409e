using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace KyCuong.Kiosk.Transports.RawInput;

/// <summary>
/// The one window of this process that raw keys come to (Windows gives them to one window a process), without a face, with a thread of its own
/// that lives as long as the process. Hands each key to the transport whose device it is of; keys of others are looked at no further.
/// </summary>
[SupportedOSPlatform("windows")]
internal static unsafe class RawInputPump
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<nint, RawInputTransport> Transports = [];
    private static readonly TaskCompletionSource<int> Started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private static bool _begun;

    /// <summary>Keys of this device go to this transport from now on. False when it has another already.</summary>
    /// <param name="device">Handle.</param>
    /// <param name="transport">Hears of them on the pump's thread.</param>
    /// <param name="error">Windows' error number when keys cannot be had; 0 otherwise.</param>
    public static bool TryAdd(nint device, RawInputTransport transport, out int error)
    {
        lock (Gate)
        {
            if (!_begun)
            {
                _begun = true;
                new Thread(Run) { IsBackground = true, Name = "raw input" }.Start();
            }
        }

        error = Started.Task.GetAwaiter().GetResult();
        lock (Gate) return error == 0 && Transports.TryAdd(device, transport);
    }

    /// <summary>No more keys.</summary>
    public static void Remove(nint device)
    {
        lock (Gate) Transports.Remove(device);
    }

    private static void Run()
    {
        var error = MakeWindow();
        Started.SetResult(error);
        if (error != 0) return;
        RawInputNative.Message message;
        while (RawInputNative.GetMessage(&message, 0, 0, 0) > 0) RawInputNative.DispatchMessage(&message);
    }

    private static int MakeWindow()
    {
        var name = Marshal.StringToHGlobalUni("KyCuong.RawInput"); // belongs to the class, which is never taken back
        var definition = new RawInputNative.WindowClass
        {
            Size = (uint)sizeof(RawInputNative.WindowClass),
            Procedure = (nint)(delegate* unmanaged[Stdcall]<nint, uint, nint, nint, nint>)&Procedure,
            Name = name,
        };
        if (RawInputNative.RegisterClass(in definition) == 0) return Error();
        var window = RawInputNative.CreateWindow(0, name, 0, 0, 0, 0, 0, 0, RawInputNative.MessagesOnly, 0, 0, 0);
        if (window == 0) return Error();
        var keyboards = new RawInputNative.Registration
        {
            Page = RawInputNative.DesktopPage, Usage = RawInputNative.KeyboardUsage, Flags = RawInputNative.InBackgroundAndChanges, Window = window,
        };
        return RawInputNative.RegisterRawInputDevices(in keyboards, 1, (uint)sizeof(RawInputNative.Registration)) ? 0 : Error();
    }

    private static int Error() => Marshal.GetLastPInvokeError() is var error and not 0 ? error : -1;

    // An exception must not leave it; none is thrown by what it calls.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvStdcall)])]
    private static nint Procedure(nint window, uint message, nint first, nint second)
    {
        if (message == RawInputNative.Input) Take(second);
        else if (message == RawInputNative.DeviceChange && first == RawInputNative.Removed && Of(second) is { } gone) gone.Gone();
        return RawInputNative.DefaultProcedure(window, message, first, second);
    }

    private static void Take(nint handle)
    {
        RawInputNative.KeyInput input;
        var size = (uint)sizeof(RawInputNative.KeyInput);
        if (RawInputNative.GetRawInputData(handle, RawInputNative.InputData, &input, ref size, RawInputNative.KeyInput.Header) == uint.MaxValue) return;
        if (input.Type != RawInputNative.Keyboard || Of(input.Device) is not { } transport) return;
        transport.Key(input.MakeCode, input.Flags, MessageTime.Microseconds(unchecked((uint)RawInputNative.GetMessageTime()), Environment.TickCount64));
    }

    private static RawInputTransport? Of(nint device)
    {
        lock (Gate) return Transports.GetValueOrDefault(device);
    }
}
