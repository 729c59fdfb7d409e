using KyCuong.Readers.LineScanner;

namespace KyCuong.Readers.Ssi;

/// <summary>
/// Framing of SSI packets, also of GROW's long ones, <c>FF F4 lengthH lengthL F4 source status data checksum(2)</c>. Nothing marks the start of a
/// packet: bytes that cannot begin one are lost with all that follows up to a silence, so that nothing inside a damaged packet's
/// text is ever taken for a packet.
/// </summary>
/// <param name="silence">Microseconds without a byte after which a begun packet is given up, and lost bytes end.</param>
/// <param name="sink">Receives refusals.</param>
/// <param name="packets">Receives packets.</param>
internal sealed class SsiFrame(long silence, IReaderSink sink, ISsiPackets packets)
{
    /// <summary>A packet of a badge code takes 30 ms at 9600 baud; as much silence lets one through that came in pieces.</summary>
    public const long DefaultSilence = 100_000;

    private const byte LongMark = 0xFF;

    /// <summary>Longest packet that is one, checksum left out: the most a QR code can hold, head, type, and what a scanner may put around it.</summary>
    private const int MaxPacket = 3_000;

    // A longer packet is followed to its end and summed, but not kept.
    private readonly byte[] _packet = new byte[SsiPacket.LongHead + 1 + LineFrame.MaxText + 1];
    private int _length;  // bytes of the packet so far, counted past what is kept
    private int _wanted;  // without the checksum; 0 until it is known
    private int _sum;
    private int _lost;    // bytes lost so far; 0 = none
    private long _firstAt;
    private long _lastAt;

    public bool IsInPacket => _length > 0 || _lost > 0;

    public long? WakeAt => IsInPacket ? _lastAt + silence : null;

    public void Opened() => Forget();

    public void Bytes(ReadOnlySpan<byte> bytes, long t)
    {
        if (bytes.IsEmpty)
            return;
        Tick(t);
        foreach (var b in bytes)
            Next(b, t);
        _lastAt = t;
    }

    public void Tick(long t)
    {
        if (!IsInPacket || t - _lastAt < silence)
            return;
        var (lost, length) = (_lost, _length);
        Forget();
        sink.Refused(new RefusedRead(ReadError.BadFrame, Technology.Optical, lost + length, _firstAt));
        if (lost == 0)
            packets.Damaged();
    }

    private void Next(byte b, long t)
    {
        if (_lost > 0)
        {
            _lost = Math.Min(_lost + 1, int.MaxValue - 1);
            return;
        }

        // Between packets a 00 is what wakes the other side up.
        if (_length == 0 && b == 0x00)
            return;
        if (_length == 0)
            _firstAt = t;
        if (_length < _packet.Length)
            _packet[_length] = b;
        _length++;
        _sum += _wanted == 0 || _length <= _wanted ? b : b << (8 * (_wanted + SsiPacket.ChecksumBytes - _length));
        if (_wanted == 0)
            Measure();
        if (_wanted > 0 && _length == _wanted + SsiPacket.ChecksumBytes)
            Complete(t);
    }

    /// <summary>Finds out from the first bytes whether a packet has begun and how long it is.</summary>
    private void Measure()
    {
        var isLong = _packet[0] == LongMark && _length > 1 && _packet[1] == SsiPacket.LongDecodeData;
        var length = isLong && _length >= 4 ? (_packet[2] << 8) | _packet[3] : _packet[0];
        var isPacket = _length switch
        {
            1 => length >= SsiPacket.Head,
            2 => true,
            3 => isLong || IsSource(_packet[2], _packet[1]),
            4 => !isLong || length is > SsiPacket.LongHead and <= MaxPacket,
            5 => _packet[4] == SsiPacket.LongDecodeData,
            _ => _packet[5] == SsiPacket.Scanner,
        };
        if (!isPacket)
        {
            _lost = _length;
            Array.Clear(_packet);
            (_length, _sum) = (0, 0);
        }
        else if (_length == (isLong ? 6 : 4))
        {
            _wanted = length;
        }
    }

    // Some manuals print the scanner's acknowledgement with the host's source byte. What can change anything must be the scanner's.
    private static bool IsSource(byte source, byte opcode) =>
        source == SsiPacket.Scanner || (source == SsiPacket.Host && opcode is SsiPacket.Acknowledge or SsiPacket.Refuse);

    private void Complete(long t)
    {
        var isLong = _packet[0] == LongMark && _packet[1] == SsiPacket.LongDecodeData;
        var head = isLong ? SsiPacket.LongHead : SsiPacket.Head;
        var (length, isGood) = (_wanted - head, (_sum & 0xFFFF) == 0);
        if (isGood)
        {
            var kept = _packet.AsSpan(head, Math.Min(length, _packet.Length - head));
            packets.Packet(_packet[1], _packet[head - 1], kept, length, _firstAt, t);
        }
        else
        {
            sink.Refused(new RefusedRead(ReadError.BadChecksum, Technology.Optical, _length, _firstAt));
            packets.Damaged();
        }

        Forget();
    }

    private void Forget()
    {
        Array.Clear(_packet);
        (_length, _wanted, _sum, _lost) = (0, 0, 0, 0);
    }
}
