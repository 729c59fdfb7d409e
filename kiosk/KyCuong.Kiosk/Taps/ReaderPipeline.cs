using System.Threading.Channels;
using KyCuong.Kiosk.Arrivals;
using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Roster;
using KyCuong.Kiosk.Transports;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Taps;

/// <summary>What all pipelines work with. Each part is thread-safe.</summary>
public sealed record TapParts(KioskJournal Journal, Stamper Stamper, BadgeKeyring Keyring, RosterCache Roster, GateBook Gates, PressedDirection Pressed, AmbiguousReads Ambiguous, IFeedback Feedback, StatusLines Lines, int TapsPerMinute);

/// <summary>
/// From a read to the verdict, for one reader: hash, stamp, append, and only after the commit tell the officer. The reader's
/// thread does no more than hash and queue; commits of a rush are grouped by the journal. Entries keep the reader's order.
/// </summary>
public sealed class ReaderPipeline : IReaderEvents, IAsyncDisposable
{
    /// <summary>Entries of this reader whose commit is awaited; at the bound its bytes wait on the line.</summary>
    public const int MostPending = 1024;

    private const long ToldAgainEveryUs = 500_000;

    private readonly ReaderSettings _reader;
    private readonly TapParts _parts;
    private readonly Channel<Pending> _pending = Channel.CreateBounded<Pending>(new BoundedChannelOptions(MostPending) { SingleReader = true });
    private readonly TapBudget _budget;
    private readonly Task _verdicts;
    private readonly Lock _gate = new();
    private readonly Action _stateChanged;
    private readonly Action<ReaderSignal> _indicate;
    private ReaderCondition _condition;
    private long _toldAgainUs = -ToldAgainEveryUs;

    /// <summary>A pipeline, working until disposed.</summary>
    /// <param name="reader">Its reader.</param>
    /// <param name="parts">What it works with.</param>
    /// <param name="stateChanged">Said when the reader begins or ceases to work.</param>
    /// <param name="indicate">Has the reader's own light or buzzer tell the officer.</param>
    public ReaderPipeline(ReaderSettings reader, TapParts parts, Action stateChanged, Action<ReaderSignal> indicate)
    {
        (_reader, _parts, _stateChanged, _indicate) = (reader, parts, stateChanged, indicate);
        _budget = new TapBudget(parts.TapsPerMinute);
        _condition = new ReaderCondition(reader.Id, reader.Address.ToString(), false, null, parts.Stamper.Clock.BootTimeUs, 0, 0, 0);
        _verdicts = Task.Run(GiveVerdictsAsync);
    }

    /// <summary>How the reader is.</summary>
    public ReaderCondition Condition
    {
        get { lock (_gate) return _condition; }
    }

    /// <summary>Boot time of the oldest read whose entry is not yet committed, µs; null when all are.</summary>
    public long? OldestPendingUs => _pending.Reader.TryPeek(out var oldest) ? oldest.AtUs : null;

    /// <inheritdoc />
    public void Tap(RawRead read)
    {
        if (!_budget.Passes(read.At, out var turnedAway))
        {
            Update(c => c with { Dropped = c.Dropped + 1 });
            return;
        }

        var technology = BadgeReading.Technology(read.Technology);
        if (turnedAway > 0) Append(read.At, new RefusedReadEntry(_reader.Id, RefusalReason.Flood, technology, 0, turnedAway));
        if (BadgeReading.Identity(read, out var refusal) is not { } identity)
        {
            Refuse(read.At, refusal, technology, read.RawLength, 1);
            return;
        }

        Update(c => c with { Reads = c.Reads + 1 });
        var (direction, source) = Passing(read.At);
        Append(read.At, new TapEntry(_reader.Id, _parts.Keyring.Hash(identity), technology, read.RawLength, direction, source));
    }

    /// <inheritdoc />
    public bool IsKnown(RawRead read) =>
        BadgeReading.Identity(read, out _) is { } identity
        && _parts.Roster.Current.Find(_parts.Keyring.Hash(identity), Stamper.InstantUs(_parts.Stamper.At(read.At))).Person is not null;

    /// <inheritdoc />
    public void Refused(Readers.RefusedRead refused) => Refuse(refused, refused.Reason == ReadError.CardBeside);

    /// <inheritdoc />
    public void RefusedAgain(Readers.RefusedRead refused)
    {
        // A line that sends rubbish without end is not told to the gate a thousand times a second.
        if (refused.Reason == ReadError.CardBeside || refused.At - _toldAgainUs < ToldAgainEveryUs) return;
        _toldAgainUs = refused.At;
        Show(new Verdict(Kind(BadgeReading.Reason(refused.Reason)), _reader.Id, Stamper.InstantUs(_parts.Stamper.At(refused.At)), _parts.Journal.Unsent));
    }

    /// <inheritdoc />
    public void RefusalsCounted(Readers.RefusedRead refused) => Refuse(refused, quietly: true);

    /// <inheritdoc />
    public void Faulted(Readers.ReaderFault fault, string what, long at)
    {
        var code = BadgeReading.Fault(fault);
        Update(c => c with { Working = false, Fault = code, SinceUs = at });
        Append(at, new ReaderFaultEntry(_reader.Id, code, Utf8Text.Cut(what, ContractLimits.FaultDetailBytes)));
        _stateChanged();
    }

    /// <inheritdoc />
    public void Ready(long at)
    {
        var before = Condition;
        Update(c => c with { Working = true, Fault = null, SinceUs = at });
        if (before.Fault is not null) Append(at, new ReaderRecoveryEntry(_reader.Id, Math.Max(0, at - before.SinceUs)));
        _stateChanged();
    }

    /// <summary>Waits until all that came in is committed and told. After it nothing may come in.</summary>
    public async ValueTask DisposeAsync()
    {
        _pending.Writer.TryComplete();
        await _verdicts;
    }

    /// <summary>Which way: as the reader is set, else as the person chose just before.</summary>
    private (Direction Direction, DirectionSource Source) Passing(long at)
    {
        if (_reader.Direction != Direction.Unspecified) return (_reader.Direction, DirectionSource.Reader);
        var pressed = _parts.Pressed.Take(at);
        return (pressed, pressed == Direction.Unspecified ? DirectionSource.Unspecified : DirectionSource.Person);
    }

    private void Refuse(Readers.RefusedRead refused, bool quietly) =>
        Refuse(refused.At, BadgeReading.Reason(refused.Reason), Protos.V1.Technology.Unspecified, refused.RawLength, refused.Count, quietly);

    private void Refuse(long at, RefusalReason reason, Protos.V1.Technology technology, int rawLength, int count, bool quietly = false)
    {
        Update(c => c with { Refused = c.Refused + (ulong)count });
        Append(at, new RefusedReadEntry(_reader.Id, reason, technology, rawLength, count), quietly);
    }

    private void Append(long atUs, EntryBody body, bool quietly = false)
    {
        var pending = new Pending(atUs, body, quietly, _parts.Journal.AppendAsync(_parts.Stamper.At(atUs), body));
        // The reader's own thread waits here when the journal is slow; its bytes stay on the line.
        if (!_pending.Writer.TryWrite(pending)) _pending.Writer.WriteAsync(pending).AsTask().GetAwaiter().GetResult();
    }

    private async Task GiveVerdictsAsync()
    {
        while (await _pending.Reader.WaitToReadAsync())
        {
            // It stays the oldest pending until its commit is known.
            while (_pending.Reader.TryPeek(out var pending))
            {
                StoredEntry? stored = null;
                try
                {
                    stored = await pending.Appended;
                }
                catch (JournalOutOfServiceException)
                {
                    // The journal has said why; the person at the gate must see that this tap was not taken.
                }

                _pending.Reader.TryRead(out _);
                Tell(pending, stored);
            }
        }
    }

    private void Tell(Pending pending, StoredEntry? stored)
    {
        var at = Stamper.InstantUs(stored?.Entry.Stamp ?? _parts.Stamper.At(pending.AtUs));
        // Of those before it: this one has just been written and is on its way.
        var unsent = _parts.Journal.Unsent;
        var verdict = new Verdict(VerdictKind.OutOfService, _reader.Id, at, stored is null || unsent == 0 ? unsent : unsent - 1);
        if (stored is null)
        {
            Show(verdict);
            return;
        }

        switch (pending.Body)
        {
            case TapEntry tap:
                _parts.Lines.Tap(stored.Entry.Sequence);
                var roster = _parts.Roster.Current;
                var holder = roster.Find(tap.Badge, at);
                if (holder.Ambiguity is { } ambiguity) _parts.Ambiguous.Met(_reader.Id, ambiguity, at);
                if (holder.Person is null) _parts.Gates.Nameless(tap, stored.Entry.Stamp);
                Show(holder.Person is { } person
                    ? Of(verdict, person, _parts.Gates.Tap(person, tap.Direction, stored.Entry.Stamp, roster))
                    : verdict with { Kind = holder.Kind });
                break;
            case RefusedReadEntry refused:
                if (!pending.Quietly) Show(verdict with { Kind = Kind(refused.Reason) });
                break;
            case ReaderFaultEntry:
                Show(verdict with { Kind = VerdictKind.ReaderFault });
                break;
            case ReaderRecoveryEntry:
                Show(verdict with { Kind = VerdictKind.ReaderRecovered });
                break;
        }
    }

    private static VerdictKind Kind(RefusalReason reason) => reason switch
    {
        RefusalReason.NationalId => VerdictKind.NationalId,
        RefusalReason.TwoCards => VerdictKind.TwoCards,
        _ => VerdictKind.Refused,
    };

    private void Show(Verdict verdict)
    {
        _parts.Feedback.Show(verdict);
        if (verdict.Kind.AtReader() is { } signal) _indicate(signal);
    }

    /// <summary>The verdict on a tap of this person.</summary>
    internal static Verdict Of(Verdict verdict, RosterEntry person, Arrival arrival) => verdict with
    {
        Kind = arrival.Kind switch
        {
            ArrivalKind.Recorded => VerdictKind.Accepted,
            ArrivalKind.OnTime => VerdictKind.OnTime,
            ArrivalKind.Late => VerdictKind.Late,
            ArrivalKind.Left => VerdictKind.Left,
            ArrivalKind.Repeat => VerdictKind.Repeat,
            _ => throw new InvalidOperationException($"No such arrival: {arrival.Kind}."),
        },
        Name = person.Name,
        Unit = person.Unit,
        PersonId = person.PersonId,
        Photo = person.PhotoSha256,
        LateMinutes = arrival.LateMinutes,
        EarlierUs = arrival.EarlierUs,
    };

    private void Update(Func<ReaderCondition, ReaderCondition> change)
    {
        lock (_gate) _condition = change(_condition);
    }

    private sealed record Pending(long AtUs, EntryBody Body, bool Quietly, Task<StoredEntry> Appended);
}
