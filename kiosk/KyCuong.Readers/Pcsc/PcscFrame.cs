namespace KyCuong.Readers.Pcsc;

/// <summary>Hears the good records that <see cref="PcscFrame"/> finds.</summary>
internal interface IPcscRecords
{
    /// <summary>A record whose first byte came at <paramref name="firstAt"/> and its last at <paramref name="t"/>. The span is valid only during the call.</summary>
    public void Record(PcscRecordKind kind, ReadOnlySpan<byte> payload, long firstAt, long t);
}

/// <summary>
/// Where a record ends: its length says so. The transport gives whole records only; after anything else nothing is understood
/// until the line has been silent for <see cref="Silence"/>.
/// </summary>
internal sealed class PcscFrame(IReaderSink sink, IPcscRecords records)
{
    /// <summary>Silence that breaks off a record, microseconds.</summary>
    public const long Silence = 100_000;

    private readonly byte[] _record = new byte[PcscRecord.HeadBytes + PcscRecord.MaxPayload + PcscRecord.CrcBytes];
    private int _length;
    private bool _lost;
    private long _firstAt;
    private long _lastAt;

    public long? WakeAt => _length > 0 || _lost ? _lastAt + Silence : null;

    public void Opened() => (_length, _lost) = (0, false);

    public void Bytes(ReadOnlySpan<byte> bytes, long t)
    {
        if (bytes.IsEmpty)
            return;
        Tick(t);
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
        if (!_lost)
            Lose(ReadError.BadFrame);
        _lost = false;
    }

    private void Next(byte b, long t)
    {
        if (_length == 0)
            _firstAt = t;
        _record[_length++] = b;
        if (_length == 1 && b != PcscRecord.Head)
            Lose(ReadError.BadFrame);
        if (_length < PcscRecord.HeadBytes)
            return;
        var payload = PcscRecord.PayloadLength(_record);
        if (payload > PcscRecord.MaxPayload)
            Lose(ReadError.TooLong);
        else if (_length == PcscRecord.HeadBytes + payload + PcscRecord.CrcBytes)
            End(t);
    }

    private void End(long t)
    {
        if (!PcscRecord.TryParse(_record.AsSpan(0, _length), out var kind, out var payload))
        {
            Lose(ReadError.BadChecksum);
            return;
        }

        _length = 0;
        records.Record(kind, payload, _firstAt, t);
    }

    private void Lose(ReadError reason)
    {
        sink.Refused(new RefusedRead(reason, Technology.Iso14443A, _length, _firstAt));
        _length = 0;
        _lost = true;
    }
}
