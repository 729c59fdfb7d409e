using System.Net.Security;
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

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>The kiosk's side of the contract, made by hand so that a test can also break it.</summary>
internal sealed class TestKiosk(RunningServer server) : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly List<GrpcChannel> _channels = [];
    private readonly UInt128 _boot = 77;

    public ulong Id { get; private set; }

    public X509Certificate2? Certificate { get; set; }

    public EnrolReply? Reply { get; private set; }

    public UInt128 Epoch { get; set; } = (UInt128)Random128();

    public JournalId Journal => new(Id, Epoch);

    public byte[] Request() => new CertificateRequest("CN=kiosk", _key, HashAlgorithmName.SHA256).CreateSigningRequest();

    public EnrolRequest EnrolRequest(byte[] secret) => new()
    {
        Secret = ByteString.CopyFrom(secret),
        CertificateRequest = ByteString.CopyFrom(Request()),
        MachineName = "test",
        SoftwareVersion = "0.1",
    };

    public async Task EnrolAsync(byte[] secret)
    {
        Reply = await new Enrolment.EnrolmentClient(Channel(null)).EnrolAsync(EnrolRequest(secret), deadline: Deadline);
        Id = Reply.KioskId;
        Certificate = WithKey(Reply.Certificate);
    }

    public X509Certificate2 WithKey(ByteString certificate)
    {
        using var bare = X509CertificateLoader.LoadCertificate(certificate.Span);
        return bare.CopyWithPrivateKey(_key);
    }

    /// <summary>A connection of its own that shows this kiosk's certificate.</summary>
    public GrpcChannel Channel() => Channel(Certificate);

    /// <summary>A connection of its own that shows this certificate, or none.</summary>
    public GrpcChannel Channel(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = Timeout.InfiniteTimeSpan, EnableMultipleHttp2Connections = true };
        if (certificate is not null) handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) =>
            shown is X509Certificate2 it && PeerCertificate.UriNames(it).Contains(PeerName.Server(RunningServer.Agency))
            && PeerCertificate.Check(it, server.Authority.Certificate, PeerCertificate.ServerAuthentication, server.Clock.GetUtcNow()) is PeerCertificateProblem.None or PeerCertificateProblem.Expired;
        var channel = GrpcChannel.ForAddress(server.Url, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        _channels.Add(channel);
        return channel;
    }

    /// <summary>Opens the stream and says Hello.</summary>
    public async Task<TestStream> ConnectAsync(Action<Hello>? change = null)
    {
        var call = new KioskLink.KioskLinkClient(Channel()).Connect(deadline: Deadline);
        var hello = new Hello
        {
            ContractVersion = ContractLimits.ContractVersion,
            SoftwareVersion = "0.1",
            Epoch = ByteString.CopyFrom(Bytes128.ToArray(Epoch)),
            BootId = ByteString.CopyFrom(Bytes128.ToArray(_boot)),
        };
        change?.Invoke(hello);
        try
        {
            await call.RequestStream.WriteAsync(new KioskMessage { Hello = hello });
        }
        catch (RpcException)
        {
            // The server ended the stream first; reading it tells why.
        }

        return new TestStream(call);
    }

    /// <summary>Taps from <paramref name="first"/>, chained after <paramref name="previous"/>.</summary>
    public JournalBatch Batch(ulong first, int count, Digest previous = default, UInt128 badge = default)
    {
        var tap = new TapEntry("r1", new EquatableList<BadgeKey>(new BadgeKey(CredentialLevel.Em, 1, badge)), Technology.Em4100, 14, Direction.Unspecified, DirectionSource.Unspecified);
        return Batch(first, previous, NowUs - 3_600_000_000, [.. Enumerable.Range(0, count).Select(i => ((long)first + i, (EntryBody)tap))]);
    }

    /// <summary>Entries from <paramref name="first"/>, each with its second after <paramref name="bootedAtUs"/>, chained after <paramref name="previous"/>.</summary>
    public JournalBatch Batch(ulong first, Digest previous, long bootedAtUs, params (long Second, EntryBody Body)[] entries)
    {
        var batch = new JournalBatch { Epoch = ByteString.CopyFrom(Bytes128.ToArray(Epoch)), PreviousHash = ByteString.CopyFrom(previous.ToArray()) };
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = new Entry(first + (ulong)i, new Stamp(NowUs, 1_000_000L * entries[i].Second, _boot, new ClockReading(bootedAtUs, 1000, 1000)), entries[i].Body);
            previous = CanonicalEntry.Hash(Journal, previous, entry);
            batch.Entries.Add(EntryWire.ToMessage(entry, previous));
        }

        return batch;
    }

    /// <summary>A head of its journal, signed with its key or another.</summary>
    public SignedHead Head(ulong sequence, Digest hash, ECDsa? key = null)
    {
        var signedUs = NowUs;
        return new SignedHead
        {
            Epoch = ByteString.CopyFrom(Bytes128.ToArray(Epoch)),
            Sequence = sequence,
            Hash = ByteString.CopyFrom(hash.ToArray()),
            SignedUs = signedUs,
            CertificateSha256 = ByteString.CopyFrom(Certificate!.GetCertHash(HashAlgorithmName.SHA256)),
            Signature = ByteString.CopyFrom(SignedJournalHead.Sign(key ?? _key, Journal, sequence, hash, signedUs)),
        };
    }

    public static Digest LastHash(JournalBatch batch) => Digest.FromBytes(batch.Entries[^1].Hash.Span);

    private long NowUs => server.Clock.GetUtcNow().ToUnixTimeMilliseconds() * 1000;

    public static DateTime Deadline =>
#pragma warning disable RS0030 // A deadline of the client's half is a wall-clock instant.
        DateTime.UtcNow + Patience;
#pragma warning restore RS0030

    public void Dispose()
    {
        foreach (var channel in _channels) channel.Dispose();
        Certificate?.Dispose();
        _key.Dispose();
    }

    private static ulong Random128() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;
}

/// <summary>One open stream.</summary>
internal sealed class TestStream(AsyncDuplexStreamingCall<KioskMessage, ServerMessage> call) : IDisposable
{
    public IClientStreamWriter<KioskMessage> Up => call.RequestStream;

    /// <summary>The next message of this kind; others are passed over.</summary>
    public async Task<ServerMessage> NextAsync(ServerMessage.MessageOneofCase kind, Func<ServerMessage, bool>? accept = null)
    {
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
            if (call.ResponseStream.Current.MessageCase == kind && (accept is null || accept(call.ResponseStream.Current))) return call.ResponseStream.Current;
        throw new InvalidOperationException($"The stream ended before {kind} came.");
    }

    public async Task<Welcome> WelcomeAsync() => (await NextAsync(ServerMessage.MessageOneofCase.Welcome)).Welcome;

    /// <summary>The ack of this sequence or a later one.</summary>
    public async Task<ulong> AckAsync(ulong sequence) =>
        (await NextAsync(ServerMessage.MessageOneofCase.Ack, m => m.Ack.Sequence >= sequence)).Ack.Sequence;

    /// <summary>The whole roster that comes next.</summary>
    public async Task<List<RosterChunk>> RosterAsync()
    {
        var chunks = new List<RosterChunk>();
        do chunks.Add((await NextAsync(ServerMessage.MessageOneofCase.Roster)).Roster);
        while (!chunks[^1].Complete);
        return chunks;
    }

    /// <summary>Reads to the end and gives the status it ended with.</summary>
    public async Task<Status> EndAsync()
    {
        try
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
            }
        }
        catch (RpcException end)
        {
            return end.Status;
        }

        return call.GetStatus();
    }

    public void Dispose() => call.Dispose();
}
