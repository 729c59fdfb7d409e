using System.Security.Cryptography;

namespace KyCuong.Server.Features.Backups;

/// <summary>Opens what <see cref="SealedWriter"/> sealed; nothing of a chunk is given out before its tag was checked. Not thread-safe.</summary>
internal sealed class SealedReader : Stream
{
    private readonly Stream _source;
    private readonly AesGcm _cipher;
    private readonly byte[] _sealed = new byte[SealedFormat.ChunkSize + SealedFormat.TagSize];
    private readonly byte[] _chunk = new byte[SealedFormat.ChunkSize];
    private int _given;
    private int _filled;
    private long _place;
    private bool _ended;

    /// <param name="source">Read from; stays open.</param>
    /// <param name="key">32 bytes.</param>
    /// <exception cref="InvalidDataException">It is no backup.</exception>
    public SealedReader(Stream source, ReadOnlySpan<byte> key)
    {
        _source = source;
        Span<byte> header = stackalloc byte[SealedFormat.HeaderSize];
        if (source.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || !header.StartsWith(SealedFormat.Magic))
            throw new InvalidDataException("no backup");
        _cipher = SealedFormat.Cipher(key, header[SealedFormat.Magic.Length..]);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="CryptographicException">Another key, altered, or cut short.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (_given == _filled)
        {
            if (_ended) return 0;
            Open();
        }

        var count = Math.Min(buffer.Length, _filled - _given);
        _chunk.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    /// <summary>Reads to the end, so that all of it was checked.</summary>
    public void Drain()
    {
        while (!_ended) Open();
        if (_source.ReadByte() >= 0) throw new CryptographicException("something follows the end");
    }

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _cipher.Dispose();
        CryptographicOperations.ZeroMemory(_chunk);
        base.Dispose(disposing);
    }

    private void Open()
    {
        var count = _source.ReadAtLeast(_sealed, _sealed.Length, throwOnEndOfStream: false);
        if (count < SealedFormat.TagSize) throw new CryptographicException("cut short");
        Span<byte> nonce = stackalloc byte[SealedFormat.NonceSize];
        // Only the last chunk is not full.
        _ended = count < _sealed.Length;
        SealedFormat.Nonce(nonce, _place++, _ended);
        (_given, _filled) = (0, count - SealedFormat.TagSize);
        _cipher.Decrypt(nonce, _sealed.AsSpan(0, _filled), _sealed.AsSpan(_filled, SealedFormat.TagSize), _chunk.AsSpan(0, _filled));
    }
}
