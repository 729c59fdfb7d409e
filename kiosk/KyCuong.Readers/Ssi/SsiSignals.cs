namespace KyCuong.Readers.Ssi;

/// <summary>
/// Tells with the scanner's light and beeper, a command at a time, when nothing else is under way. The light is switched on for what is kept only:
/// scanners have but one colour. Beep codes: Zebra's guide, "BEEP".
/// </summary>
internal sealed class SsiSignals(IReaderSink sink)
{
    /// <summary>How long the light stays on, microseconds.</summary>
    public const long LightTime = 1_000_000;

    /// <summary>Wait for a scanner to say that it beeped; after it the next command goes out anyway.</summary>
    public const long ReplyTime = 300_000;

    private const byte OneShort = 0x00;
    private const byte TwoShort = 0x01;
    private const byte ThreeShort = 0x02;
    private const byte OneLong = 0x0A;

    private static readonly byte[] LedOn = SsiPacket.LedOn();
    private static readonly byte[] LedOff = SsiPacket.LedOff();

    private byte[]? _light;
    private byte[]? _beep;
    private long? _darkAt;
    private long? _busyUntil;

    /// <summary>When something may go out; null when there is nothing to tell.</summary>
    public long? WakeAt => _busyUntil is { } busy ? busy : _light is not null || _beep is not null ? 0 : _darkAt;

    public void Opened() => (_light, _beep, _darkAt, _busyUntil) = (null, null, null, null);

    /// <summary>The newest wins: what was not told yet of an earlier one is left out.</summary>
    public void Indicate(ReaderSignal signal)
    {
        _light = signal is ReaderSignal.Recorded or ReaderSignal.Again ? LedOn : null;
        if (_light is null && _darkAt is not null)
            _darkAt = 0;
        _beep = SsiPacket.Beep(signal switch
        {
            ReaderSignal.Recorded => OneShort,
            ReaderSignal.Again => TwoShort,
            ReaderSignal.Refused => OneLong,
            ReaderSignal.OutOfService => ThreeShort,
            _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "not a signal"),
        });
    }

    /// <summary>The scanner did what it was told, or refused to.</summary>
    public void Answered() => _busyUntil = null;

    /// <summary>Sends what is next, if the line is <paramref name="free"/>.</summary>
    public void Tick(bool free, long t)
    {
        if (_busyUntil is { } busy && t >= busy)
            _busyUntil = null;
        if (!free || _busyUntil is not null)
            return;
        if (_darkAt is { } dark && t >= dark)
        {
            _darkAt = null;
            Send(LedOff, t);
        }
        else if (_light is { } light)
        {
            (_light, _darkAt) = (null, t + LightTime);
            Send(light, t);
        }
        else if (_beep is { } beep)
        {
            _beep = null;
            Send(beep, t);
        }
    }

    private void Send(byte[] command, long t)
    {
        _busyUntil = t + ReplyTime;
        sink.Send(command);
    }
}
