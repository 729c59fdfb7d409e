namespace KyCuong.Readers.Osdp;

/// <summary>
/// Finds the replies of one reader on the bus. Echoes of the panel's own commands and replies of others are packets too and passed over whole. A
/// packet with a wrong check is nothing: the panel asks again, and the reader says the same again.
/// </summary>
/// <param name="address">The reader's, 0 to 126.</param>
/// <param name="silence">Microseconds without a byte after which a begun packet is given up.</param>
/// <param name="panel">Receives replies.</param>
internal sealed class OsdpFrame(int address, long silence, OsdpPanel panel)
{
    /// <summary>The standard allows 20 ms between two bytes; adapters deliver in pieces.</summary>
    public const long DefaultSilence = 60_000;

    /// <summary>Longer packets are passed over: no reply that is understood here is as long.</summary>
    private const int MaxKept = 256;

    private readonly byte[] _packet = new byte[MaxKept];
    private int _length;  // counted past what is kept
    private long _firstAt;
    private long _lastAt;

    public long? WakeAt => _length > 0 ? _lastAt + silence : null;

    public void Opened() => _length = 0;

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
        if (_length > 0 && t - _lastAt >= silence)
            _length = 0;
    }

    private void Next(byte b, long t)
    {
        if (_length == 0 && b != OsdpPacket.Start)
            return;
        if (_length == 0)
            _firstAt = t;
        if (_length < MaxKept)
            _packet[_length] = b;
        _length++;
        if (_length < OsdpPacket.Head)
            return;
        var wanted = _packet[2] | (_packet[3] << 8);
        var crc = (_packet[4] & OsdpPacket.CrcBit) != 0;
        if (wanted < OsdpPacket.Head + 1 + OsdpPacket.CheckBytes(crc) || wanted > OsdpPacket.MaxLength)
            NotBegun(t);
        else if (_length == wanted)
            Complete(wanted, crc, t);
    }

    /// <summary>That 53 began nothing; another may stand behind it.</summary>
    private void NotBegun(long t)
    {
        Span<byte> bytes = stackalloc byte[OsdpPacket.Head];
        _packet.AsSpan(0, OsdpPacket.Head).CopyTo(bytes);
        _length = 0;
        foreach (var b in bytes[1..])
            Next(b, t);
    }

    private void Complete(int length, bool crc, long t)
    {
        _length = 0;
        if (length > MaxKept || !OsdpPacket.IsGood(_packet.AsSpan(0, length)) || _packet[1] != (address | OsdpPacket.ReplyBit))
            return;
        var body = _packet.AsSpan(OsdpPacket.Head, length - OsdpPacket.Head - OsdpPacket.CheckBytes(crc));
        panel.Reply(_packet[4], body, _firstAt, t);
        Array.Clear(_packet);
    }
}
