using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Enrolment;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;

namespace KyCuong.Benchmarks;

/// <summary>A kiosk's link and nothing else: enrolled as any kiosk, with a journal made beforehand.</summary>
internal sealed class TapStream : IAsyncDisposable
{
    private static readonly UInt128 Epoch = 0x0102030405060708;
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<KioskMessage, ServerMessage> _call;

    private TapStream(GrpcChannel channel, AsyncDuplexStreamingCall<KioskMessage, ServerMessage> call, ulong kioskId, BadgeHasher hasher)
    {
        _channel = channel;
        _call = call;
        KioskId = kioskId;
        Hasher = hasher;
    }

    public ulong KioskId { get; }

    public BadgeHasher Hasher { get; }

    /// <summary>Enrols with the code and opens the stream.</summary>
    public static async Task<TapStream> OpenAsync(int port, string code, CancellationToken cancel)
    {
        if (!EnrolmentCode.TryParse(code, out var parsed)) throw new InvalidOperationException($"{code} is no enrolment code");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kiosk", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        EnrolReply reply;
        using (var channel = Channel(port, null))
        {
            reply = await new KyCuong.Protos.V1.Enrolment.EnrolmentClient(channel).EnrolAsync(
                new EnrolRequest { Secret = ByteString.CopyFrom(parsed.Secret), CertificateRequest = ByteString.CopyFrom(request), MachineName = "bench" },
                cancellationToken: cancel);
        }

        using var certificate = X509CertificateLoader.LoadCertificate(reply.Certificate.Span);
        var own = certificate.CopyWithPrivateKey(key);
        var link = Channel(port, own);
        var call = new KioskLink.KioskLinkClient(link).Connect(cancellationToken: cancel);
        var hasher = new BadgeHasher(reply.BadgeKeys[0].KeyId, reply.BadgeKeys[0].Key.Span);
        var stream = new TapStream(link, call, reply.KioskId, hasher);
        await call.RequestStream.WriteAsync(
            new KioskMessage
            {
                Hello = new Hello
                {
                    ContractVersion = ContractLimits.ContractVersion,
                    SoftwareVersion = "bench",
                    Epoch = ByteString.CopyFrom(Bytes128.ToArray(Epoch)),
                    BootId = ByteString.CopyFrom(Bytes128.ToArray(1)),
                },
            },
            cancel);
        while (await call.ResponseStream.MoveNext(cancel))
            if (call.ResponseStream.Current.MessageCase == ServerMessage.MessageOneofCase.Welcome)
                return stream;
        throw new InvalidOperationException("the server ended the stream instead of saying welcome");
    }

    /// <summary>A chained journal of taps, in batches; the first batch starts at sequence 1.</summary>
    public List<KioskMessage> Batches(IReadOnlyList<BadgeIdentity> badges, int taps, int perBatch, long firstUs)
    {
        var journal = new JournalId(KioskId, Epoch);
        var previous = default(Digest);
        var batches = new List<KioskMessage>();
        JournalBatch? batch = null;
        for (var i = 0; i < taps; i++)
        {
            if (i % perBatch == 0)
            {
                batch = new JournalBatch { Epoch = ByteString.CopyFrom(Bytes128.ToArray(Epoch)), PreviousHash = ByteString.CopyFrom(previous.ToArray()) };
                batches.Add(new KioskMessage { Journal = batch });
            }

            var at = firstUs + i * 1_000_000L / 4;
            var stamp = new Stamp(at, 1_000_000 + i * 250_000L, 1, new ClockReading(firstUs - 1_000_000, 1000, 0));
            var tap = new TapEntry("r1", Hasher.HashLevels(badges[i % badges.Count]), Technology.Em4100, 14, Direction.In, DirectionSource.Reader);
            var entry = new Entry((ulong)i + 1, stamp, tap);
            previous = CanonicalEntry.Hash(journal, previous, entry);
            batch!.Entries.Add(EntryWire.ToMessage(entry, previous));
        }

        return batches;
    }

    /// <summary>Sends everything and waits for the acknowledgement of the last.</summary>
    public async Task SendAllAsync(List<KioskMessage> batches, ulong last, CancellationToken cancel)
    {
        var acknowledged = AcknowledgedAsync(last, cancel);
        foreach (var batch in batches) await _call.RequestStream.WriteAsync(batch, cancel);
        await acknowledged;
    }

    /// <summary>Sends one batch and waits for its acknowledgement.</summary>
    public async Task SendAsync(KioskMessage batch, CancellationToken cancel)
    {
        await _call.RequestStream.WriteAsync(batch, cancel);
        await AcknowledgedAsync(batch.Journal.Entries[^1].Sequence, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _call.RequestStream.CompleteAsync();
        _call.Dispose();
        _channel.Dispose();
    }

    private async Task AcknowledgedAsync(ulong sequence, CancellationToken cancel)
    {
        while (await _call.ResponseStream.MoveNext(cancel))
            if (_call.ResponseStream.Current is { MessageCase: ServerMessage.MessageOneofCase.Ack } message && message.Ack.Sequence >= sequence)
                return;
        throw new InvalidOperationException("the server ended the stream");
    }

    private static GrpcChannel Channel(int port, X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
#pragma warning disable CA5359 // Who the server is is no question of a benchmark.
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
#pragma warning restore CA5359
        };
        if (certificate is not null) handler.SslOptions.ClientCertificates = [certificate];
        return GrpcChannel.ForAddress($"https://127.0.0.1:{port}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }
}
