using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Transports;

namespace KyCuong.Kiosk.Devices;

/// <summary>A customer display on an open line, which it owns.</summary>
internal sealed class DisplayDevice : IGateDevice
{
    private readonly ITransport _line;
    private readonly DisplayDialect _dialect;
    private readonly Func<DeviceRules> _rules;

    public DisplayDevice(ITransport line, DisplayDialect dialect, Func<DeviceRules> rules)
    {
        (_line, _dialect, _rules) = (line, dialect, rules);
        line.Write(DisplayBytes.Initialise(dialect));
    }

    public TimeSpan Stays => _rules().Show;

    public bool Tell(Verdict verdict)
    {
        if (verdict.Kind is VerdictKind.ReaderRecovered) return false;
        Write(DisplayText.Of(verdict, _rules().Zone, _rules().Discreet));
        return true;
    }

    public void Rest() => Write(DisplayText.Idle(_rules().KioskName));

    public void Dispose() => _line.Dispose();

    public void Check() => _line.Read(stackalloc byte[64], TimeSpan.Zero);

    private void Write((string Upper, string Lower) lines) => _line.Write(DisplayBytes.Show(_dialect, lines.Upper, lines.Lower));
}
