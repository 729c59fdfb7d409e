namespace KyCuong.Readers.Pcsc;

/// <summary>What a card's answer to the question for its UID means. Never the ATR: it names a kind of card, and all of a kind share it. Pure.</summary>
internal static class PcscUid
{
    private const int StatusBytes = 2;
    private const int Done = 0x9000;
    private const int NotSupported = 0x6A81;

    // Return codes of PC/SC that say that the card is gone (pcsclite.h, winerror.h).
    private const uint NoCard = 0x8010000C;
    private const uint CardRemoved = 0x80100069;

    public enum Outcome
    {
        /// <summary>Said to the sink, or nothing to be said.</summary>
        Settled,

        /// <summary>Not read; while the card is there it is worth asking again.</summary>
        Again,
    }

    public static Outcome Judge(uint code, ReadOnlySpan<byte> answer, long cardAt, IReaderSink sink)
    {
        if (code is NoCard or CardRemoved)
            return Outcome.Settled;
        if (code != 0 || answer.Length < StatusBytes)
            return Outcome.Again;
        var uid = answer[..^StatusBytes];
        var status = (answer[^2] << 8) | answer[^1];
        if (status == NotSupported)
        {
            Refuse(ReadError.NotInGrammar);
            return Outcome.Settled;
        }

        if (status != Done)
            return Outcome.Again;
        if (uid.Length is not (4 or 7 or 10))
            Refuse(ReadError.NotInGrammar);
        else if (NoIdentity.Is(CredentialForm.Uid, uid))
            Refuse(ReadError.DefaultIdentity);
        else
            sink.Read(new RawRead(Technology.Iso14443A, CredentialForm.Uid, uid.ToArray(), uid.Length, cardAt));
        return Outcome.Settled;

        void Refuse(ReadError reason) => sink.Refused(new RefusedRead(reason, Technology.Iso14443A, 0, cardAt));
    }
}
