namespace KyCuong.Readers.Gm65;

/// <summary>Hears the replies that <see cref="ModuleFrame"/> finds between the scans. Their CRC was good.</summary>
internal interface IModuleReplies
{
    /// <summary>The answer to a heartbeat (head 03).</summary>
    public void Alive(long t);

    /// <summary>The answer to a command (head 02): the zone bytes read, or one byte 00 for a write. The span is valid only during the call.</summary>
    public void Answer(ReadOnlySpan<byte> data, long t);
}
