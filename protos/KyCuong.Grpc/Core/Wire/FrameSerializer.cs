using System.Buffers;
using System.IO.Compression;

namespace Grpc.Core.Wire;

/// <summary>
/// Turns one message at a time into a frame. Uncompressed messages of announced length go straight into the target;
/// then <see cref="Started"/> says whether a failing serializer has left half a frame there. Not thread-safe.
/// </summary>
internal sealed class FrameSerializer(int limitBytes) : SerializationContext, IBufferWriter<byte>
{
    private IBufferWriter<byte> _target = null!;
    private bool _compress;
    private CompressionLevel _level;
    private int _announced;
    private int _written;
    private bool _complete;
    private PooledBuffer? _collected;

    /// <summary>True once bytes of the current frame are in the target.</summary>
    public bool Started { get; private set; }

    /// <summary>Bytes of the current frame in the target.</summary>
    public int FrameLength => _written + (Started ? WireNames.FrameHeaderLength : 0);

    /// <summary>Writes one frame, or throws.</summary>
    public void Write<T>(T message, Action<T, SerializationContext> serializer, IBufferWriter<byte> target, bool compress, CompressionLevel level = CompressionLevel.Fastest)
    {
        _target = target;
        _compress = compress;
        _level = level;
        _announced = -1;
        _written = 0;
        _complete = false;
        Started = false;
        try
        {
            serializer(message, this);
            if (!_complete) throw new InvalidOperationException("The serializer returned without Complete().");
        }
        finally
        {
            _collected?.Dispose();
            _collected = null;
            _target = null!;
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        CheckOpen();
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        CheckLimit(payloadLength);
        _announced = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        CheckOpen();
        if (_announced < 0 || _compress) return _collected ??= new PooledBuffer();
        if (!Started) Begin(compressed: false, _announced);
        return this;
    }

    public override void Complete()
    {
        CheckOpen();
        if (Started)
        {
            if (_written != _announced) throw new InvalidOperationException($"The serializer announced {_announced} bytes and wrote {_written}.");
        }
        else
        {
            Put(_collected is null ? [] : _collected.WrittenSpan);
        }
        _complete = true;
    }

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        CheckOpen();
        if (Started || _collected is not null) throw new InvalidOperationException("The serializer gave a whole array after using the buffer writer.");
        Put(payload);
        _complete = true;
    }

    void IBufferWriter<byte>.Advance(int count)
    {
        if (count > _announced - _written) throw new InvalidOperationException($"The serializer announced {_announced} bytes and wrote more.");
        _target.Advance(count);
        _written += count;
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) => _target.GetMemory(sizeHint);

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => _target.GetSpan(sizeHint);

    private void Put(ReadOnlySpan<byte> payload)
    {
        CheckLimit(payload.Length);
        if (!_compress)
        {
            Begin(compressed: false, payload.Length);
            _target.Write(payload);
            _written = payload.Length;
            return;
        }
        using var small = new PooledBuffer();
        Gzip.Compress(payload, small, _level);
        Begin(compressed: true, small.Length);
        _target.Write(small.WrittenSpan);
        _written = small.Length;
    }

    private void Begin(bool compressed, int length)
    {
        Framing.WriteHeader(_target.GetSpan(WireNames.FrameHeaderLength), compressed, length);
        _target.Advance(WireNames.FrameHeaderLength);
        Started = true;
    }

    private void CheckLimit(int length)
    {
        if (length > limitBytes) throw Framing.TooLarge("sent", length, limitBytes);
    }

    private void CheckOpen()
    {
        if (_complete || _target is null) throw new InvalidOperationException("The message is complete already.");
    }
}
