using Google.Protobuf;
using KyCuong.Kiosk.Journal;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Link;

/// <summary>
/// Brings the entries of one epoch up on one stream: reads them from the disk, sends what fits the window, says which are lost, takes
/// acknowledgements. One task sends (<see cref="BatchAsync"/> and what reads the disk); acknowledgements and wishes to send again may come from
/// another.
/// </summary>
/// <param name="parts">What a link works with.</param>
/// <param name="epoch">Whose entries.</param>
/// <param name="write">Writes to the stream; of the sending task.</param>
internal sealed partial class EntryUpload(LinkParts parts, JournalEpoch epoch, Func<KioskMessage, CancellationToken, Task> write) : IDisposable
{
    /// <summary>Why a stream ends that finds the journal damaged.</summary>
    public const string DamagedText = "the journal is damaged; what can be saved of it is sent later";

    private readonly Lock _gate = new();
    private UploadWindow _window = new(0);
    private readonly JournalId _written = parts.Journal.Current.Id;
    private JournalReader? _opened;
    private ulong _backlogLast;
    private long _lastProgress;

    /// <summary>True once the server has acknowledged something new.</summary>
    public bool WasAcknowledged { get; private set; }

    /// <summary>The newest entry that was sent, or told as lost.</summary>
    public ulong LastSent
    {
        get
        {
            lock (_gate) return _window.Next - 1;
        }
    }

    /// <summary>The epoch as it is now: one that is written to has grown.</summary>
    public JournalEpoch Epoch => epoch.Sealed ? epoch : parts.Journal.Current;

    /// <summary>Opened when the server has answered: one that is away for days is called thousands of times.</summary>
    private JournalReader Reader => _opened ??= new JournalReader(parts.JournalPath);

    /// <summary>One entry of the epoch; null: not there, or not to be read.</summary>
    public StoredEntry? Read(ulong sequence) => Reader.ReadOne(Epoch, sequence);

    /// <summary>Compares what both sides have, decides from where to send, and says what is lost before it.</summary>
    public async Task BeginAsync(Welcome welcome, CancellationToken cancellation)
    {
        // What the server acknowledged to this disk is the same on both; of what comes after it only the hash at the server's mark tells. Where that is
        // another one or cannot be compared, our own tail is shown all the same, from there: what differs must come to light at the server, and no tap of it is lost.
        var mine = welcome.HighWater == 0 || welcome.HighWater > epoch.Last ? null : Reader.ReadOne(epoch, welcome.HighWater);
        var same = welcome.HighWater == 0 || (mine is not null && mine.Hash.ToArray().AsSpan().SequenceEqual(welcome.HighWaterHash.Span));
        var from = same ? welcome.HighWater : Math.Min(Math.Min(epoch.Acked, epoch.Last), welcome.HighWater);
        if (!same && mine is not null && welcome.HighWaterHash.Length == Digest.Size) LogFork(parts.Logger, welcome.HighWater);
        if (from < epoch.Acked)
        {
            LogResend(parts.Logger, from, epoch.Acked);
            // Before the acknowledgement is taken back: by that alone the next stream would know that this is still to be done.
            if (await parts.Journal.OfferAgainAsync() is > 0 and var epochs) LogOfferAgain(parts.Logger, epochs);
        }

        lock (_gate) _window = new UploadWindow(from);
        _backlogLast = epoch.Last;
        _lastProgress = parts.Time.GetTimestamp();
        if (from + 1 < epoch.First) await LostAsync(from + 1, epoch.First - 1, Reader.ReadOne(epoch, epoch.First)?.Hash, cancellation);
        parts.Journal.Acknowledge(epoch, from);
    }

    /// <summary>Sends one batch if there is something and room. False when there is not.</summary>
    /// <param name="onlyWhole">Less than the most a batch can take waits for more.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <exception cref="LinkLostException">Another epoch is to be sent, or the journal is damaged.</exception>
    public async Task<bool> BatchAsync(bool onlyWhole, CancellationToken cancellation)
    {
        var now = Epoch;
        if (now.Number != epoch.Number) throw new LinkLostException("the journal began a new epoch");
        if (parts.Journal.ToSend.Number != epoch.Number) throw new LinkLostException("entries of another epoch were saved and are to be sent first");
        ulong next;
        int room;
        lock (_gate)
        {
            next = _window.Next;
            room = _window.Room(now.Last);
        }

        if (room == 0 || (onlyWhole && room < ContractLimits.BatchEntries)) return false;
        var slice = Reader.Read(now, next, room);
        if (slice.Entries.Count > 0)
        {
            var batch = JournalBatches.Build(epoch.Id.Epoch, slice.Entries, slice.Entries[0].Entry.Sequence <= _backlogLast);
            // Counted before it is written: its acknowledgement may come before the write returns.
            Sent(batch.Entries[^1].Sequence);
            await write(new KioskMessage { Journal = batch }, cancellation);
            return true;
        }

        if (slice.Lost is not { } lost) return false;
        // What may still be saved is not called lost: the server would wait for it no more.
        if (!parts.Journal.IsLost(epoch.Id, lost.First, lost.Last))
        {
            await parts.Journal.DamagedAsync($"entries {lost.First} to {lost.Last} of epoch {epoch.Id.Epoch:x32} cannot be read", _written);
            throw new LinkLostException(DamagedText);
        }

        LogLost(parts.Logger, lost.First, lost.Last);
        await LostAsync(lost.First, lost.Last, slice.AfterLost?.Hash, cancellation);
        Sent(lost.Last);
        return true;
    }

    /// <summary>Whether this epoch is what it acknowledges.</summary>
    public bool IsOf(Ack ack) => Bytes128.TryRead(ack.Epoch.Span, out var whose) && whose == epoch.Id.Epoch;

    /// <summary>Takes an acknowledgement of this epoch. False: it says nothing new.</summary>
    public bool Acknowledge(Ack ack)
    {
        ulong acked;
        lock (_gate)
        {
            if (!_window.Acknowledge(ack.Sequence)) return false;
            acked = _window.Acked;
            _lastProgress = parts.Time.GetTimestamp();
        }

        WasAcknowledged = true;
        parts.Journal.Acknowledge(epoch, acked);
        if (!epoch.Sealed) parts.Lines.Acked(acked);
        return true;
    }

    /// <summary>The server wants them again from here.</summary>
    public void ResendFrom(ulong sequence)
    {
        lock (_gate) _window.ResendFrom(sequence);
    }

    /// <summary>Breaks the stream off when the server has acknowledged nothing of what was sent for too long.</summary>
    /// <exception cref="LinkLostException">It has not.</exception>
    public void Watch()
    {
        lock (_gate)
        {
            if (!_window.IsWaiting) _lastProgress = parts.Time.GetTimestamp();
            else if (parts.Time.GetElapsedTime(_lastProgress) > parts.Limits.Acknowledgement)
                throw new LinkLostException($"nothing was acknowledged for {parts.Limits.Acknowledgement.TotalSeconds:0} s");
        }
    }

    /// <summary>Nothing on disk is left to be sent.</summary>
    public bool IsAllSent() => LastSent >= Epoch.Last;

    /// <summary>Nothing is left to be sent or acknowledged.</summary>
    public bool IsDrained()
    {
        var last = Epoch.Last;
        lock (_gate) return _window.Next > last && !_window.IsWaiting;
    }

    /// <summary>How long the oldest entry that the server has not has waited, in µs; null: there is none.</summary>
    public ulong? OldestUnsentAgeUs()
    {
        ulong oldest;
        lock (_gate) oldest = _window.Acked + 1;
        if (Reader.ReadOne(epoch, oldest) is not { } entry) return null;
        var (then, now) = (entry.Entry.Stamp, parts.Stamper.Now());
        // In one boot by the clock nobody can set; across boots as well as the instants are known.
        var age = then.BootId == now.BootId ? now.BootTimeUs - then.BootTimeUs : Clock.Stamper.InstantUs(now) - Clock.Stamper.InstantUs(then);
        return (ulong)Math.Max(0, age);
    }

    /// <inheritdoc />
    public void Dispose() => _opened?.Dispose();

    private void Sent(ulong upTo)
    {
        lock (_gate) _window.Sent(upTo);
    }

    private Task LostAsync(ulong first, ulong last, Digest? next, CancellationToken cancellation) => write(new KioskMessage
    {
        LostEntries = new LostEntries
        {
            Epoch = ByteString.CopyFrom(Bytes128.ToArray(epoch.Id.Epoch)),
            FirstSequence = first,
            LastSequence = last,
            NextHash = next is { } hash ? ByteString.CopyFrom(hash.ToArray()) : ByteString.Empty,
        },
    }, cancellation);

    [LoggerMessage(Level = LogLevel.Error, Message = "Fork: entry {Sequence} of this journal is another one on the server. Two disks use this kiosk's identity, or this disk was put back; entries are sent all the same, an operator must look")]
    private static partial void LogFork(ILogger logger, ulong sequence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server has entries up to {From} only and had acknowledged up to {Acked}: it was restored; everything in between is sent again")]
    private static partial void LogResend(ILogger logger, ulong from, ulong acked);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Epochs} earlier epochs, of which the server had everything, are sent again")]
    private static partial void LogOfferAgain(ILogger logger, int epochs);

    [LoggerMessage(Level = LogLevel.Error, Message = "Entries {First} to {Last} of the journal cannot be read from this disk; the server is told")]
    private static partial void LogLost(ILogger logger, ulong first, ulong last);
}
