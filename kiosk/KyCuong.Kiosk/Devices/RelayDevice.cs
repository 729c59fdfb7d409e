using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Devices;

/// <summary>One channel of a relay board on an open line, which it owns.</summary>
internal sealed class RelayDevice(ITransport line, int channel, IReadOnlySet<ReaderSignal> when, TimeSpan on) : IGateDevice
{
    public TimeSpan Stays => on;

    public bool Tell(Verdict verdict)
    {
        if (verdict.Kind.AtReader() is not { } signal || !when.Contains(signal)) return false;
        line.Write(Command(channel, on: true));
        return true;
    }

    public void Rest() => line.Write(Command(channel, on: false));

    public void Dispose() => line.Dispose();

    public void Check() => line.Read(stackalloc byte[64], TimeSpan.Zero);

    /// <summary><c>A0 channel state</c> and their sum.</summary>
    internal static byte[] Command(int channel, bool on) => unchecked([0xA0, (byte)channel, (byte)(on ? 1 : 0), (byte)(0xA0 + channel + (on ? 1 : 0))]);
}
