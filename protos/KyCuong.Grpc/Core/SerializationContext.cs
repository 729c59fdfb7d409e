using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a serializer puts one message: either a whole array, or a length and then a buffer writer.</summary>
public abstract class SerializationContext
{
    /// <summary>Gives the whole message; may be called once and instead of everything else.</summary>
    public virtual void Complete(byte[] payload) => throw new NotSupportedException($"{GetType()} takes no whole arrays.");

    /// <summary>The writer to put the message into; <see cref="SetPayloadLength"/> first spares a copy.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotSupportedException($"{GetType()} offers no buffer writer.");

    /// <summary>Announces the exact length in bytes; writing another number of bytes is an error.</summary>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }

    /// <summary>The message is wholly in the buffer writer.</summary>
    public virtual void Complete() => throw new NotSupportedException($"{GetType()} offers no buffer writer.");
}

/// <summary>One message's bytes for a deserializer; valid only until it returns.</summary>
public abstract class DeserializationContext
{
    /// <summary>Length in bytes.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>A copy of the bytes.</summary>
    public virtual byte[] PayloadAsNewBuffer() => throw new NotSupportedException($"{GetType()} gives no copy.");

    /// <summary>The bytes themselves, which belong to the runtime.</summary>
    public virtual ReadOnlySequence<byte> PayloadAsReadOnlySequence() => throw new NotSupportedException($"{GetType()} gives no sequence.");
}
