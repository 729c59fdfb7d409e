namespace KyCuong.PowerCut;

/// <summary>A file's content: what lies past the end reads as zeros once something is written behind it. Not thread-safe.</summary>
internal sealed class Bytes
{
    private byte[] _content = [];

    /// <summary>Bytes in the file.</summary>
    public int Length { get; private set; }

    /// <summary>The content; good until the next change.</summary>
    public ReadOnlySpan<byte> Span => _content.AsSpan(0, Length);

    /// <summary>Puts bytes in their place.</summary>
    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        var end = checked((int)offset + data.Length);
        if (end > _content.Length) Array.Resize(ref _content, Math.Max(end, _content.Length * 2));
        Length = Math.Max(Length, end);
        data.CopyTo(_content.AsSpan((int)offset));
    }

    /// <summary>Cuts, or lengthens by zeros.</summary>
    public void Truncate(long length)
    {
        if (length < Length) _content.AsSpan((int)length, Length - (int)length).Clear();
        else if (length > _content.Length) Array.Resize(ref _content, (int)length);
        Length = (int)length;
    }

    /// <summary>The same content, on its own.</summary>
    public Bytes Copy()
    {
        var copy = new Bytes();
        copy.Write(0, Span);
        return copy;
    }
}
