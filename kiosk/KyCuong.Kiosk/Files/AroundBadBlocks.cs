using Microsoft.Win32.SafeHandles;

namespace KyCuong.Kiosk.Files;

/// <summary>
/// A file from its beginning to its end, with zeros where the disk cannot read: a block that fails costs what lies in it and not the whole file.
/// Not thread-safe.
/// </summary>
internal sealed class AroundBadBlocks : Stream
{
    /// <summary>What a disk reads or does not read as a whole; file systems read no less.</summary>
    public const int BlockBytes = 4096;

    private const int Attempts = 3;

    private readonly SafeFileHandle _file;
    private long _position;

    /// <summary>Opens a file that others may read, write and rename.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public AroundBadBlocks(string path)
    {
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Length = RandomAccess.GetLength(_file);
    }

    /// <summary>Bytes so far that could not be read.</summary>
    public long Unreadable { get; private set; }

    /// <summary>As it was when it was opened.</summary>
    public override long Length { get; }

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => false;

    /// <inheritdoc />
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>What a file holds now, with zeros where it cannot be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="unreadable">Bytes that could not be.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static byte[] ReadAll(string path, out long unreadable)
    {
        using var file = new AroundBadBlocks(path);
        var content = new byte[file.Length];
        var read = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        unreadable = file.Unreadable;
        return read == content.Length ? content : content[..read];
    }

    /// <inheritdoc />
    public override int Read(Span<byte> buffer)
    {
        buffer = buffer[..(int)Math.Min(buffer.Length, Length - _position)];
        if (buffer.IsEmpty) return 0;
        int read;
        try
        {
            read = RandomAccess.Read(_file, buffer, _position);
        }
        catch (IOException)
        {
            // Somewhere in it: as far as the end of the first block that is asked for.
            read = ReadBlock(buffer[..(int)Math.Min(buffer.Length, BlockBytes - _position % BlockBytes)]);
        }

        _position += read;
        return read;
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing) _file.Dispose();
        base.Dispose(disposing);
    }

    private int ReadBlock(Span<byte> block)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                return RandomAccess.Read(_file, block, _position);
            }
            catch (IOException)
            {
                // A block that a disk reads at the third attempt is read.
            }
        }

        block.Clear();
        Unreadable += block.Length;
        return block.Length;
    }
}
