namespace Grpc.Core;

/// <summary>Hints for one message or all later messages of a stream.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>The message may wait for the next one; a write without this hint, or the end of the stream, sends it.</summary>
    BufferHint = 0x1,

    /// <summary>Send this message uncompressed although the call compresses.</summary>
    NoCompress = 0x2,
}

/// <summary>Hints for writing. Immutable.</summary>
public class WriteOptions
{
    /// <summary>No hints.</summary>
    public static readonly WriteOptions Default = new();

    /// <summary>With these hints.</summary>
    public WriteOptions(WriteFlags flags = default) => Flags = flags;

    /// <summary>The hints.</summary>
    public WriteFlags Flags { get; }
}
