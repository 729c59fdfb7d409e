using Google.Protobuf;
using Grpc.Core;

namespace KyCuong.Kiosk.Files;

/// <summary>
/// Messages of the contract as they were kept on a disk, which may have altered them since. They are read as those that come over the line, by the
/// runtime's marshaller, which bounds what its parser does. Thread-safe.
/// </summary>
internal sealed class StoredMessage<T>(MessageParser<T> parser)
    where T : class, IMessage<T>
{
    private readonly Marshaller<T> _marshaller = Marshallers.Create<T>(
        (message, context) => context.Complete(message.ToByteArray()), context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));

    /// <summary>What the bytes say; null when they are no such message.</summary>
    public T? Read(byte[] bytes)
    {
        try
        {
            return _marshaller.Deserializer(bytes);
        }
        catch (Exception problem) when (problem is InvalidProtocolBufferException or RpcException or ArgumentException or IndexOutOfRangeException)
        {
            // The last two: what Google.Protobuf 3.25.1 throws at lengths that it does not bound.
            return null;
        }
    }
}
