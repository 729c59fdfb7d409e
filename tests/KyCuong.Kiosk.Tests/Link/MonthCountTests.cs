using Google.Protobuf;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Link;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Tests.Link;

/// <summary>How often somebody came late this month, asked over the real stream.</summary>
public sealed class MonthCountTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private FakeServer _server = null!;

    private DataDirectory Directory => DataDirectory.Open(_folder.Path);
    private ServerState State => _server.State;

    public async Task InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        await KioskRig.EnrolAsync(_server, Directory);
        Policy(gate => gate.MonthCount = true);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_server_is_asked_after_it_has_the_taps_made_before_and_its_answer_comes_back()
    {
        State.Count = request => Answer(request, 3);
        await using var kiosk = await StartAsync();
        for (var i = 0; i < 20; i++)
        {
            var tap = (await kiosk.TapAsync(1))[0].Entry.Sequence;
            Assert.Equal(3, await AskAsync(kiosk, (ulong)i + 1));
            Assert.True(State.Questions.Single(asked => asked.Request.PersonId == (ulong)i + 1).HighWater >= tap);
        }
    }

    [Fact]
    public async Task Nought_is_an_answer_and_none_given_is_none()
    {
        State.Count = request => request.PersonId == 1 ? Answer(request, 0) : new MonthCount { RequestId = request.RequestId, PersonId = request.PersonId };
        await using var kiosk = await StartAsync();
        Assert.Equal(0, await AskAsync(kiosk, 1));
        Assert.Null(await AskAsync(kiosk, 2));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Nobody_is_asked_where_the_agency_does_not_show_it_or_all_answers_are_the_same(bool monthCount, bool discreet)
    {
        Policy(gate => (gate.MonthCount, gate.Discreet) = (monthCount, discreet));
        State.Count = request => Answer(request, 3);
        await using var kiosk = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => kiosk.Agent.Gate == GatePolicy.Off with { MonthCount = monthCount, Discreet = discreet } && kiosk.Link.IsLinked, "the policy");
        await kiosk.TapAsync(1);
        await kiosk.AllAckedAsync();
        Assert.Null(await AskAsync(kiosk, 1));
        Assert.Empty(State.Questions);
    }

    [Fact]
    public async Task A_server_of_before_is_not_asked_and_the_link_goes_on()
    {
        State.Revision = ContractLimits.MonthCountRevision - 1;
        await using var kiosk = await StartAsync();
        Assert.Null(await AskAsync(kiosk, 1));
        await kiosk.TapAsync(1);
        await kiosk.AllAckedAsync();
        Assert.Single(State.Hellos);
    }

    [Fact]
    public async Task Silence_ends_with_the_wait_and_an_answer_that_comes_later_is_not_taken_for_another()
    {
        MonthCountRequest? late = null;
        State.Count = request =>
        {
            late = request;
            return null;
        };
        await using var kiosk = await StartAsync();
        Assert.Null(await kiosk.Counts.AskAsync(1, TimeSpan.FromMilliseconds(300)));
        await RealClock.UntilAsync(() => late is not null, "the question");
        var first = late!;
        var again = AskAsync(kiosk, 1);
        await RealClock.UntilAsync(() => State.Questions.Count == 2, "the second question");
        await State.ToSend!(new ServerMessage { MonthCount = Answer(first, 9) });
        await State.ToSend!(new ServerMessage { MonthCount = Answer(late!, 2) });
        Assert.Equal(2, await again);
    }

    [Fact]
    public async Task Who_asks_of_the_same_person_meanwhile_shares_the_answer_and_the_questions_under_way_are_bounded()
    {
        State.Count = _ => null;
        await using var kiosk = await StartAsync();
        var asked = Enumerable.Range(1, MonthCounts.MostAsked).Select(person => AskAsync(kiosk, (ulong)person)).ToList();
        asked.AddRange(Enumerable.Range(1, 3).Select(_ => AskAsync(kiosk, 1)));
        await RealClock.UntilAsync(() => State.Questions.Count == MonthCounts.MostAsked, "the questions");
        Assert.Null(await AskAsync(kiosk, 99));
        foreach (var (request, _) in State.Questions) await State.ToSend!(new ServerMessage { MonthCount = Answer(request, (uint)request.PersonId) });
        Assert.Equal(Enumerable.Range(1, MonthCounts.MostAsked).Concat([1, 1, 1]).Select(count => (int?)count), await Task.WhenAll(asked));
        Assert.Equal(MonthCounts.MostAsked, State.Questions.Count);
    }

    [Fact]
    public async Task A_link_that_breaks_answers_nobody_at_once_and_offline_nobody_is_asked()
    {
        State.Count = _ => null;
        await using var kiosk = await StartAsync();
        var asked = kiosk.Counts.AskAsync(1, TimeSpan.FromDays(1));
        await RealClock.UntilAsync(() => State.Questions.Count == 1, "the question");
        State.Refuse = Grpc.Core.StatusCode.Unavailable;
        State.Stop();
        Assert.Null(await asked.WaitAsync(RealClock.Patience, RealClock.Wall));
        await RealClock.UntilAsync(() => !kiosk.Link.IsLinked, "offline");
        Assert.Null(await kiosk.Counts.AskAsync(1, TimeSpan.FromDays(1)).WaitAsync(RealClock.Patience, RealClock.Wall));
    }

    [Fact]
    public async Task Whoever_stops_waiting_is_let_go_and_the_next_asks_anew()
    {
        State.Count = _ => null;
        await using var kiosk = await StartAsync();
        using var gone = new CancellationTokenSource();
        var asked = kiosk.Counts.AskAsync(1, TimeSpan.FromDays(1), gone.Token);
        await RealClock.UntilAsync(() => State.Questions.Count == 1, "the question");
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        State.Count = request => Answer(request, 5);
        Assert.Equal(5, await AskAsync(kiosk, 1));
    }

    private static Task<int?> AskAsync(KioskRig kiosk, ulong person) => kiosk.Counts.AskAsync(person, RealClock.Patience);

    private async Task<KioskRig> StartAsync()
    {
        var kiosk = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => kiosk.Agent.Gate.MonthCount && kiosk.Link.IsLinked, "the policy");
        return kiosk;
    }

    private void Policy(Action<Protos.V1.Configuration> change)
    {
        var configuration = new Protos.V1.Configuration { Version = 5, AgencyName = "B", KioskName = "K", TimeZone = "Asia/Ho_Chi_Minh" };
        configuration.BadgeKeys.Add(new BadgeHashKey { KeyId = 1, Key = ByteString.CopyFrom(new byte[32]) });
        change(configuration);
        State.AfterWelcome.Clear();
        State.AfterWelcome.Add(new ServerMessage { Configuration = configuration });
    }

    private static MonthCount Answer(MonthCountRequest request, uint times) => new() { RequestId = request.RequestId, PersonId = request.PersonId, LateTimes = times };
}
