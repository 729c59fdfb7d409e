using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KyCuong.Server.Features.Backups;

/// <summary>How a sealed file is laid out; both directions keep to it.</summary>
internal static class SealedFormat
{
    /// <summary>"KCB" 01, then 32 random bytes from which and the key the file's own key is derived.</summary>
    public static readonly byte[] Magic = "KCB\u0001"u8.ToArray();

    public const int SaltSize = 32;
    public const int HeaderSize = 4 + SaltSize;
    public const int ChunkSize = 64 * 1024;
    public const int TagSize = 16;
    public const int NonceSize = 12;

    /// <summary>HKDF-SHA-256 (RFC 5869): no two files share a key, so a counter is nonce enough.</summary>
    public static AesGcm Cipher(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
    {
        Span<byte> own = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, own, salt, "kycuong backup 1"u8);
        var cipher = new AesGcm(own, TagSize);
        CryptographicOperations.ZeroMemory(own);
        return cipher;
    }

    /// <summary>Of the chunk in this place; the last one is marked, so that a file cut at a chunk's end is not taken for whole.</summary>
    public static void Nonce(Span<byte> nonce, long place, bool last)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce, place);
        nonce[^1] = last ? (byte)1 : (byte)0;
    }
}

/// <summary>
/// Seals what is written with AES-256-GCM, 64 KiB at a time: "KCB" 01, salt 32, then each chunk as cipher text and tag 16; the
/// last one is shorter than 64 KiB, perhaps empty. <see cref="Finish"/> ends it. Not thread-safe.
/// </summary>
internal sealed class SealedWriter : Stream
{
    private readonly Stream _target;
    private readonly AesGcm _cipher;
    private readonly byte[] _chunk = new byte[SealedFormat.ChunkSize];
    private readonly byte[] _sealed = new byte[SealedFormat.ChunkSize + SealedFormat.TagSize];
    private int _filled;
    private long _place;

    /// <param name="target">Written to; stays open.</param>
    /// <param name="key">32 bytes.</param>
    public SealedWriter(Stream target, ReadOnlySpan<byte> key)
    {
        _target = target;
        var salt = RandomNumberGenerator.GetBytes(SealedFormat.SaltSize);
        _cipher = SealedFormat.Cipher(key, salt);
        target.Write(SealedFormat.Magic);
        target.Write(salt);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var taken = Math.Min(buffer.Length, _chunk.Length - _filled);
            buffer[..taken].CopyTo(_chunk.AsSpan(_filled));
            _filled += taken;
            buffer = buffer[taken..];
            if (_filled == _chunk.Length) Seal(last: false);
        }
    }

    /// <summary>Writes the last chunk; nothing may be written after it.</summary>
    public void Finish() => Seal(last: true);

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _cipher.Dispose();
        CryptographicOperations.ZeroMemory(_chunk);
        base.Dispose(disposing);
    }

    private void Seal(bool last)
    {
        Span<byte> nonce = stackalloc byte[SealedFormat.NonceSize];
        SealedFormat.Nonce(nonce, _place++, last);
        _cipher.Encrypt(nonce, _chunk.AsSpan(0, _filled), _sealed.AsSpan(0, _filled), _sealed.AsSpan(_filled, SealedFormat.TagSize));
        _target.Write(_sealed, 0, _filled + SealedFormat.TagSize);
        _filled = 0;
    }
}
