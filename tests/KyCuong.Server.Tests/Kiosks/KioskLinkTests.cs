using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using KyCuong.Protos;
using KyCuong.Protos.V1;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Serve;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;
using Xunit.Abstractions;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>A kiosk's stream over real TLS into a real store.</summary>
public sealed class KioskLinkTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly UInt128 Badge = 12345;
    private RunningServer _server = null!;
    private TestKiosk _kiosk = null!;

    public async Task InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _kiosk = await _server.EnrolAsync();
    }

    public async Task DisposeAsync()
    {
        _kiosk.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_batch_is_acknowledged_once_its_taps_are_in_the_store()
    {
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        await stream.Up.WriteAsync(new KioskMessage { Journal = _kiosk.Batch(1, 100) });
        Assert.Equal(100ul, await stream.AckAsync(100));
        Assert.Equal(100, await _server.ReadAsync(db => db.Taps.CountAsync()));
    }

    [Fact]
    public async Task Batches_are_taken_without_waiting_for_the_one_before_and_acknowledged_in_order()
    {
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        Digest previous = default;
        const int batches = 40;
        for (var i = 0; i < batches; i++)
        {
            var batch = _kiosk.Batch(1 + (ulong)(i * 50), 50, previous);
            previous = TestKiosk.LastHash(batch);
            await stream.Up.WriteAsync(new KioskMessage { Journal = batch });
        }

        var acknowledged = 0ul;
        while (acknowledged < batches * 50)
        {
            var next = await stream.AckAsync(0);
            Assert.True(next > acknowledged, $"{next} after {acknowledged}");
            acknowledged = next;
        }

        Assert.Equal(batches * 50, await _server.ReadAsync(db => db.Taps.CountAsync()));
    }

    [Fact]
    public async Task Welcome_names_the_high_water_mark_and_its_hash()
    {
        var batch = _kiosk.Batch(1, 7);
        using (var first = await _kiosk.ConnectAsync())
        {
            await first.WelcomeAsync();
            await first.Up.WriteAsync(new KioskMessage { Journal = batch });
            await first.AckAsync(7);
        }

        using var second = await _kiosk.ConnectAsync();
        var welcome = await second.WelcomeAsync();
        Assert.Equal(7ul, welcome.HighWater);
        Assert.Equal(TestKiosk.LastHash(batch).ToArray(), welcome.HighWaterHash.ToByteArray());
    }

    [Fact]
    public async Task Welcome_names_the_earlier_journals_of_which_the_store_does_not_hold_all_that_was_acknowledged()
    {
        using (var first = await _kiosk.ConnectAsync())
        {
            await first.WelcomeAsync();
            await first.Up.WriteAsync(new KioskMessage { Journal = _kiosk.Batch(1, 7) });
            await first.AckAsync(7);
        }

        var held = ByteString.CopyFrom(Bytes128.ToArray(_kiosk.Journal.Epoch));
        var unknown = ByteString.CopyFrom(Bytes128.ToArray(4242));
        using var stranger = await _server.EnrolAsync("SAU");
        foreach (var (kiosk, last, missing) in new[] { (_kiosk, 7ul, new[] { unknown }), (_kiosk, 6ul, [unknown]), (_kiosk, 8ul, [held, unknown]), (stranger, 7ul, [held, unknown]) })
        {
            using var stream = await kiosk.ConnectAsync(hello =>
            {
                hello.Epoch = ByteString.CopyFrom(Bytes128.ToArray(99));
                hello.SentJournals.Add(new SentJournal { Epoch = held, LastSequence = last });
                hello.SentJournals.Add(new SentJournal { Epoch = unknown, LastSequence = 1 });
            });
            Assert.Equal(missing, (await stream.WelcomeAsync()).MissingEpochs);
        }

        // Asking made no journal of it.
        Assert.False(await _server.ReadAsync(db => db.Journals.AnyAsync(j => j.Epoch == Bytes128.ToArray(4242))));
    }

    [Theory]
    [InlineData(15, 1ul, 1)]
    [InlineData(16, 0ul, 1)]
    [InlineData(16, ulong.MaxValue, 1)]
    [InlineData(16, 1ul, ContractLimits.SentJournals + 1)]
    public async Task Earlier_journals_out_of_contract_end_the_stream_and_it_is_said_why(int bytes, ulong last, int count)
    {
        using var stream = await _kiosk.ConnectAsync(hello =>
            hello.SentJournals.AddRange(Enumerable.Range(0, count).Select(_ => new SentJournal { Epoch = ByteString.CopyFrom(new byte[bytes]), LastSequence = last })));
        AssertOutOfContract("sent_journals", await stream.EndAsync());
    }

    [Fact]
    public async Task Entries_sent_again_are_acknowledged_again_and_stored_once()
    {
        var batch = _kiosk.Batch(1, 10);
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        await stream.Up.WriteAsync(new KioskMessage { Journal = batch });
        await stream.AckAsync(10);
        await stream.Up.WriteAsync(new KioskMessage { Journal = batch });
        Assert.Equal(10ul, await stream.AckAsync(10));
        Assert.Equal(10, await _server.ReadAsync(db => db.Taps.CountAsync()));
        Assert.Equal(0, await _server.ReadAsync(db => db.JournalConflicts.CountAsync()));
    }

    [Fact]
    public async Task A_fork_is_acknowledged_kept_apart_and_quarantines_the_kiosk()
    {
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        await stream.Up.WriteAsync(new KioskMessage { Journal = _kiosk.Batch(1, 3) });
        await stream.AckAsync(3);
        await stream.Up.WriteAsync(new KioskMessage { Journal = _kiosk.Batch(1, 3, badge: Badge) });
        await stream.AckAsync(3);
        Assert.Equal(3, await _server.ReadAsync(db => db.Taps.CountAsync()));
        Assert.Equal(3, await _server.ReadAsync(db => db.JournalConflicts.CountAsync()));
        using var next = await _kiosk.ConnectAsync();
        Assert.True((await next.WelcomeAsync()).Quarantined);
    }

    [Fact]
    public async Task A_newer_stream_of_a_kiosk_ends_the_older_with_ABORTED()
    {
        using var older = await _kiosk.ConnectAsync();
        await older.WelcomeAsync();
        using var newer = await _kiosk.ConnectAsync();
        await newer.WelcomeAsync();
        Assert.Equal(StatusCode.Aborted, (await older.EndAsync()).StatusCode);
        await newer.Up.WriteAsync(new KioskMessage { Journal = _kiosk.Batch(1, 1) });
        await newer.AckAsync(1);
    }

    [Fact]
    public async Task A_kiosk_that_ends_its_stream_hears_of_everything_it_sent()
    {
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        await stream.Up.WriteAsync(new KioskMessage { Journal = _kiosk.Batch(1, 500) });
        await stream.Up.CompleteAsync();
        await stream.AckAsync(500);
        Assert.Equal(StatusCode.OK, (await stream.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task A_clock_probe_is_answered_with_both_instants_of_the_servers_clock()
    {
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        var before = UnixTime.ToUs(_server.Clock.GetUtcNow());
        await stream.Up.WriteAsync(new KioskMessage { ClockProbe = new ClockProbe { ProbeId = 9, SentBootTimeUs = 123 } });
        var reply = (await stream.NextAsync(ServerMessage.MessageOneofCase.ClockReply)).ClockReply;
        Assert.Equal((9ul, 123L), (reply.ProbeId, reply.SentBootTimeUs));
        Assert.InRange(reply.ReceivedUs, before, reply.RepliedUs);
        Assert.InRange(reply.RepliedUs, reply.ReceivedUs, UnixTime.ToUs(_server.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task The_roster_and_the_settings_come_after_Hello_and_only_when_they_are_newer()
    {
        await _server.AddPersonAsync("NV001", "Nguyễn Văn An", Bytes128.ToArray(Badge));
        ulong roster, configuration;
        using (var first = await _kiosk.ConnectAsync())
        {
            var settings = (await first.NextAsync(ServerMessage.MessageOneofCase.Configuration)).Configuration;
            Assert.Equal(("CONG-CHINH", "Asia/Ho_Chi_Minh"), (settings.KioskName, settings.TimeZone));
            Assert.Equal(_kiosk.Reply!.BadgeKeys, settings.BadgeKeys);
            var chunks = await first.RosterAsync();
            var person = Assert.Single(chunks.SelectMany(c => c.People));
            Assert.Equal(("NV001", "Nguyễn Văn An", "Phòng NV001"), (person.StaffCode, person.FullName, person.UnitName));
            var badge = Assert.Single(chunks.SelectMany(c => c.Badges));
            Assert.Equal((person.PersonId, BadgeState.Active, 0L), (badge.PersonId, badge.State, badge.ValidToUs));
            Assert.Equal(Bytes128.ToArray(Badge), Assert.Single(badge.Hashes).Hash.ToByteArray());
            (roster, configuration) = (chunks[0].Version, settings.Version);
        }

        using var second = await _kiosk.ConnectAsync(hello => (hello.RosterVersion, hello.ConfigurationVersion) = (roster, configuration));
        await second.WelcomeAsync();
        await second.Up.CompleteAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => second.NextAsync(ServerMessage.MessageOneofCase.None, m =>
            m.MessageCase is ServerMessage.MessageOneofCase.Roster or ServerMessage.MessageOneofCase.Configuration));
    }

    [Fact]
    public async Task A_change_of_the_agency_reaches_a_connected_kiosk()
    {
        using var stream = await _kiosk.ConnectAsync();
        var empty = await stream.RosterAsync();
        Assert.Empty(empty.SelectMany(c => c.People));
        await _server.AddPersonAsync("NV001", "Nguyễn Văn An", Bytes128.ToArray(Badge));
        var changed = await stream.RosterAsync();
        Assert.Single(changed.SelectMany(c => c.People));
        Assert.True(changed[0].Version > empty[0].Version);
    }

    [Fact]
    public async Task A_change_of_the_gates_policy_reaches_a_connected_kiosk()
    {
        using var stream = await _kiosk.ConnectAsync();
        var before = (await stream.NextAsync(ServerMessage.MessageOneofCase.Configuration)).Configuration;
        Assert.False(before.Discreet || before.Speak || before.MonthCount || before.DirectionButtons || before.StaffCodeEntry);
        foreach (var setting in Enum.GetValues<GateSetting>())
        {
            await _server.SetGateAsync(setting, true);
            var now = (await stream.NextAsync(ServerMessage.MessageOneofCase.Configuration)).Configuration;
            Assert.True(now.Version > before.Version);
            Assert.Equal(
                Enum.GetValues<GateSetting>().Select(one => one <= setting),
                [now.Discreet, now.Speak, now.MonthCount, now.DirectionButtons, now.StaffCodeEntry]);
            before = now;
        }
    }

    [Fact]
    public async Task Working_hours_come_with_the_settings_and_again_when_they_change()
    {
        using var stream = await _kiosk.ConnectAsync();
        Assert.Empty((await stream.NextAsync(ServerMessage.MessageOneofCase.Configuration)).Configuration.Hours);
        await AssignAsync("HC", """{ "days": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], "holidays": "worked", "sessions": [{ "start": "07:30", "end": "11:30" }, { "start": "13:30", "end": "17:00" }] }""", null);
        var hours = (await stream.NextAsync(ServerMessage.MessageOneofCase.Configuration)).Configuration.Hours;
        var today = DateOnly.FromDateTime(_server.Clock.GetUtcNow().ToOffset(TimeSpan.FromHours(7)).DateTime);
        var first = HoursWindow.First((long)_kiosk.Id, today);
        Assert.Equal(Enumerable.Range(0, HoursWindow.Days).Select(i => uint.Parse($"{first.AddDays(i):yyyyMMdd}", System.Globalization.CultureInfo.InvariantCulture)), hours.Select(day => day.Date));
        Assert.All(hours, day => Assert.Equal([(450u, 690u), (810u, 1020u)], day.Sessions.Select(session => (session.StartMinute, session.EndMinute))));

        // A change that leaves the hours as they are sends nothing; from then on a unit has its own.
        await _server.AddPersonAsync("NV001", "Nguyễn Văn An", Bytes128.ToArray(Badge));
        await AssignAsync("TOI", """{ "days": ["Mon"], "sessions": [{ "start": "22:00", "end": "06:00" }] }""", "U-NV001");
        await _server.WriteAsync(db =>
        {
            db.Kiosks.Single().UnitId = db.Units.Single().UnitId;
            db.Agencies.Single().RosterVersion++;
        });
        var ofUnit = (await stream.NextAsync(ServerMessage.MessageOneofCase.Configuration)).Configuration.Hours;
        Assert.Equal(HoursWindow.Days, ofUnit.Count);
        Assert.Equal([(1320u, 1800u)], ofUnit.SelectMany(day => day.Sessions).Select(session => (session.StartMinute, session.EndMinute)).Distinct());
        Assert.All(ofUnit.Where(day => day.Sessions.Count > 0), day => Assert.Equal(DayOfWeek.Monday, DateOnly.ParseExact($"{day.Date}", "yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture).DayOfWeek));
    }

    [Fact]
    public async Task A_window_of_hours_that_moved_is_sent_again_to_whoever_has_the_one_before()
    {
        await AssignAsync("HC", """{ "sessions": [{ "start": "07:30", "end": "17:00" }] }""", null);
        Configuration before;
        using (var first = await _kiosk.ConnectAsync())
            before = (await first.NextAsync(ServerMessage.MessageOneofCase.Configuration)).Configuration;
        _server.Clock.Shift = TimeSpan.FromDays(7);
        using var second = await _kiosk.ConnectAsync(hello => hello.ConfigurationVersion = before.Version);
        var after = (await second.NextAsync(ServerMessage.MessageOneofCase.Configuration)).Configuration;
        Assert.True(after.Version > before.Version);
        Assert.Equal(before.Hours.Skip(7), after.Hours.Take(HoursWindow.Days - 7));
    }

    [Fact]
    public void Each_window_of_hours_has_today_and_the_days_ahead_and_a_seventh_of_them_moves_a_day()
    {
        var today = new DateOnly(2026, 11, 20);
        for (var day = 0; day < 15; day++)
        {
            var date = today.AddDays(day);
            var windows = Enumerable.Range(1, 700).Select(kiosk => (Now: HoursWindow.First(kiosk, date), Before: HoursWindow.First(kiosk, date.AddDays(-1)))).ToList();
            Assert.All(windows, window => Assert.True(window.Now <= date && date.AddDays(HoursWindow.DaysAhead) <= window.Now.AddDays(HoursWindow.Days)));
            Assert.Equal(100, windows.Count(window => window.Now != window.Before));
        }
    }

    private Task AssignAsync(string code, string definition, string? unit) => _server.WriteAsync(db =>
    {
        db.Schedules.Add(new ScheduleRow { AgencyId = _server.AgencyId, Code = code, Name = code, FromDate = new DateOnly(2026, 1, 1), Definition = definition });
        db.Assignments.Add(new AssignmentRow { AgencyId = _server.AgencyId, ScheduleCode = code, Mode = "replace", UnitId = unit is null ? null : db.Units.Single(row => row.Code == unit).UnitId });
        db.Agencies.Single(a => a.AgencyId == _server.AgencyId).RosterVersion++;
    });

    [Fact]
    public async Task Revoking_a_kiosk_closes_its_stream()
    {
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        var begun = Stopwatch.GetTimestamp();
        await new KioskAdministration(_server.Store, _server.Clock).EndAsync(RunningServer.Agency, "CONG-CHINH", KioskState.Revoked, CancellationToken.None);
        var end = (await stream.EndAsync()).StatusCode;
        QuietMachine.Judge(output, "revoked, the stream was closed after", Stopwatch.GetElapsedTime(begun), KioskBounds.RevocationLimit);
        Assert.Equal(StatusCode.PermissionDenied, end);
        using var again = await _kiosk.ConnectAsync();
        Assert.Equal(StatusCode.PermissionDenied, (await again.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task Stopping_the_server_ends_streams_with_UNAVAILABLE_and_keeps_what_was_acknowledged()
    {
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        await stream.Up.WriteAsync(new KioskMessage { Journal = _kiosk.Batch(1, 20) });
        await stream.AckAsync(20);
        var stopping = _server.Host.StopAsync();
        Assert.Equal(StatusCode.Unavailable, (await stream.EndAsync()).StatusCode);
        await stopping;
        Assert.Equal(20, await _server.ReadAsync(db => db.Taps.CountAsync()));
    }

    [Fact]
    public async Task A_heartbeat_says_how_far_the_kiosk_is_known()
    {
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        var batch = _kiosk.Batch(1, 5);
        await stream.Up.WriteAsync(new KioskMessage { Journal = batch });
        var stamp = batch.Entries[^1].Stamp;
        await stream.Up.WriteAsync(new KioskMessage { Heartbeat = new Heartbeat { Epoch = batch.Epoch, Sequence = 5, Stamp = stamp } });
        await stream.AckAsync(5);
        await stream.Up.CompleteAsync();
        await stream.EndAsync();
        await _server.Host.Ingest.SaveKnownAsync(CancellationToken.None);
        var known = (await _server.ReadAsync(db => db.Kiosks.SingleAsync())).KnownUntilUs;
        Assert.Equal(stamp.BootTimeUs + stamp.Estimate.ServerMinusBootUs - (long)stamp.Estimate.UncertaintyUs, known);
    }

    [Fact]
    public async Task Health_is_shown_while_the_server_runs()
    {
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        await stream.Up.WriteAsync(new KioskMessage { Health = new Health { UnsentEntries = 42 } });
        await stream.Up.WriteAsync(new KioskMessage { Journal = _kiosk.Batch(1, 1) });
        await stream.AckAsync(1);
        var (_, kiosks) = await new KioskAdministration(_server.Store, _server.Clock).ListAsync(null, _server.Host.Kiosks, CancellationToken.None);
        var item = Assert.Single(kiosks);
        Assert.Equal((true, 42ul, "enrolled"), (item.Connected, item.Unsent, item.State));
        Assert.NotNull(item.CertificateEndUs);
    }

    public static TheoryData<string, KioskMessage> OutOfContractMessages() => new()
    {
        { "hello", new KioskMessage { Hello = new Hello() } },
        { "kind", new KioskMessage() },
        { "captured_badge", new KioskMessage { CapturedBadge = new CapturedBadge() } },
        { "epoch", new KioskMessage { Journal = new JournalBatch() } },
        { "epoch", new KioskMessage { Heartbeat = new Heartbeat { Epoch = ByteString.CopyFrom(new byte[16]) } } },
        { "epoch", new KioskMessage { LostEntries = new LostEntries { FirstSequence = 1, LastSequence = 1 } } },
        { "reader", new KioskMessage { Health = new Health { Readers = { new ReaderHealth { Reader = "R 1" } } } } },
    };

    [Theory]
    [MemberData(nameof(OutOfContractMessages))]
    public async Task A_message_out_of_contract_ends_the_stream_and_says_why(string word, KioskMessage message) =>
        AssertOutOfContract(word, await EndAfterAsync(message));

    [Theory]
    [InlineData("previous_hash")]
    [InlineData("entries")]
    [InlineData("sequence")]
    [InlineData("hash")]
    [InlineData("reader")]
    [InlineData("stamp")]
    public async Task A_batch_out_of_contract_ends_the_stream_and_stores_nothing(string field)
    {
        var batch = _kiosk.Batch(1, 3);
        switch (field)
        {
            case "previous_hash": batch.PreviousHash = ByteString.Empty; break;
            case "entries": batch = _kiosk.Batch(1, ContractLimits.BatchEntries + 1); break;
            case "sequence": batch.Entries.RemoveAt(1); break;
            case "hash": batch.Entries[1].Tap.RawLength++; break;
            case "reader": batch.Entries[1].Tap.Reader = "R 1"; break;
            default: batch.Entries[1].Stamp = null; break;
        }

        AssertOutOfContract(field, await EndAfterAsync(new KioskMessage { Journal = batch }));
        Assert.Equal(0, await _server.ReadAsync(db => db.Taps.CountAsync()));
    }

    [Fact]
    public async Task A_stream_that_does_not_begin_with_Hello_is_ended()
    {
        using var call = new KioskLink.KioskLinkClient(_kiosk.Channel()).Connect(deadline: TestKiosk.Deadline);
        await call.RequestStream.WriteAsync(new KioskMessage { Health = new Health() });
        AssertOutOfContract("hello", await new TestStream(call).EndAsync());
    }

    [Fact]
    public async Task A_kiosk_of_another_contract_version_is_told_so()
    {
        using var stream = await _kiosk.ConnectAsync(hello => hello.ContractVersion = 2);
        var end = await stream.EndAsync();
        Assert.Equal(StatusCode.FailedPrecondition, end.StatusCode);
        Assert.Contains("contract_version", end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_over_the_contracts_size_ends_the_stream()
    {
        var end = await EndAfterAsync(new KioskMessage { Journal = new JournalBatch { PreviousHash = ByteString.CopyFrom(new byte[ContractLimits.MessageBytes]) } });
        Assert.Equal(StatusCode.ResourceExhausted, end.StatusCode);
    }

    private async Task<Status> EndAfterAsync(KioskMessage message)
    {
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        try
        {
            await stream.Up.WriteAsync(message);
        }
        catch (RpcException)
        {
            // The server ended the stream before all of it was written; the status is read below.
        }

        return await stream.EndAsync();
    }

    private static void AssertOutOfContract(string word, Status end)
    {
        Assert.Equal(StatusCode.InvalidArgument, end.StatusCode);
        Assert.Contains(word, end.Detail, StringComparison.Ordinal);
    }
}
