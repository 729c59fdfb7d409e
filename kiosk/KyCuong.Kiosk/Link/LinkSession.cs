using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Roster;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Link;

/// <summary>
/// One stream to the server, for one epoch of the journal: hello, welcome, then entries up and everything else both ways until
/// it ends. One task writes, one reads. Used once.
/// </summary>
internal sealed partial class LinkSession : IDisposable
{
    /// <summary>How often due times are looked at.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// A heartbeat speaks of an instant this long ago: every frame whose first byte came before it has been handed over by
    /// now, since no driver lets a frame last longer. µs.
    /// </summary>
    private const long HeartbeatLagUs = 3_000_000;

    private readonly LinkParts _parts;
    private readonly AsyncDuplexStreamingCall<KioskMessage, ServerMessage> _call;
    private readonly JournalEpoch _epoch;
    private readonly ClockProbes _probes;
    private readonly HeadSigner _heads;
    private readonly RosterAssembler _roster;
    private readonly EntryUpload _entries;
    private readonly PhotoExchange _photos;
    private readonly LostExchange _lost;
    private readonly Gathering _gathering;
    private readonly Channel<KioskMessage> _outbox = Channel.CreateBounded<KioskMessage>(64);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly bool _askWholeRoster;
    private readonly Action _welcomed;
    private uint _revision;

    public LinkSession(LinkParts parts, AsyncDuplexStreamingCall<KioskMessage, ServerMessage> call, Random random, RosterAssembler roster, bool askWholeRoster, Action welcomed)
    {
        (_parts, _call, _roster, _askWholeRoster, _welcomed) = (parts, call, roster, askWholeRoster, welcomed);
        // Only what can be told of in Hello may be gone on with; all else is sent anew, and must not be held twice.
        if (askWholeRoster || roster.Part is null) roster.Clear();
        _epoch = parts.Journal.ToSend;
        _entries = new EntryUpload(parts, _epoch, (message, cancellation) => call.RequestStream.WriteAsync(message, cancellation));
        _photos = new PhotoExchange(parts.Roster, parts.Logger);
        _lost = new LostExchange(parts.Journal, parts.Logger);
        _heads = new HeadSigner(parts.Certificate, parts.Stamper, parts.Time);
        _probes = new ClockProbes(parts.Stamper, parts.Limits.ClockProbe, random);
        _gathering = new Gathering(parts.Time, Wake);
    }

    /// <summary>True once the server has acknowledged something new.</summary>
    public bool WasAcknowledged => _entries.WasAcknowledged;

    /// <summary>Talks until the stream ends.</summary>
    /// <exception cref="RpcException">It was lost or refused.</exception>
    /// <exception cref="LinkLostException">The server broke off or fell silent.</exception>
    public async Task<SessionEnd> RunAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await _call.RequestStream.WriteAsync(Hello(), cancellation);
        var welcome = await WelcomeAsync(cancellation);
        _parts.StaffCodes.Attach(Ask);
        _welcomed();
        _revision = welcome.ContractRevision;
        _parts.Gates.Linked();
        _parts.Heads.Take(welcome.LogHead, Clock.Stamper.InstantUs(_parts.Stamper.Now()));
        _parts.Lines.Linked();
        if (await GreetAsync(welcome, cancellation) is { } end) return end;

        WantPhotos();
        if (_revision >= ContractLimits.MonthCountRevision && !_epoch.Sealed) _parts.Counts.Begin(Wake);
        using var timer = _parts.Time.CreateTimer(_ => Wake(), null, Tick, Tick);
        _parts.Journal.Changed += _gathering.Changed;
        try
        {
            var receiving = ReceiveAsync(ending.Token);
            var sending = SendAsync(welcome, ending.Token);
            var first = await Task.WhenAny(receiving, sending);
            // All was said: the server ends the stream once it has taken all of it.
            if (sending.IsCompletedSuccessfully) await Task.WhenAny(receiving, Task.Delay(_parts.Limits.Acknowledgement, _parts.Time, cancellation));
            await ending.CancelAsync();
            _call.Dispose();
            // The other one fails because it was cancelled; the first one's end is the stream's end.
            await Task.WhenAll(receiving, sending).ContinueWith(static both => both.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return sending.IsCompletedSuccessfully ? await sending : await first;
        }
        finally
        {
            _parts.Counts.End();
            _parts.Journal.Changed -= _gathering.Changed;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _parts.StaffCodes.Detach();
        _gathering.Dispose();
        _entries.Dispose();
    }

    private bool Ask(KioskMessage question)
    {
        if (!_outbox.Writer.TryWrite(question)) return false;
        Wake();
        return true;
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    private KioskMessage Hello() => new()
    {
        Hello = new Hello
        {
            ContractVersion = ContractLimits.ContractVersion,
            SoftwareVersion = _parts.Version,
            Epoch = ByteString.CopyFrom(Bytes128.ToArray(_epoch.Id.Epoch)),
            FirstSequence = _epoch.First,
            LastSequence = _epoch.Last,
            BootId = ByteString.CopyFrom(Bytes128.ToArray(_parts.Stamper.Clock.BootId)),
            RosterVersion = _askWholeRoster ? 0 : _parts.Roster.Current.Version,
            ConfigurationVersion = _parts.Control.ConfigurationVersion,
            LogHead = _parts.Heads.Newest,
            RosterPart = _roster.Part,
            SentJournals =
            {
                _parts.Journal.Sent.Where(epoch => epoch.Last > 0).TakeLast(ContractLimits.SentJournals).Reverse()
                    .Select(epoch => new SentJournal { Epoch = ByteString.CopyFrom(Bytes128.ToArray(epoch.Id.Epoch)), LastSequence = epoch.Last }),
            },
        },
    };

    private async Task<Welcome> WelcomeAsync(CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(_parts.Limits.Connect, _parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            if (!await _call.ResponseStream.MoveNext(either.Token)) throw new LinkLostException("the server ended the stream instead of saying welcome");
        }
        catch (Exception e) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested && e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            throw new LinkLostException("the server did not answer in time");
        }

        return _call.ResponseStream.Current.Welcome ?? throw new LinkLostException("the server's first message was not its welcome");
    }

    /// <summary>Compares what both sides have, and decides from where to send.</summary>
    private async Task<SessionEnd?> GreetAsync(Welcome welcome, CancellationToken cancellation)
    {
        LogLinked(_parts.Logger, welcome.HighWater, _epoch.Last, welcome.Quarantined);
        if (welcome.HighWater > _epoch.Last && !_epoch.Sealed)
        {
            LogRolledBack(_parts.Logger, welcome.HighWater, _epoch.Last);
            await _parts.Journal.BeginEpochAsync($"the server has entries up to {welcome.HighWater}, this disk up to {_epoch.Last}: it was put back to an earlier state");
            _parts.Lines.Epoch(_parts.Journal.Current.Id.Epoch);
            return SessionEnd.NewEpoch;
        }

        // Of the current epoch nothing tells that: nothing of it may have been acknowledged when the server was put back.
        if (welcome.MissingEpochs.Count > 0 && await _parts.Journal.OfferAgainAsync() is > 0 and var epochs)
        {
            LogOfferAgain(_parts.Logger, welcome.MissingEpochs.Count, epochs);
            return SessionEnd.NewEpoch;
        }

        await _entries.BeginAsync(welcome, cancellation);
        return null;
    }

    private async Task<SessionEnd> SendAsync(Welcome welcome, CancellationToken cancellation)
    {
        var heartbeat = new Periodic(_parts.Time, TimeSpan.FromMicroseconds(Math.Clamp(welcome.HeartbeatIntervalUs, 200_000, 60_000_000)));
        var health = new Periodic(_parts.Time, _parts.Limits.Health);
        var renewal = new Periodic(_parts.Time, TimeSpan.FromHours(1));
        while (true)
        {
            while (_outbox.Reader.TryRead(out var message)) await _call.RequestStream.WriteAsync(message, cancellation);
            if (!_epoch.Sealed)
            {
                if (_probes.Next() is { } probe) await _call.RequestStream.WriteAsync(new KioskMessage { ClockProbe = probe }, cancellation);
                // A kiosk out of service says how it is instead: silence would look like a dead link.
                if (heartbeat.IsDue())
                    await _call.RequestStream.WriteAsync(Heartbeat() is { } beat ? new KioskMessage { Heartbeat = beat } : new KioskMessage { Health = Health() }, cancellation);
                if (health.IsDue()) await _call.RequestStream.WriteAsync(new KioskMessage { Health = Health() }, cancellation);
                if (renewal.IsDue()) await _parts.Control.RenewAsync(force: false, cancellation);
            }

            await SendHeadAsync(cancellation);
            if (await _entries.BatchAsync(onlyWhole: !_gathering.MaySend(), cancellation)) continue;
            // After the taps that are asked about, and before pictures, for which nobody waits.
            if (_entries.IsAllSent())
                while (_parts.Counts.Next() is { } question) await _call.RequestStream.WriteAsync(new KioskMessage { MonthCountRequest = question }, cancellation);
            if (_revision >= ContractLimits.HeadsRevision && !_epoch.Sealed && _entries.IsAllSent() && _lost.Next() is { } lost)
                await _call.RequestStream.WriteAsync(new KioskMessage { EntriesRequest = lost }, cancellation);
            if (_photos.Next() is { } photos) await _call.RequestStream.WriteAsync(new KioskMessage { PhotoRequest = photos }, cancellation);
            _entries.Watch();
            if (_entries.IsDrained() && (_epoch.Sealed || IsStopped()))
            {
                if (_epoch.Sealed) await _parts.Journal.MarkDrainedAsync(_epoch);
                await _call.RequestStream.CompleteAsync();
                return _epoch.Sealed ? SessionEnd.Drained : SessionEnd.Stopped;
            }

            await _wake.Reader.ReadAsync(cancellation);
        }
    }

    /// <summary>The run's stop entry is on disk: nothing comes after it.</summary>
    private bool IsStopped() => _parts.Journal.Ended && _entries.Read(_parts.Journal.Current.Last) is { Entry.Body: StopEntry };

    /// <summary>Says under the kiosk's key what the journal was up to here, when it is time (<see cref="HeadPolicy"/>).</summary>
    private async Task SendHeadAsync(CancellationToken cancellation)
    {
        if (_revision < ContractLimits.HeadsRevision) return;
        var current = _entries.Epoch;
        if (current.Number != _epoch.Number) return;
        var sent = _entries.LastSent;
        var last = sent == current.Last && (_epoch.Sealed || IsStopped());
        if (_heads.Next(_epoch.Id, sent, last, _entries.Read) is { } head)
            await _call.RequestStream.WriteAsync(new KioskMessage { SignedHead = head }, cancellation);
    }

    private Health Health()
    {
        var health = _parts.Control.Health();
        if (_entries.OldestUnsentAgeUs() is { } age) health.OldestUnsentAgeUs = age;
        return health;
    }

    /// <summary>
    /// Null while the journal takes nothing, and while entries of earlier epochs are still to be saved or sent: then nobody can say that no
    /// tap is missing. The instant is fixed before the sequence is read, so that every tap before it stands at or below that sequence; what was put
    /// aside is looked for after it, since it is put aside before another epoch begins.
    /// </summary>
    private Heartbeat? Heartbeat()
    {
        var at = Math.Max(0, _parts.Stamper.Clock.BootTimeUs - HeartbeatLagUs);
        if (_parts.Control.OldestPendingUs is { } oldest) at = Math.Min(at, Math.Max(0, oldest - 1));
        if (_parts.Journal.OutOfService is not null) return null;
        var current = _parts.Journal.Current;
        return current.Number != _epoch.Number || _parts.Journal.HasEarlier ? null : new Heartbeat
        {
            Epoch = ByteString.CopyFrom(Bytes128.ToArray(current.Id.Epoch)),
            Sequence = current.Last,
            Stamp = EntryWire.ToMessage(_parts.Stamper.At(at)),
        };
    }

    private async Task KeepAsync(ClockSampleEntry sample, long bootUs)
    {
        try
        {
            await _parts.Journal.AppendAsync(_parts.Stamper.At(bootUs), sample);
        }
        catch (JournalEndedException)
        {
            // The run has ended; its entries carry the estimate they were made with.
        }
        catch (JournalOutOfServiceException)
        {
            // The journal says so itself. The stream goes on: acknowledgements that come on it may be what makes room.
        }
    }

    private async Task<SessionEnd> ReceiveAsync(CancellationToken cancellation)
    {
        while (await _call.ResponseStream.MoveNext(cancellation))
        {
            var message = _call.ResponseStream.Current;
            switch (message.MessageCase)
            {
                case ServerMessage.MessageOneofCase.Ack:
                    Acknowledged(message.Ack);
                    break;
                case ServerMessage.MessageOneofCase.ClockReply:
                    if (_probes.Take(message.ClockReply) is var (sample, taken))
                        await KeepAsync(sample, taken);
                    Wake();
                    break;
                case ServerMessage.MessageOneofCase.Roster:
                    if (Gathered(message.Roster) is { } change && !Apply(change)) return SessionEnd.RosterNeeded;
                    break;
                case ServerMessage.MessageOneofCase.Configuration:
                    // A kiosk that stops waits for acknowledgements and begins nothing new.
                    if (!_parts.Journal.Ended) await _parts.Control.ConfigureAsync(message.Configuration);
                    break;
                case ServerMessage.MessageOneofCase.Command:
                    await ObeyAsync(message.Command, cancellation);
                    break;
                case ServerMessage.MessageOneofCase.Welcome:
                    throw new LinkLostException("the server said welcome twice");
                case ServerMessage.MessageOneofCase.Photo:
                    if (_photos.Take(message.Photo)) Wake();
                    break;
                case ServerMessage.MessageOneofCase.FetchedEntries:
                    if (await _lost.TakeAsync(message.FetchedEntries)) Wake();
                    break;
                case ServerMessage.MessageOneofCase.MonthCount:
                    _parts.Counts.Answered(message.MonthCount);
                    break;
                case ServerMessage.MessageOneofCase.Presence:
                    _parts.Gates.Apply(message.Presence);
                    break;
                case ServerMessage.MessageOneofCase.StaffCodeAnswer:
                    _parts.StaffCodes.Answered(message.StaffCodeAnswer);
                    break;
                // What a newer server adds is none of ours.
                case ServerMessage.MessageOneofCase.None:
                default:
                    break;
            }
        }

        return SessionEnd.Closed;
    }

    private void Acknowledged(Ack ack)
    {
        if (!_entries.IsOf(ack)) return;
        if (ack.LogHead is { } head) _parts.Heads.Take(head, Clock.Stamper.InstantUs(_parts.Stamper.Now()));
        if (_entries.Acknowledge(ack)) Wake();
    }

    /// <summary>A roster that makes no sense costs no tap its way: the one in force stays.</summary>
    private RosterChange? Gathered(RosterChunk chunk)
    {
        try
        {
            return _roster.Add(chunk);
        }
        catch (FormatException e)
        {
            LogRosterRefused(_parts.Logger, e.Message);
            return null;
        }
    }

    private bool Apply(RosterChange change)
    {
        if (!_parts.Roster.Apply(change))
        {
            LogRosterGap(_parts.Logger, change.BaseVersion, _parts.Roster.Current.Version);
            return false;
        }

        var book = _parts.Roster.Current;
        LogRoster(_parts.Logger, book.Version, book.People);
        _parts.Lines.Roster(book.Version, book.People);
        WantPhotos();
        return true;
    }

    /// <summary>Asks for the portraits that the roster names and that are not here, of a server that has them to give.</summary>
    private void WantPhotos()
    {
        if (_revision < ContractLimits.PhotosRevision || _epoch.Sealed) return;
        _photos.Want();
        Wake();
    }

    private async Task ObeyAsync(Command command, CancellationToken cancellation)
    {
        LogCommand(_parts.Logger, command.CommandCase, command.CommandId);
        switch (command.CommandCase)
        {
            case Command.CommandOneofCase.Renew:
                await _parts.Control.RenewAsync(force: true, cancellation);
                break;
            case Command.CommandOneofCase.Resend:
                _entries.ResendFrom(command.Resend.Sequence);
                Wake();
                break;
            case Command.CommandOneofCase.Retire:
                await _parts.Control.RetireAsync(command.Retire.Reason);
                break;
            case Command.CommandOneofCase.Forget:
                _parts.Roster.Forget(command.Forget.PersonIds);
                break;
            // Badges are not captured at this kiosk yet; the server's wait for one ends by its own time.
            case Command.CommandOneofCase.CaptureBadge:
            case Command.CommandOneofCase.CancelCapture:
            case Command.CommandOneofCase.None:
            default:
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A roster of the server is not taken, the one before stays: {Why}")]
    private static partial void LogRosterRefused(ILogger logger, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "Linked to the server: it has entries up to {HighWater}, this disk up to {Last}; quarantined: {Quarantined}")]
    private static partial void LogLinked(ILogger logger, ulong highWater, ulong last, bool quarantined);

    [LoggerMessage(Level = LogLevel.Error, Message = "The server has entries up to {HighWater} of this journal and this disk only up to {Last}: the disk was put back to an earlier state. A new epoch begins; look at the taps around it on the server")]
    private static partial void LogRolledBack(ILogger logger, ulong highWater, ulong last);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server does not hold all of {Missing} earlier epochs that it had acknowledged: it was restored; {Epochs} are sent again")]
    private static partial void LogOfferAgain(ILogger logger, int missing, int epochs);

    [LoggerMessage(Level = LogLevel.Information, Message = "Roster version {Version} is in force, {People} people")]
    private static partial void LogRoster(ILogger logger, ulong version, int people);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server changed roster version {Base} and this kiosk has {Version}: asking for all of it")]
    private static partial void LogRosterGap(ILogger logger, ulong @base, ulong version);

    [LoggerMessage(Level = LogLevel.Information, Message = "The server commands {Command} (number {Id})")]
    private static partial void LogCommand(ILogger logger, Command.CommandOneofCase command, ulong id);
}
