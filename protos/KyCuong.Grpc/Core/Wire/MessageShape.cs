using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Grpc.Core.Wire;

/// <summary>
/// Which fields of a protobuf message are messages themselves: enough to follow every length in it before it is parsed. Google.Protobuf 3.25.1
/// adds a nested length near 2^31 to its place without noticing that the sum overflows, and then makes room for whatever a field inside says: fifteen bytes took
/// two gigabytes. Immutable, thread-safe.
/// </summary>
internal sealed class MessageShape
{
    private static readonly ConcurrentDictionary<MessageDescriptor, MessageShape> Known = new();

    private MessageShape?[] _children = [];

    /// <summary>The shape of a kind of message; null: it is none of Google.Protobuf's.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2087", Justification = "No constructor is run: the descriptor is the type's, not the object's.")]
    public static MessageShape? Of<T>() =>
        typeof(IMessage).IsAssignableFrom(typeof(T)) && !typeof(T).IsAbstract ? Of(((IMessage)RuntimeHelpers.GetUninitializedObject(typeof(T))).Descriptor) : null;

    /// <summary>False when a length goes beyond the end of what it stands in. What is malformed otherwise is left to the parser.</summary>
    public bool Fits(in ReadOnlySequence<byte> payload)
    {
        if (payload.IsSingleSegment) return Fits(payload.FirstSpan);
        var array = ArrayPool<byte>.Shared.Rent((int)payload.Length);
        try
        {
            payload.CopyTo(array);
            return Fits(array.AsSpan(0, (int)payload.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private static MessageShape Of(MessageDescriptor descriptor)
    {
        if (Known.TryGetValue(descriptor, out var known)) return known;
        var shape = new MessageShape();
        // Known before its children: a message may hold its own kind.
        known = Known.GetOrAdd(descriptor, shape);
        if (known != shape) return known;
        var fields = descriptor.Fields.InDeclarationOrder().Where(field => field.FieldType == FieldType.Message).ToList();
        var children = new MessageShape?[fields.Count == 0 ? 0 : fields.Max(field => field.FieldNumber) + 1];
        foreach (var field in fields) children[field.FieldNumber] = Of(field.MessageType);
        shape._children = children;
        return shape;
    }

    // As deep as the message is; the parser gives up at a hundred.
    private bool Fits(ReadOnlySpan<byte> rest, int depth = 0)
    {
        const int Deepest = 100;
        while (!rest.IsEmpty)
        {
            if (!TryTake(ref rest, out var tag)) return true;
            switch (tag & 7)
            {
                case 0:
                    if (!TryTake(ref rest, out _)) return true;
                    break;
                case 1 or 5:
                    var width = (tag & 7) == 1 ? 8 : 4;
                    if (rest.Length < width) return true;
                    rest = rest[width..];
                    break;
                case 2:
                    // The parser, too, takes the low half of a longer number.
                    if (!TryTake(ref rest, out var whole)) return true;
                    var length = (uint)(whole & uint.MaxValue);
                    if (length > (uint)rest.Length) return false;
                    var number = tag >> 3;
                    if (depth < Deepest && number < (ulong)_children.Length && _children[number] is { } child && !child.Fits(rest[..(int)length], depth + 1)) return false;
                    rest = rest[(int)length..];
                    break;
                default:
                    // Ends of groups have nothing behind them, and what stands in a group is fields like any others.
                    break;
            }
        }

        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out ulong number)
    {
        number = 0;
        for (var i = 0; i < rest.Length && i < 10; i++)
        {
            number |= i < 9 ? (ulong)(rest[i] & 0x7F) << (7 * i) : (ulong)(rest[i] & 1) << 63;
            if (rest[i] >= 0x80) continue;
            rest = rest[(i + 1)..];
            return true;
        }

        return false;
    }
}
