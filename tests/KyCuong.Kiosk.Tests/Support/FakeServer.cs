using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using KyCuong.Protos;
using KyCuong.Protos.Enrolment;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Tests.Support;

/// <summary>
/// The other end of the contract over real TLS and HTTP/2, written from the contract alone: keeps entries, acknowledges,
/// answers clock probes, and does what a test tells it.
/// </summary>
internal sealed class FakeServer : IAsyncDisposable
{
    public const string Agency = "BQL";
    private readonly WebApplication _app;

    private FakeServer(TestAuthority authority, WebApplication app, ServerState state) => (Authority, _app, State) = (authority, app, state);

    public TestAuthority Authority { get; }

    public ServerState State { get; }

    public Uri Address { get; private set; } = null!;

    public static async Task<FakeServer> StartAsync(
        TestAuthority? authority = null, TestAuthority? shownAuthority = null, string? name = null, string purpose = TestAuthority.ServerPurpose, int port = 0, ServerState? state = null,
        System.Net.Security.SslStreamCertificateContext? context = null)
    {
        authority ??= new TestAuthority();
        state ??= new ServerState();
        state.Authority = authority;
        context ??= (shownAuthority ?? authority).IssueServer(name ?? PeerName.Server(Agency), purpose);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(state);
        builder.Services.AddGrpc();
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(new System.Net.Security.SslServerAuthenticationOptions
                {
                    ServerCertificateContext = context,
                    ClientCertificateRequired = true,
                    ApplicationProtocols = [System.Net.Security.SslApplicationProtocol.Http2],
                    RemoteCertificateValidationCallback = (_, client, _, _) =>
                    {
                        state.LastClientCertificate = client?.GetRawCertData();
                        return client is not X509Certificate2 kiosk
                            || PeerCertificate.Check(kiosk, state.Authority.Certificate, TestAuthority.ClientPurpose, RealClock.Wall.GetUtcNow()) == PeerCertificateProblem.None;
                    },
                }),
            });
        }));
        var app = builder.Build();
        app.MapGrpcService<EnrolmentService>();
        app.MapGrpcService<LinkService>();
        await app.StartAsync();
        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new FakeServer(authority, app, state) { Address = new Uri($"https://127.0.0.1:{new Uri(bound).Port}/") };
    }

    public async ValueTask DisposeAsync()
    {
        State.Stop();
        await _app.DisposeAsync();
        State.Dispose();
    }

    private sealed class EnrolmentService(ServerState state) : Protos.V1.Enrolment.EnrolmentBase
    {
        public override Task<EnrolReply> Enrol(EnrolRequest request, ServerCallContext context)
        {
            state.Secrets.Add(request.Secret.ToByteArray());
            if (!request.Secret.Span.SequenceEqual(state.Secret)) throw new RpcException(new Status(StatusCode.PermissionDenied, "no such code"));
            return Task.FromResult(new EnrolReply
            {
                KioskId = 1,
                KioskCode = "CONG",
                KioskName = "Cổng chính",
                AgencyCode = state.AgencyToSay,
                AgencyName = "Ban Quản lý",
                Certificate = ByteString.CopyFrom(state.Authority.IssueKiosk(request.CertificateRequest.Span, PeerName.Kiosk(state.AgencyToSay, 1), state.CertificateLife).RawData),
                Authority = ByteString.CopyFrom(state.Authority.Certificate.RawData),
                BadgeKeys = { new BadgeHashKey { KeyId = 1, Key = ByteString.CopyFrom(new byte[32]) } },
                TimeZone = "Asia/Ho_Chi_Minh",
            });
        }

        public override Task<RenewReply> Renew(RenewRequest request, ServerCallContext context)
        {
            Interlocked.Increment(ref state.Renewals);
            return Task.FromResult(new RenewReply
            {
                Certificate = ByteString.CopyFrom(state.Authority.IssueKiosk(request.CertificateRequest.Span, PeerName.Kiosk(Agency, 1), TimeSpan.FromDays(90)).RawData),
                Authority = ByteString.CopyFrom(state.Authority.Certificate.RawData),
            });
        }
    }

    /// <summary>A stream takes one write at a time, and a test writes beside the service that acknowledges.</summary>
    private sealed class OneAtATime(IServerStreamWriter<ServerMessage> stream) : IDisposable
    {
        private readonly SemaphoreSlim _turn = new(1);

        public async Task WriteAsync(ServerMessage message, CancellationToken ending)
        {
            await _turn.WaitAsync(ending);
            try
            {
                await stream.WriteAsync(message, ending);
            }
            finally
            {
                _turn.Release();
            }
        }

        public void Dispose() => _turn.Dispose();
    }

    private sealed class LinkService(ServerState state) : KioskLink.KioskLinkBase
    {
        public override async Task Connect(IAsyncStreamReader<KioskMessage> requests, IServerStreamWriter<ServerMessage> stream, ServerCallContext context)
        {
            using var replies = new OneAtATime(stream);
            if (state.Refuse is { } refuse) throw new RpcException(new Status(refuse, "refused by the test"));
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, state.Stopping);
            if (!await requests.MoveNext(ending.Token)) return;
            var hello = requests.Current.Hello;
            state.Hellos.Add(hello);
            Bytes128.TryRead(hello.Epoch.Span, out var epoch);
            var journal = state.Journal(epoch);
            await replies.WriteAsync(new ServerMessage { Welcome = state.Welcome(journal, hello) }, ending.Token);
            state.ToSend = message => replies.WriteAsync(message, ending.Token);
            foreach (var message in state.AfterWelcome) await replies.WriteAsync(message, ending.Token);
            try
            {
                while (await requests.MoveNext(ending.Token)) await TakeAsync(requests.Current, journal, hello, replies, ending.Token);
            }
            catch (OperationCanceledException)
            {
                // The test stops this server.
            }
        }

        private async Task TakeAsync(KioskMessage message, EpochState journal, Hello hello, OneAtATime replies, CancellationToken ending)
        {
            switch (message.MessageCase)
            {
                case KioskMessage.MessageOneofCase.Journal:
                    state.Batches.Add(message.Journal);
                    foreach (var entry in message.Journal.Entries) journal.Take(entry);
                    if (state.Acknowledge)
                        await replies.WriteAsync(new ServerMessage { Ack = new Ack { Epoch = hello.Epoch, Sequence = journal.HighWater } }, ending);
                    break;
                case KioskMessage.MessageOneofCase.LostEntries:
                    state.Lost.Add(message.LostEntries);
                    journal.Skip(message.LostEntries.LastSequence);
                    break;
                case KioskMessage.MessageOneofCase.Heartbeat:
                    state.Heartbeats.Add(message.Heartbeat);
                    break;
                case KioskMessage.MessageOneofCase.ClockProbe:
                    var now = (RealClock.Wall.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / 10 + state.ClockAheadUs;
                    await replies.WriteAsync(new ServerMessage
                    {
                        ClockReply = new ClockReply { ProbeId = message.ClockProbe.ProbeId, SentBootTimeUs = message.ClockProbe.SentBootTimeUs, ReceivedUs = now, RepliedUs = now },
                    }, ending);
                    break;
                case KioskMessage.MessageOneofCase.Health:
                    state.Healths.Add(message.Health);
                    break;
                case KioskMessage.MessageOneofCase.PhotoRequest when state.Revision >= ContractLimits.PhotosRevision:
                    state.PhotoRequests.Add(message.PhotoRequest);
                    foreach (var hash in message.PhotoRequest.Sha256)
                        if (state.Photos.TryGetValue(hash, out var content)) await replies.WriteAsync(new ServerMessage { Photo = new Photo { Sha256 = hash, Content = content } }, ending);
                    break;
                case KioskMessage.MessageOneofCase.MonthCountRequest when state.Revision >= ContractLimits.MonthCountRevision:
                    state.Questions.Add((message.MonthCountRequest, journal.HighWater));
                    if (state.Count?.Invoke(message.MonthCountRequest) is { } count) await replies.WriteAsync(new ServerMessage { MonthCount = count }, ending);
                    break;
                case KioskMessage.MessageOneofCase.StaffCodeCheck:
                    state.StaffCodes.Add(message.StaffCodeCheck);
                    if (state.OnStaffCode?.Invoke(message.StaffCodeCheck) is { } answer) await replies.WriteAsync(new ServerMessage { StaffCodeAnswer = answer }, ending);
                    break;
                case KioskMessage.MessageOneofCase.SignedHead when state.Revision >= ContractLimits.HeadsRevision:
                    state.SignedHeads.Enqueue((message.SignedHead, journal.HighWater, state.LastClientCertificate!));
                    break;
                case KioskMessage.MessageOneofCase.EntriesRequest when state.Revision >= ContractLimits.HeadsRevision:
                    state.EntriesRequests.Enqueue(message.EntriesRequest);
                    await replies.WriteAsync(new ServerMessage { FetchedEntries = state.Fetched(message.EntriesRequest) }, ending);
                    break;
                // As a server of an earlier revision.
                default:
                    throw new RpcException(new Status(StatusCode.InvalidArgument, message.MessageCase.ToString()));
            }
        }
    }
}

/// <summary>What one epoch's entries are at the server. Thread-safe.</summary>
internal sealed class EpochState
{
    private readonly Lock _gate = new();

    private readonly SortedDictionary<ulong, JournalEntry> _entries = [];

    public IReadOnlyList<JournalEntry> Entries
    {
        get { lock (_gate) return [.. _entries.Values]; }
    }

    public int Duplicates { get; private set; }

    public int Conflicts { get; private set; }

    public ulong HighWater { get; private set; }

    public void Take(JournalEntry entry)
    {
        lock (_gate)
        {
            if (!EntryWire.TryFromMessage(entry, out _, out _, out var problem)) throw new RpcException(new Status(StatusCode.InvalidArgument, problem));
            if (_entries.TryGetValue(entry.Sequence, out var known))
            {
                if (known.Hash.Equals(entry.Hash)) Duplicates++;
                else Conflicts++;
                return;
            }

            _entries.Add(entry.Sequence, entry);
            while (_entries.ContainsKey(HighWater + 1)) HighWater++;
        }
    }

    public void Skip(ulong upTo)
    {
        lock (_gate) HighWater = Math.Max(HighWater, upTo);
    }

    public byte[] HighWaterHash
    {
        get { lock (_gate) return HighWater > 0 && _entries.TryGetValue(HighWater, out var entry) ? entry.Hash.ToByteArray() : []; }
    }

    public IReadOnlyList<JournalEntry> Taps
    {
        get { lock (_gate) return [.. _entries.Values.Where(entry => entry.Tap is not null)]; }
    }
}

/// <summary>What the fake server knows, was told and shall do.</summary>
internal sealed class ServerState : IDisposable
{
    private readonly ConcurrentDictionary<UInt128, EpochState> _journals = new();
    private readonly CancellationTokenSource _stopping = new();
    public int Renewals;

    public TestAuthority Authority { get; set; } = null!;
    public byte[] Secret { get; set; } = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    public string AgencyToSay { get; set; } = FakeServer.Agency;
    public TimeSpan CertificateLife { get; set; } = TimeSpan.FromDays(90);
    public StatusCode? Refuse { get; set; }
    public bool Acknowledge { get; set; } = true;
    public long ClockAheadUs { get; set; }
    public Func<EpochState, Welcome>? WelcomeInstead { get; set; }
    public List<ServerMessage> AfterWelcome { get; } = [];
    public Func<StaffCodeCheck, StaffCodeAnswer?>? OnStaffCode { get; set; }
    public ConcurrentBag<StaffCodeCheck> StaffCodes { get; } = [];
    public Func<ServerMessage, Task>? ToSend { get; set; }
    public byte[]? LastClientCertificate { get; set; }
    public ConcurrentBag<byte[]> Secrets { get; } = [];
    public ConcurrentBag<Hello> Hellos { get; } = [];
    public ConcurrentBag<JournalBatch> Batches { get; } = [];
    public ConcurrentBag<LostEntries> Lost { get; } = [];
    public ConcurrentBag<Heartbeat> Heartbeats { get; } = [];
    public ConcurrentBag<Health> Healths { get; } = [];
    public uint Revision { get; set; } = ContractLimits.ContractRevision;

    public ConcurrentQueue<EntriesRequest> EntriesRequests { get; } = [];

    /// <summary>What the server makes of the encodings that it gives back; null: nothing.</summary>
    public Func<IReadOnlyList<byte[]>, IReadOnlyList<byte[]>>? GivesBack { get; set; }

    /// <summary>Those asked for that came here, as they were written.</summary>
    public FetchedEntries Fetched(EntriesRequest request)
    {
        Bytes128.TryRead(request.Epoch.Span, out var epoch);
        var (encodings, previous) = (new List<byte[]>(), default(Digest));
        foreach (var message in Journal(epoch).Entries)
        {
            EntryWire.TryFromMessage(message, out var entry, out var hash, out _);
            var bytes = new byte[CanonicalEntry.MaxSize];
            if (message.Sequence >= request.FirstSequence && message.Sequence <= request.LastSequence) encodings.Add(bytes[..CanonicalEntry.Write(bytes, new JournalId(1, epoch), previous, entry!)]);
            previous = hash;
        }

        var answer = new FetchedEntries { Epoch = request.Epoch, FirstSequence = request.FirstSequence, LastSequence = request.LastSequence };
        answer.Encodings.AddRange((GivesBack?.Invoke(encodings) ?? encodings).Select(encoding => ByteString.CopyFrom(encoding)));
        return answer;
    }

    /// <summary>What the kiosk signed, how much of the journal was here then, and the certificate it showed.</summary>
    public ConcurrentQueue<(SignedHead Head, ulong HighWater, byte[] Certificate)> SignedHeads { get; } = [];

    /// <summary>Answers to requests for portraits, right or wrong; none is given for others.</summary>
    public ConcurrentDictionary<ByteString, ByteString> Photos { get; } = [];
    public ConcurrentBag<PhotoRequest> PhotoRequests { get; } = [];

    /// <summary>Answers questions for the month's count; null, or without it: silence.</summary>
    public Func<MonthCountRequest, MonthCount?>? Count { get; set; }

    /// <summary>Those that came, with how much of the journal was here then.</summary>
    public ConcurrentBag<(MonthCountRequest Request, ulong HighWater)> Questions { get; } = [];
    public CancellationToken Stopping => _stopping.Token;

    public ICollection<UInt128> Epochs => _journals.Keys;

    public EpochState Journal(UInt128 epoch) => _journals.GetOrAdd(epoch, _ => new EpochState());

    /// <summary>As a server restored from an old backup.</summary>
    public void ForgetEverything() => _journals.Clear();

    public void Stop() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();

    public Welcome Welcome(EpochState journal, Hello hello) => WelcomeInstead?.Invoke(journal) ?? new Welcome
    {
        HighWater = journal.HighWater,
        HighWaterHash = ByteString.CopyFrom(journal.HighWaterHash),
        HeartbeatIntervalUs = 200_000,
        ContractRevision = Revision,
        MissingEpochs = { hello.SentJournals.Where(sent => Bytes128.TryRead(sent.Epoch.Span, out var epoch) && Journal(epoch).HighWater < sent.LastSequence).Select(sent => sent.Epoch) },
    };
}
