namespace KyCuong.Readers.Ssi;

/// <summary>Hears what <see cref="SsiFrame"/> finds on the line.</summary>
internal interface ISsiPackets
{
    /// <summary>A packet with a good checksum. The data is valid only during the call.</summary>
    /// <param name="opcode">What it is.</param>
    /// <param name="status">Bit 0: sent again; bit 1: more packets follow of the same scan.</param>
    /// <param name="data">Behind the status byte; as much as is followed of a longer one.</param>
    /// <param name="length">How many bytes of data it had.</param>
    /// <param name="firstAt">Arrival of its first byte.</param>
    /// <param name="t">Now.</param>
    public void Packet(byte opcode, byte status, ReadOnlySpan<byte> data, int length, long firstAt, long t);

    /// <summary>Something that began as a packet was damaged; the scanner is to send it again.</summary>
    public void Damaged();
}
