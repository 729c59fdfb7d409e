using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Link;

/// <summary>What the server said of a staff code and its PIN.</summary>
/// <param name="Accepted">They belong together.</param>
/// <param name="PersonId">Whose; 0 when not accepted.</param>
/// <param name="Wait">The PIN was not looked at: too many wrong ones, the next try is then. Zero: it was.</param>
public sealed record StaffCodeReply(bool Accepted, ulong PersonId, TimeSpan Wait);

/// <summary>Asks the server whether a PIN is that of a staff code.</summary>
public interface IStaffCodeCheck
{
    /// <summary>The answer; null when the server cannot be asked or does not answer in time.</summary>
    public Task<StaffCodeReply?> AskAsync(string staffCode, string pin);
}

/// <summary>
/// Asks over whatever stream there is. One question at a time: while one is unanswered the server is too slow, or too old, to
/// be asked another. Nothing of a PIN outlives its question. Thread-safe.
/// </summary>
public sealed class StaffCodeLink(TimeProvider time) : IStaffCodeCheck
{
    /// <summary>How long somebody at the keypad waits for the server.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private Func<KioskMessage, bool>? _send;
    private TaskCompletionSource<StaffCodeReply?>? _asked;
    private ulong _lastId;

    /// <inheritdoc />
    public async Task<StaffCodeReply?> AskAsync(string staffCode, string pin)
    {
        var asked = new TaskCompletionSource<StaffCodeReply?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_send is null || _asked is not null) return null;
            if (!_send(new KioskMessage { StaffCodeCheck = new StaffCodeCheck { RequestId = ++_lastId, StaffCode = staffCode, Pin = pin } })) return null;
            _asked = asked;
        }

        try
        {
            return await asked.Task.WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>A stream is there: it sends what it is given, or says no.</summary>
    internal void Attach(Func<KioskMessage, bool> send)
    {
        lock (_gate) (_send, _asked) = (send, null);
    }

    /// <summary>The stream has ended; who waits for its answer hears none.</summary>
    internal void Detach()
    {
        TaskCompletionSource<StaffCodeReply?>? asked;
        lock (_gate) (asked, _send, _asked) = (_asked, null, null);
        asked?.TrySetResult(null);
    }

    /// <summary>The server answered; what is not the question's answer is passed over.</summary>
    internal void Answered(StaffCodeAnswer answer)
    {
        TaskCompletionSource<StaffCodeReply?>? asked;
        lock (_gate)
        {
            if (answer.RequestId != _lastId) return;
            (asked, _asked) = (_asked, null);
        }

        asked?.TrySetResult(new StaffCodeReply(answer.Accepted, answer.PersonId, TimeSpan.FromMicroseconds(Math.Min(answer.WaitUs, (ulong)TimeSpan.MicrosecondsPerDay))));
    }
}
