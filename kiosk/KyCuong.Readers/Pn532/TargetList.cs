namespace KyCuong.Readers.Pn532;

/// <summary>
/// What the answer to InListPassiveTarget says of cards of ISO 14443-A at 106 kbit/s (UM0701-02, section 7.3.5): how many, then of each
/// its number, SENS_RES (2 bytes), SEL_RES, length of the UID, UID, and of a card that speaks ISO 14443-4 its ATS, whose first byte is
/// its length, itself included.
/// </summary>
internal static class TargetList
{
    /// <summary>The most cards the chip lists.</summary>
    public const byte MostCards = 2;

    private const byte SpeaksPart4 = 0x20; // bit of SEL_RES
    private const int Head = 5;            // number, SENS_RES, SEL_RES, length of the UID

    /// <summary>The UIDs, none, one or two; null when it is no such list, to the last byte.</summary>
    /// <param name="reply">What follows the answer's code.</param>
    public static IReadOnlyList<byte[]>? Parse(ReadOnlySpan<byte> reply)
    {
        if (reply.IsEmpty || reply[0] > MostCards)
            return null;
        var rest = reply[1..];
        var uids = new List<byte[]>(MostCards);
        for (var number = 1; number <= reply[0]; number++)
        {
            if (rest.Length < Head || rest[0] != number || rest[4] is not (4 or 7 or 10) || rest.Length < Head + rest[4])
                return null;
            var speaksPart4 = (rest[3] & SpeaksPart4) != 0;
            uids.Add(rest.Slice(Head, rest[4]).ToArray());
            rest = rest[(Head + rest[4])..];
            if (!speaksPart4 || rest.IsEmpty)
                continue;
            if (rest[0] == 0 || rest[0] > rest.Length)
                return null;
            rest = rest[rest[0]..];
        }

        return rest.IsEmpty ? uids : null;
    }
}
