using Grpc.Core;
using KyCuong.Protos;
using KyCuong.Protos.V1;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// The kiosks' streams: greets, runs a <see cref="KioskStream"/>, and says in the status why it ended. What stands behind a
/// connection that broke is the kiosk's to send again; nothing acknowledged depends on it.
/// </summary>
internal sealed partial class KioskLinkService(
    ServerStore store, TapIngest ingest, KioskSessions sessions, RosterSource rosters, PresenceSource presence, KioskConfigurations configurations,
    StaffCodeChecks staffCodes, LogWitness witness, KioskHeads heads, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<KioskLinkService> logger)
    : KioskLink.KioskLinkBase
{
    /// <inheritdoc />
    public override async Task Connect(IAsyncStreamReader<KioskMessage> requestStream, IServerStreamWriter<ServerMessage> responseStream, ServerCallContext context)
    {
        var kiosk = KioskIdentity.Of(context);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        KioskSession? session = null;
        try
        {
            var hello = await ReadHelloAsync(requestStream, cancel.Token);
            session = sessions.Begin(kiosk, hello.SoftwareVersion);
            sessions.Seen(kiosk.KioskId, time.NowUs());
            LogConnected(kiosk.KioskCode, hello.SoftwareVersion, hello.FirstSequence, hello.LastSequence);
            await heads.KeepCertificateAsync(kiosk, context.GetHttpContext().Connection.ClientCertificate, cancel.Token);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel.Token, session.Ended);
            await new KioskStream(kiosk, hello, requestStream, responseStream, session, sessions, store, ingest, rosters, presence, configurations, staffCodes, witness, heads, time).RunAsync(both.Token);
            LogEnded(kiosk.KioskCode, StatusCode.OK, "the kiosk ended it");
        }
        catch (Exception cause) when (WhyEnded(session, context, cause) is { } why)
        {
            LogEnded(kiosk.KioskCode, why.StatusCode, why.Detail);
            throw new RpcException(why);
        }
        catch (Exception cause)
        {
            // Our mistake or the disk's: the kiosk keeps its entries and tries again.
            LogFailed(kiosk.KioskCode, cause);
            throw new RpcException(new Status(StatusCode.Unavailable, "The server cannot take entries now."));
        }
        finally
        {
            if (session is not null) sessions.Finish(session);
        }
    }

    // What was decided here comes before what the transport says about it.
    private Status? WhyEnded(KioskSession? session, ServerCallContext context, Exception cause)
    {
        if (session?.Why is { } why) return why;
        if (lifetime.ApplicationStopping.IsCancellationRequested) return new Status(StatusCode.Unavailable, "The server is stopping.");
        if (cause is RpcException known) return known.Status;
        return context.CancellationToken.IsCancellationRequested || cause is IOException ? new Status(StatusCode.Cancelled, "The kiosk is gone.") : null;
    }

    private async Task<Hello> ReadHelloAsync(IAsyncStreamReader<KioskMessage> stream, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(KioskBounds.HelloTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            if (!await stream.MoveNext(both.Token)) throw OutOfContract.Because("the stream ended before hello");
        }
        catch (Exception) when (late.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, "No hello came."));
        }

        if (stream.Current.MessageCase != KioskMessage.MessageOneofCase.Hello) throw OutOfContract.Because("the first message is not hello");
        var hello = stream.Current.Hello;
        if (hello.ContractVersion != ContractLimits.ContractVersion)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition,
                $"contract_version is {hello.ContractVersion}; this server speaks {ContractLimits.ContractVersion}. Update the older of the two."));
        }

        if (!Bytes128.TryRead(hello.Epoch.Span, out var epoch) || epoch == 0) throw OutOfContract.Because("epoch does not have 16 bytes or is zero");
        if (hello.BootId.Length != Bytes128.Size) throw OutOfContract.Because("boot_id does not have 16 bytes");
        if (!EnrolmentService.IsVersion(hello.SoftwareVersion)) throw OutOfContract.Because($"software_version is ASCII of at most {ContractLimits.VersionBytes} characters");
        if (hello.FirstSequence > hello.LastSequence || (hello.FirstSequence == 0) != (hello.LastSequence == 0))
            throw OutOfContract.Because("first_sequence and last_sequence are both 0 or in order");
        if (SentJournals.Problem(hello) is { } problem) throw OutOfContract.Because(problem);
        return hello;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Kiosk {Kiosk} connected, software {Software}, entries {First} to {Last} on its disk")]
    private partial void LogConnected(string kiosk, string software, ulong first, ulong last);

    [LoggerMessage(Level = LogLevel.Information, Message = "The stream of kiosk {Kiosk} ended: {Status}, {Detail}")]
    private partial void LogEnded(string kiosk, StatusCode status, string detail);

    [LoggerMessage(Level = LogLevel.Error, Message = "The stream of kiosk {Kiosk} failed")]
    private partial void LogFailed(string kiosk, Exception cause);
}
