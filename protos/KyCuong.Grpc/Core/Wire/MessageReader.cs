using System.Buffers;
using System.IO.Pipelines;

namespace Grpc.Core.Wire;

/// <summary>
/// Reads messages off a pipe. What one read of the pipe brought is kept and parsed message by message without touching the pipe again,
/// so a batch costs one read. One reader at a time.
/// </summary>
internal sealed class MessageReader<T>(PipeReader pipe, Func<DeserializationContext, T> deserializer, int limitBytes, bool gzip)
{
    private readonly Context _context = new();
    private ReadOnlySequence<byte> _rest;
    private bool _holds;
    private bool _last;

    /// <summary>The next message if it is here already, without waiting.</summary>
    public bool TryTake(out T? message)
    {
        message = default;
        if (!_holds || !Framing.TryTake(ref _rest, limitBytes, out var compressed, out var payload)) return false;
        message = compressed ? Decompress(payload) : Deserialize(payload);
        // Given back before the message is worked on: the window it fills may be what another stream of the connection waits for.
        if (_rest.IsEmpty) Release();
        return true;
    }

    /// <summary>Waits for more bytes. False when the other end has sent its last and nothing is left.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_last) return End();
        Release();
        var result = await pipe.ReadAsync(cancellationToken);
        if (result.IsCanceled) throw new OperationCanceledException(cancellationToken);
        _rest = result.Buffer;
        _holds = true;
        _last = result.IsCompleted;
        return !_last || !_rest.IsEmpty || End();
    }

    private bool End()
    {
        if (!_rest.IsEmpty)
            throw new RpcException(new Status(StatusCode.Internal, $"The stream ended within a message, after {_rest.Length} of its bytes."));
        Release();
        return false;
    }

    private void Release()
    {
        if (!_holds) return;
        _holds = false;
        pipe.AdvanceTo(_rest.Start, _rest.End);
        _rest = default;
    }

    private T Decompress(in ReadOnlySequence<byte> payload)
    {
        if (!gzip) throw new RpcException(new Status(StatusCode.Internal, "A message is marked as compressed, but the call names no compression."));
        using var plain = new PooledBuffer();
        Gzip.Decompress(payload, plain, limitBytes);
        return Deserialize(new ReadOnlySequence<byte>(plain.WrittenMemory));
    }

    private T Deserialize(in ReadOnlySequence<byte> payload)
    {
        _context.Payload = payload;
        try
        {
            return deserializer(_context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw new RpcException(new Status(StatusCode.Internal, "A message could not be decoded.", e));
        }
        finally
        {
            _context.Payload = default;
        }
    }

    private sealed class Context : DeserializationContext
    {
        public ReadOnlySequence<byte> Payload { get; set; }

        public override int PayloadLength => (int)Payload.Length;

        public override byte[] PayloadAsNewBuffer() => Payload.ToArray();

        public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => Payload;
    }
}
