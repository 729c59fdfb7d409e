using Grpc.Core;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Roster;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Link;

/// <summary>
/// Keeps one stream to the server: makes it, and after every loss makes it again when <see cref="RetrySchedule"/> says. A server
/// that is away costs nothing but delay. Run it once.
/// </summary>
public sealed partial class LinkLoop(LinkParts parts, Func<ServerConnection> connect, Random random)
{
    private readonly RetrySchedule _schedule = new(parts.Limits.RetryFirst, parts.Limits.RetryLongest, parts.Limits.RetryRefused, random);
    private readonly RosterAssembler _roster = new();
    private string? _said;
    private volatile bool _linked;

    /// <summary>True from the server's welcome until the stream's end.</summary>
    public bool IsLinked => _linked;

    /// <summary>Runs until cancelled, or until the server has everything of a run that stopped; then completes normally. Fails only by our own mistake.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var askWholeRoster = false;
        while (!cancellation.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                await parts.Control.RenewAsync(force: false, cancellation);
                var end = await TalkAsync(askWholeRoster, cancellation);
                // The run has stopped, and the server has all of it.
                if (end == SessionEnd.Stopped) break;
                askWholeRoster = end == SessionEnd.RosterNeeded;
                wait = end == SessionEnd.Closed ? _schedule.Next(LinkFailure.Away) : RetrySchedule.Least;
            }
            catch (Exception) when (cancellation.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (e is RpcException or LinkLostException or IOException or OperationCanceledException
                or JournalOutOfServiceException or SqliteException or ServerNotBelievedException)
            {
                var failure = Judge(e);
                Say(failure, e.Message);
                wait = _schedule.Next(failure);
            }

            try
            {
                await Task.Delay(wait, parts.Time, cancellation);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
    }

    private async Task<SessionEnd> TalkAsync(bool askWholeRoster, CancellationToken cancellation)
    {
        using var connection = connect();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var call = connection.Client.Connect(cancellationToken: ending.Token);
        var welcomedAt = 0L;
        using var session = new LinkSession(parts, call, random, _roster, askWholeRoster, () =>
        {
            _linked = true;
            _said = null;
            welcomedAt = parts.Time.GetTimestamp();
        });
        var written = parts.Journal.Current.Id;
        try
        {
            return await session.RunAsync(cancellation);
        }
        catch (JournalDamagedException damage)
        {
            await parts.Journal.DamagedAsync(damage.Message, written);
            throw new LinkLostException(EntryUpload.DamagedText);
        }
        catch (RpcException) when (connection.Problem is { } problem)
        {
            throw new ServerNotBelievedException(problem);
        }
        finally
        {
            await ending.CancelAsync();
            if (_linked)
            {
                _linked = false;
                _schedule.Linked(session.WasAcknowledged, parts.Time.GetElapsedTime(welcomedAt));
                parts.Lines.Unlinked();
            }
        }
    }

    private static LinkFailure Judge(Exception e) => e switch
    {
        RpcException { StatusCode: StatusCode.Unauthenticated or StatusCode.PermissionDenied } => LinkFailure.Refused,
        ServerNotBelievedException => LinkFailure.Refused,
        _ => LinkFailure.Away,
    };

    /// <summary>A state is logged when it begins and when its reason changes, not at each attempt.</summary>
    private void Say(LinkFailure failure, string why)
    {
        if (_said == why) return;
        _said = why;
        if (failure == LinkFailure.Refused) LogRefused(parts.Logger, why);
        else LogAway(parts.Logger, why, parts.Journal.Unsent);
    }

    private sealed class ServerNotBelievedException(string message) : Exception(message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No link to the server: {Why}. Taps are kept here, {Unsent} entries wait; trying again")]
    private static partial void LogAway(ILogger logger, string why, ulong unsent);

    [LoggerMessage(Level = LogLevel.Error, Message = "The link is refused: {Why}. Taps are kept here; an operator must look at this kiosk's standing on the server, or enrol it again. Trying again slowly")]
    private static partial void LogRefused(ILogger logger, string why);
}
