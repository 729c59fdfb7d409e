namespace KyCuong.Kiosk.Transports.RawInput;

/// <summary>When a message was sent: Windows says it in milliseconds of 32 bits, which begin anew every 49.7 days. Pure.</summary>
internal static class MessageTime
{
    /// <summary>Microseconds since boot.</summary>
    /// <param name="sent">What <c>GetMessageTime</c> says.</param>
    /// <param name="now">Milliseconds since boot.</param>
    public static long Microseconds(uint sent, long now)
    {
        var ago = unchecked((uint)now - sent);
        // A little ahead of the other counter, which is read from another place: it was sent now.
        return Math.Max(0, ago > int.MaxValue ? now : now - ago) * 1000;
    }
}
