using System.Buffers;
using System.IO.Compression;

namespace Grpc.Core.Wire;

/// <summary>The one compression of messages that both ends know.</summary>
internal static class Gzip
{
    private const int ChunkBytes = 16 * 1024;

    public static void Compress(ReadOnlySpan<byte> payload, PooledBuffer into, CompressionLevel level)
    {
        using var gzip = new GZipStream(new BufferStream(into), level);
        gzip.Write(payload);
    }

    /// <summary>Stops as soon as the limit is passed: a small message cannot make a big one.</summary>
    public static void Decompress(in ReadOnlySequence<byte> payload, PooledBuffer into, int limitBytes)
    {
        var compressed = ArrayPool<byte>.Shared.Rent((int)payload.Length);
        try
        {
            payload.CopyTo(compressed);
            using var gzip = new GZipStream(new MemoryStream(compressed, 0, (int)payload.Length), CompressionMode.Decompress);
            while (true)
            {
                var read = gzip.Read(into.GetSpan(ChunkBytes));
                if (read == 0) return;
                into.Advance(read);
                if (into.Length > limitBytes) throw Framing.TooLarge("decompressed", into.Length, limitBytes, atLeast: true);
            }
        }
        catch (InvalidDataException e)
        {
            throw new RpcException(new Status(StatusCode.Internal, "A message marked as gzip could not be decompressed.", e));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(compressed);
        }
    }

    private sealed class BufferStream(PooledBuffer into) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => into.Length;

        public override long Position
        {
            get => into.Length;
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer) => into.Write(buffer);

        public override void Write(byte[] buffer, int offset, int count) => into.Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
