using Google.Protobuf;

namespace KyCuong.Kiosk.Files;

/// <summary>Messages of the contract as they were kept on a disk, which may have altered them since. Pure.</summary>
internal static class StoredMessage
{
    /// <summary>What the bytes say; null when they are no such message.</summary>
    public static T? Read<T>(MessageParser<T> parser, byte[] bytes)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (Exception problem) when (problem is InvalidProtocolBufferException or ArgumentException or IndexOutOfRangeException)
        {
            // The last two: what Google.Protobuf 3.25.1 throws at a length near 2^31.
            return null;
        }
    }
}
