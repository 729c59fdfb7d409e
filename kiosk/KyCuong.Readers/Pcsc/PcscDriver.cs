using System.Buffers.Binary;
using System.Text;

namespace KyCuong.Readers.Pcsc;

/// <summary>
/// Decides what is asked of a PC/SC reader and what its answers mean: each card put down is asked for its UID, whatever it is; what the
/// reader's light is told is up to <see cref="PcscLight"/>. One command is under way at a time, and a card goes before the light.
/// A card taken away before it was asked is no event: its owner saw no light. The read carries the time at which the card was noticed.
/// </summary>
internal sealed class PcscDriver : IReaderDriver, IPcscRecords
{
    /// <summary>Wait for an answer, microseconds; far beyond what PC/SC lets a card take. A lost answer does not stop the reader for good.</summary>
    public const long AnswerTime = 30_000_000;

    /// <summary>Time before a card that gave no UID is asked again: it is still on its way, or another program holds it.</summary>
    public const long RetryTime = 150_000;

    /// <summary>Times a card is asked before it is refused as not read.</summary>
    public const int Tries = 10;

    /// <summary>PC/SC part 3, 3.2.2.1.3: GET DATA, UID.</summary>
    private static readonly byte[] GetUid = [0xFF, 0xCA, 0x00, 0x00, 0x00];

    private readonly IReaderSink _sink;
    private readonly PcscFrame _frame;
    private readonly PcscLight _light;
    private PcscState? _state;
    private Asked _asked;
    private PcscRecordKind _answeredBy;
    private long _answerDueAt;
    private long _cardAt;  // when the card that lies there was noticed
    private long _askedAt; // when the card that is being asked was noticed
    private long? _askAt;
    private int _tries;

    public PcscDriver(IReaderSink sink)
    {
        _sink = sink;
        _frame = new PcscFrame(sink, this);
        _light = new PcscLight(sink);
    }

    private enum Asked
    {
        Nothing,
        Uid,
        Light,
    }

    public long? WakeAt => Earliest(_frame.WakeAt, _asked == Asked.Nothing ? _askAt ?? _light.WakeAt : _answerDueAt);

    private bool HasCard => _state?.HasCard == true;

    public void Opened(long t)
    {
        _frame.Opened();
        Forget();
    }

    public void Bytes(ReadOnlySpan<byte> bytes, long t) => _frame.Bytes(bytes, t);

    public void Tick(long t)
    {
        _frame.Tick(t);
        if (_asked != Asked.Nothing && t >= _answerDueAt)
        {
            var lost = _asked;
            _asked = Asked.Nothing;
            if (lost == Asked.Uid)
                AskAgain(t);
        }

        Go(t);
    }

    public void Indicate(ReaderSignal signal, long t)
    {
        _light.Tell(signal, t);
        Go(t);
    }

    public void Record(PcscRecordKind kind, ReadOnlySpan<byte> payload, long firstAt, long t)
    {
        switch (kind)
        {
            case PcscRecordKind.Reader:
                Forget();
                _light.Of(Encoding.UTF8.GetString(payload));
                break;
            case PcscRecordKind.State when payload.Length == sizeof(uint):
                Take(new PcscState(BinaryPrimitives.ReadUInt32BigEndian(payload)), firstAt, t);
                break;
            case PcscRecordKind.Transmitted or PcscRecordKind.Controlled when payload.Length >= sizeof(uint):
                Answer(BinaryPrimitives.ReadUInt32BigEndian(payload), payload[sizeof(uint)..], kind, t);
                break;
        }

        Go(t);
    }

    private static long? Earliest(long? a, long? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);

    private void Forget()
    {
        _state = null;
        _asked = Asked.Nothing;
        _askAt = null;
        _light.Forget();
    }

    private void Take(PcscState state, long firstAt, long t)
    {
        // What lies there at the first look was put down by somebody, and for all that is known it was not read.
        var cards = _state is { } before ? state.CardsSince(before) : state.HasCard ? 1 : 0;
        _state = state;
        if (!state.HasReader)
        {
            _askAt = null;
            return;
        }

        _light.CardChanged();
        _sink.Working(t);
        var missed = state.HasCard ? cards - 1 : cards;
        if (missed > 0)
            _sink.Refused(new RefusedRead(ReadError.NotRead, Technology.Iso14443A, 0, firstAt, missed));
        if (!state.HasCard)
        {
            _askAt = null;
        }
        else if (cards > 0)
        {
            _cardAt = firstAt;
            _tries = 0;
            _askAt = t;
        }
    }

    private void Answer(uint code, ReadOnlySpan<byte> answer, PcscRecordKind kind, long t)
    {
        var asked = _asked;
        if (asked == Asked.Nothing || kind != _answeredBy)
            return;
        _asked = Asked.Nothing;
        if (asked == Asked.Light)
            _light.Answer(code, answer, kind, t);
        else if (PcscUid.Judge(code, answer, _askedAt, _sink) == PcscUid.Outcome.Again)
            AskAgain(t);
    }

    private void AskAgain(long t)
    {
        if (!HasCard || _askAt is not null)
            return;
        if (++_tries < Tries)
            _askAt = t + RetryTime;
        else
            _sink.Refused(new RefusedRead(ReadError.NotRead, Technology.Iso14443A, 0, _cardAt));
    }

    private void Go(long t)
    {
        if (_asked != Asked.Nothing)
            return;
        if (_askAt is { } due)
        {
            // The light waits for a card that is being asked.
            if (t < due)
                return;
            _askAt = null;
            Send(Asked.Uid, PcscRecord.Build(PcscRecordKind.Transmit, GetUid), t);
        }
        else if (_light.Next(t, HasCard) is { } command)
        {
            Send(Asked.Light, command, t);
        }
    }

    private void Send(Asked asked, byte[] command, long t)
    {
        _asked = asked;
        _answeredBy = command[1] == (byte)PcscRecordKind.Transmit ? PcscRecordKind.Transmitted : PcscRecordKind.Controlled;
        _askedAt = _cardAt;
        _answerDueAt = t + AnswerTime;
        _sink.Send(command);
    }
}
