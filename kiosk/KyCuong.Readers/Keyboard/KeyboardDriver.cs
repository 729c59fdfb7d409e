using KyCuong.Readers.Cards;

namespace KyCuong.Readers.Keyboard;

/// <summary>
/// Framing of a keyboard's records: 24 bytes each, in packets that end with a mark. Bytes that no kernel writes end the
/// understanding until the line is silent; a real device always gives whole records.
/// </summary>
internal sealed class KeyboardDriver : IReaderDriver
{
    /// <summary>As much between two keys is a person typing, microseconds. Readers type a key every 1 to 20 ms.</summary>
    public const long DefaultGap = 50_000;

    private readonly long _gap;
    private readonly IReaderSink _sink;
    private readonly Technology _technology;
    private readonly KeyLine _line;
    private readonly byte[] _record = new byte[EvdevRecord.Size];
    private int _length;
    private bool _inPacket;
    private bool _lost;
    private long _openedAt;
    private long _packetAt;
    private long _lastAt;

    public KeyboardDriver(ReaderOptions options, IReaderSink sink)
    {
        _gap = options.SilenceOr(DefaultGap);
        _sink = sink;
        _technology = CardFormats.TechnologyOf(options.Format);
        _line = new KeyLine(_gap, options, sink);
    }

    private long Silence => KeyLine.GapsToGiveUp * _gap;

    public long? WakeAt => _length > 0 || _inPacket || _lost || _line.IsOpen ? _lastAt + Silence : null;

    public void Opened(long t)
    {
        Realign();
        _line.Reset();
        _openedAt = t;
    }

    public void Bytes(ReadOnlySpan<byte> bytes, long t)
    {
        if (bytes.IsEmpty)
            return;
        foreach (var b in bytes)
        {
            if (!_lost)
                Next(b, t);
        }

        _lastAt = t;
    }

    public void Tick(long t)
    {
        if (WakeAt is not { } due || t < due)
            return;
        Realign();
        _line.GiveUp();
    }

    private void Next(byte b, long t)
    {
        if (!_inPacket)
        {
            _inPacket = true;
            _packetAt = t;
        }

        _record[_length++] = b;
        if (_length < EvdevRecord.Size)
            return;
        _length = 0;
        if (EvdevRecord.TryRead(_record, out var record))
            Take(record);
        else
            Lose();
    }

    private void Take(EvdevRecord record)
    {
        switch (record)
        {
            case { Type: EvdevRecord.Key, Value: EvdevRecord.Pressed }:
                _line.Press(record.Code, record.TimeUs, _packetAt, _packetAt - _openedAt < _gap);
                break;
            case { Type: EvdevRecord.Key, Value: EvdevRecord.Released }:
                _line.Release(record.Code, record.TimeUs, _packetAt);
                break;
            case { Type: EvdevRecord.Key, Value: EvdevRecord.Repeated }:
                _line.Repeat(record.TimeUs);
                break;
            case { Type: EvdevRecord.Syn, Code: EvdevRecord.Dropped }:
                _line.Drop(record.TimeUs, _packetAt);
                break;
            case { Type: EvdevRecord.Syn, Code: EvdevRecord.Report }:
                _inPacket = false;
                _line.PacketEnd();
                break;
        }
    }

    private void Lose()
    {
        _line.Reset();
        _lost = true;
        _sink.Refused(new RefusedRead(ReadError.BadFrame, _technology, EvdevRecord.Size, _packetAt));
    }

    private void Realign()
    {
        _length = 0;
        _inPacket = _lost = false;
    }
}
