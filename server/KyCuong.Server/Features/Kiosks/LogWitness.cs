using Google.Protobuf;
using KyCuong.Protos;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Log;
using Microsoft.Extensions.Logging;
using WireHead = KyCuong.Protos.V1.LogHead;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// Kiosks as witnesses of the server's log: they are given its head and show the newest they have at each Hello. One that is not of
/// this log means that somebody wrote the log anew, or put an older copy of the store in its place.
/// </summary>
internal sealed partial class LogWitness(ServerStore store, TimeProvider time, ILogger<LogWitness> logger)
{
    /// <summary>How often a connected kiosk is given a head.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>The head to give now; null while the log is empty.</summary>
    public WireHead? Head()
    {
        var end = store.Writer.LogEnd;
        return end.Number == 0 ? null : new WireHead { Number = (ulong)end.Number, Hash = ByteString.CopyFrom(end.Hash.ToArray()) };
    }

    /// <summary>The head to give a kiosk that was given one at that moment; null: not yet again.</summary>
    public WireHead? HeadAfter(ref long givenAt)
    {
        if (time.GetElapsedTime(givenAt) < Every) return null;
        givenAt = time.GetTimestamp();
        return Head();
    }

    /// <summary>Holds what a kiosk was given once against the log; true when it is of this log or there is nothing to compare.</summary>
    public bool Check(string kiosk, WireHead? shown)
    {
        if (shown is null) return true;
        if (shown.Number is 0 or > long.MaxValue || !Digest.TryFromBytes(shown.Hash.Span, out var hash)) throw OutOfContract.Because("hello: log_head has a number from 1 and 32 bytes");
        using var reader = store.OpenReader();
        var number = (long)shown.Number;
        if (LogWriter.Hash(reader, number) is not { } stored)
        {
            LogOlder(kiosk, number, store.Writer.LogEnd.Number);
            return false;
        }

        if (stored == hash) return true;
        LogRewritten(kiosk, number, hash, stored);
        return false;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Kiosk {Kiosk} was given entry {Number} of this server's log, which ends at {End}: the store was put back to an earlier state. If nobody restored a backup, somebody cut the log")]
    private partial void LogOlder(string kiosk, long number, long end);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Kiosk {Kiosk} was given {Given} as entry {Number} of this server's log, where {Stored} stands now: the log was written anew after a backup was restored, or by somebody who changes records. Run KyCuong.Verify with the heads kept outside")]
    private partial void LogRewritten(string kiosk, long number, Digest given, Digest stored);
}
