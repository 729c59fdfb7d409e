using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Link;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Taps;

/// <summary>
/// Who forgot the badge enters staff code and PIN in its place: bounded tries, the server's word on the PIN, then a journal
/// entry and the verdict like any tap. While the server cannot be asked the claim is kept, unverified. The PIN goes to the
/// server and nowhere else. Thread-safe.
/// </summary>
public sealed class StaffCodeEntry(TapParts parts, IStaffCodeCheck check)
{
    private readonly Lock _gate = new();
    private readonly StaffCodeBudget _budget = new();
    private readonly List<long> _pending = [];
    private volatile bool _allowed;

    /// <summary>The agency wants this at its gates.</summary>
    public bool Allowed
    {
        get => _allowed;
        set => _allowed = value;
    }

    /// <summary>Boot time of the oldest entering whose journal entry is not yet committed, µs; null when all are.</summary>
    public long? OldestPendingUs
    {
        get { lock (_gate) return _pending.Count == 0 ? null : _pending[0]; }
    }

    /// <summary>Takes what was entered; completes when it is on disk and the officer has been told.</summary>
    /// <param name="staffCode">As entered.</param>
    /// <param name="pin">As entered; it is not kept.</param>
    /// <param name="pressed">The way the person chose; unspecified for none.</param>
    /// <param name="cancellation">Looked at before anything begins: once a claim was made it is recorded.</param>
    public async Task<StaffCodeResult> EnterAsync(string staffCode, string pin, Direction pressed, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!_allowed) return new StaffCodeResult(StaffCodeOutcome.Off, null, default);
        if (!ContractLimits.IsStaffCode(staffCode) || !ContractLimits.IsPin(pin)) return new StaffCodeResult(StaffCodeOutcome.Malformed, null, default);
        var at = parts.Stamper.Clock.BootTimeUs;
        lock (_gate)
        {
            if (_budget.Begin(staffCode, at) is > 0 and var wait) return new StaffCodeResult(StaffCodeOutcome.TooSoon, null, TimeSpan.FromMicroseconds(wait));
            _pending.Add(at);
        }

        try
        {
            return await RecordAsync(at, staffCode, pressed, await check.AskAsync(staffCode, pin));
        }
        finally
        {
            lock (_gate) _pending.Remove(at);
        }
    }

    private async Task<StaffCodeResult> RecordAsync(long at, string staffCode, Direction pressed, StaffCodeReply? reply)
    {
        var now = parts.Stamper.Clock.BootTimeUs;
        lock (_gate)
        {
            if (reply is { Wait.Ticks: > 0 }) _budget.Hold(staffCode, now, (long)reply.Wait.TotalMicroseconds);
            else if (reply is { Accepted: false }) _budget.Wrong(staffCode, now);
            else if (reply is not null) _budget.Right(staffCode);
        }

        if (reply is { Wait.Ticks: > 0 }) return new StaffCodeResult(StaffCodeOutcome.TooSoon, null, reply.Wait);
        var source = pressed == Direction.Unspecified ? DirectionSource.Unspecified : DirectionSource.Person;
        EntryBody body = reply is { Accepted: false }
            ? new RefusedReadEntry(ContractLimits.Keypad, RefusalReason.WrongPin, Technology.Unspecified, 0, 1)
            : new ClaimedTapEntry(staffCode, reply is null ? ClaimCheck.Unverified : ClaimCheck.Verified, pressed, source);
        var stamp = parts.Stamper.At(at);
        StoredEntry stored;
        try
        {
            stored = await parts.Journal.AppendAsync(stamp, body);
        }
        catch (Exception e) when (e is JournalOutOfServiceException or JournalEndedException)
        {
            return Told(StaffCodeOutcome.OutOfService, new Verdict(VerdictKind.OutOfService, ContractLimits.Keypad, Stamper.InstantUs(stamp), parts.Journal.Unsent));
        }

        // Of those before it: this one has just been written and is on its way.
        var unsent = parts.Journal.Unsent;
        var verdict = new Verdict(VerdictKind.WrongPin, ContractLimits.Keypad, Stamper.InstantUs(stored.Entry.Stamp), unsent == 0 ? 0 : unsent - 1);
        if (reply is { Accepted: false }) return Told(StaffCodeOutcome.WrongPin, verdict);
        parts.Lines.Tap(stored.Entry.Sequence);
        if (reply is null)
        {
            if (parts.Roster.Current.PersonOf(staffCode) is { } claimed) parts.Gates.Claimed(claimed, stored.Entry.Stamp);
            return Told(StaffCodeOutcome.Unverified, verdict with { Kind = VerdictKind.Claimed });
        }

        var roster = parts.Roster.Current;
        return Told(StaffCodeOutcome.Verified, roster.Person(reply.PersonId) is { } person
            ? ReaderPipeline.Of(verdict, person, parts.Gates.Tap(person, pressed, stored.Entry.Stamp, roster))
            : verdict with { Kind = VerdictKind.Accepted });
    }

    private StaffCodeResult Told(StaffCodeOutcome outcome, Verdict verdict)
    {
        parts.Feedback.Show(verdict);
        return new StaffCodeResult(outcome, verdict, default);
    }
}
