using Google.Protobuf;
using KyCuong.Kiosk.Agent;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Taps;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Taps;

public sealed class PipelineTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private FakeServer _server = null!;

    private DataDirectory Directory => DataDirectory.Open(_folder.Path);

    public async Task InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        await KioskRig.EnrolAsync(_server, Directory);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    private EpochState Entries => _server.State.Epochs.Count == 0 ? new EpochState() : _server.State.Journal(Assert.Single(_server.State.Epochs));

    /// <summary>The hash of a tag under the key the fake server gives, 32 zero bytes.</summary>
    private static BadgeKey KeyOf(uint number) =>
        new BadgeHasher(1, new byte[32]).Hash(BadgeIdentity.TryCreate(CredentialLevel.Em, unchecked([0x0F, (byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]))!);

    private void GiveRoster(params (uint Number, string Name, BadgeState State)[] badges)
    {
        var chunk = new RosterChunk { Version = 1, Complete = true };
        foreach (var ((number, name, state), i) in badges.Select((badge, i) => (badge, (ulong)i + 1)))
        {
            chunk.People.Add(new RosterPerson { PersonId = i, FullName = name, UnitName = "VP" });
            chunk.Badges.Add(new RosterBadge { BadgeId = i, PersonId = i, State = state, Hashes = { BadgeWire.ToMessage(KeyOf(number)) } });
        }

        _server.State.AfterWelcome.Add(new ServerMessage { Roster = chunk });
    }

    [Fact]
    public async Task A_frame_on_the_line_becomes_a_committed_tap_and_then_a_verdict()
    {
        using var reader = new TcpReader();
        GiveRoster((7, "Nguyễn Văn A", BadgeState.Active));
        await using var kiosk = KioskRig.Start(Directory, KioskRig.Options(reader.Settings()));
        await reader.ConnectedAsync();
        await RealClock.UntilAsync(() => kiosk.Roster.Version == 1, "the roster");
        var before = RealClock.Boot.BootTimeUs;
        reader.Send(TcpReader.Frame(7));
        await RealClock.UntilAsync(() => !kiosk.Feedback.Verdicts.IsEmpty && Entries.Taps.Count == 1, "the tap");
        var after = RealClock.Boot.BootTimeUs;

        var tap = Entries.Taps[0];
        Assert.Equal(("r1", Technology.Em4100, Direction.In, DirectionSource.Reader), (tap.Tap.Reader, tap.Tap.Technology, tap.Tap.Direction, tap.Tap.DirectionSource));
        Assert.Equal(BadgeWire.ToMessage(KeyOf(7)), tap.Tap.Badge[0]);
        Assert.Equal(5, tap.Tap.Badge.Count);
        Assert.InRange(tap.Stamp.BootTimeUs, before, after);
        var verdict = Assert.Single(kiosk.Feedback.Verdicts);
        Assert.Equal((VerdictKind.Accepted, "Nguyễn Văn A", "VP"), (verdict.Kind, verdict.Name, verdict.Unit));
        Assert.Contains($"@tap seq={tap.Sequence}\n", kiosk.Output.ToString(), StringComparison.Ordinal);
    }

    /// <summary>What a reader types of tag 04184EDCBA or UID 529D06E3, and the levels that must stand in the journal.</summary>
    public static TheoryData<string, string, Technology, string[]> TypedCards => new()
    {
        { "10h", "04184EDCBA", Technology.Em4100, ["Em 04184EDCBA", "Em32 184EDCBA", "Em24 4EDCBA", "EmA 04DCBA", "EmB 18DCBA"] },
        { "15d", "000137849092957", Technology.Em4100, ["Em 04184EDCBA", "Em32 184EDCBA", "Em24 4EDCBA", "EmA 04DCBA", "EmB 18DCBA"] },
        { "8h10d", "0407821498", Technology.Em4100, ["Em32 184EDCBA", "Em24 4EDCBA", "EmB 18DCBA"] },
        { "5+5", "06222,56506", Technology.Em4100, ["Em32 184EDCBA", "Em24 4EDCBA", "EmB 18DCBA"] },
        { "6h8d", "05168314", Technology.Em4100, ["Em24 4EDCBA"] },
        { "3.5a", "004,56506", Technology.Em4100, ["EmA 04DCBA"] },
        { "3.5b", "024,56506", Technology.Em4100, ["EmB 18DCBA"] },
        { "uid-dec-reversed", "3808861522", Technology.Iso14443A, ["A 529D06E3"] },
    };

    [Theory]
    [MemberData(nameof(TypedCards))]
    public async Task A_number_typed_by_a_reader_is_journalled_with_every_level_it_keeps_and_no_other(string format, string text, Technology technology, string[] levels)
    {
        using var keyboard = new PtyPair();
        await using var kiosk = KioskRig.Start(Directory, KioskRig.Options(Keyboard(keyboard, format)));
        await KeyboardReadyAsync(kiosk);
        keyboard.Send(KeyRecords.Type(text));
        await RealClock.UntilAsync(() => Entries.Taps.Count == 1, "the tap");
        var tap = Entries.Taps[0].Tap;
        var hasher = new BadgeHasher(1, new byte[32]);
        Assert.Equal(
            levels.Select(level => level.Split(' ')).Select(level => BadgeWire.ToMessage(hasher.Hash(BadgeIdentity.TryCreate(Enum.Parse<CredentialLevel>(level[0]), Convert.FromHexString(level[1]))!))),
            tap.Badge);
        Assert.Equal((technology, (uint)text.Length, Direction.Out), (tap.Technology, tap.RawLength, tap.Direction));
    }

    [Fact]
    public async Task A_person_typing_on_a_reader_is_journalled_as_that_and_a_card_that_names_nobody_too()
    {
        using var keyboard = new PtyPair();
        await using var kiosk = KioskRig.Start(Directory, KioskRig.Options(Keyboard(keyboard, "uid-dec")));
        await KeyboardReadyAsync(kiosk);
        keyboard.Send(KeyRecords.Type("1386022627", keyUs: 100_000));
        keyboard.Send(KeyRecords.Type("1002701960", 2_000_000_000));
        await RealClock.UntilAsync(() => Entries.Entries.Count(entry => entry.RefusedRead is not null) == 2, "two refusals");
        Assert.Equal([RefusalReason.TypedByHand, RefusalReason.DefaultIdentity], Entries.Entries.Where(entry => entry.RefusedRead is not null).Select(entry => entry.RefusedRead.Reason));
        Assert.Empty(Entries.Taps);
    }

    [Fact]
    public async Task Everybody_whose_card_is_refused_is_told_though_only_the_first_of_a_minute_are_kept_singly_and_the_count_of_the_rest_is_told_to_nobody()
    {
        using var keyboard = new PtyPair();
        var kiosk = KioskRig.Start(Directory, KioskRig.Options(Keyboard(keyboard, "uid-dec")));
        await KeyboardReadyAsync(kiosk);
        var before = kiosk.Feedback.Verdicts.Count;
        for (var i = 1; i <= 8; i++)
        {
            var told = before + i;
            keyboard.Send(KeyRecords.Type("1002701960", i * 2_000_000_000L));
            await RealClock.UntilAsync(() => kiosk.Feedback.Verdicts.Count == told, $"verdict {i}");
            await Task.Delay(TimeSpan.FromMilliseconds(600), RealClock.Wall);
        }

        await kiosk.DisposeAsync();
        Assert.Equal(before + 8, kiosk.Feedback.Verdicts.Count(verdict => verdict.Kind == VerdictKind.Refused));
        var kept = Entries.Entries.Where(entry => entry.RefusedRead is not null).Select(entry => entry.RefusedRead.Count).ToList();
        Assert.Equal([1, 1, 1, 1, 1, 1, 2], kept.Select(count => (int)count));
    }

    [Fact]
    public async Task Card_that_a_truncating_reader_cannot_tell_from_another_is_kept_and_status_says_why()
    {
        using var keyboard = new PtyPair();
        var hasher = new BadgeHasher(1, new byte[32]);
        var chunk = new RosterChunk { Version = 1, Complete = true };
        foreach (var (tag, i) in (ReadOnlySpan<(string, ulong)>)[("04184EDCBA", 1), ("7777" + "4EDCBA", 2)])
        {
            chunk.People.Add(new RosterPerson { PersonId = i, StaffCode = $"NV00{i}", FullName = "Nguyễn Văn A", UnitName = "VP" });
            chunk.Badges.Add(new RosterBadge
            {
                BadgeId = i + 10, PersonId = i, State = BadgeState.Active,
                Hashes = { BadgeIdentity.TryCreate(CredentialLevel.Em, Convert.FromHexString(tag))!.Levels().Select(level => BadgeWire.ToMessage(hasher.Hash(level))) },
            });
        }

        _server.State.AfterWelcome.Add(new ServerMessage { Roster = chunk });
        await using var kiosk = KioskRig.Start(Directory, KioskRig.Options(Keyboard(keyboard, "6h8d")));
        await RealClock.UntilAsync(() => kiosk.Roster.Version == 1, "the roster");
        await KeyboardReadyAsync(kiosk);
        keyboard.Send(KeyRecords.Type("05168314"));
        await RealClock.UntilAsync(() => Entries.Taps.Count == 1 && !kiosk.Feedback.Verdicts.IsEmpty, "the tap");
        Assert.Equal(VerdictKind.AmbiguousBadge, Assert.Single(kiosk.Feedback.Verdicts).Kind);
        await RealClock.UntilAsync(() => Status().Contains("thẻ trùng", StringComparison.Ordinal), "the status");
        Assert.Contains("đầu đọc r1 không phân biệt được thẻ 11 (NV001), 12 (NV002) (mức Em24)", Status(), StringComparison.Ordinal);

        string Status() => File.Exists(Directory.Status) ? StatusReport.FromJson(File.ReadAllBytes(Directory.Status))?.ToText() ?? "" : "";
    }

    [Fact]
    public async Task Of_two_cards_the_known_badge_is_the_tap_and_the_officer_hears_nothing_of_the_other()
    {
        using var chip = new RunningModule<Pn532Chip>(new Pn532Chip());
        GiveRosterOf(CardA);
        await using var kiosk = KioskRig.Start(Directory, KioskRig.Options(Pn532(chip)));
        await RealClock.UntilAsync(() => kiosk.Roster.Version == 1 && kiosk.Output.ToString().Contains("@ready readers=1", StringComparison.Ordinal), "ready");
        chip.With(c => { c.Cards.AddRange([CardB, CardA]); return 0; });
        await RealClock.UntilAsync(() => Entries.Entries.Any(entry => entry.RefusedRead is not null), "the refusal");
        Assert.Equal([BadgeWire.ToMessage(HashOf(CardA))], Assert.Single(Entries.Taps).Tap.Badge);
        Assert.Equal([RefusalReason.TwoCards], Entries.Entries.Where(entry => entry.RefusedRead is not null).Select(entry => entry.RefusedRead.Reason));
        Assert.Equal([VerdictKind.Accepted], kiosk.Feedback.Verdicts.Select(verdict => verdict.Kind));
    }

    [Fact]
    public async Task Two_known_badges_together_are_no_tap_and_one_that_stays_is()
    {
        using var chip = new RunningModule<Pn532Chip>(new Pn532Chip());
        GiveRosterOf(CardA, CardB);
        await using var kiosk = KioskRig.Start(Directory, KioskRig.Options(Pn532(chip)));
        await RealClock.UntilAsync(() => kiosk.Roster.Version == 1 && kiosk.Output.ToString().Contains("@ready readers=1", StringComparison.Ordinal), "ready");
        chip.With(c => { c.Cards.AddRange([CardA, CardB]); return 0; });
        await RealClock.UntilAsync(() => !kiosk.Feedback.Verdicts.IsEmpty, "the refusal");
        Assert.Contains("Chỉ đưa một thẻ", VerdictText.Of(kiosk.Feedback.Verdicts.First(), TimeZoneInfo.Utc), StringComparison.Ordinal);
        chip.With(c => c.Cards.Remove(CardA));
        await RealClock.UntilAsync(() => Entries.Taps.Count == 1, "the tap");
        Assert.Equal([BadgeWire.ToMessage(HashOf(CardB))], Entries.Taps[0].Tap.Badge);
        await RealClock.UntilAsync(() => kiosk.Feedback.Verdicts.Count == 2, "the verdict");
        Assert.Equal([VerdictKind.TwoCards, VerdictKind.Accepted], kiosk.Feedback.Verdicts.Select(verdict => verdict.Kind));
    }

    /// <summary>What a scanner sends of a citizen card's code, as in the vectors of line-scanner (its layout: readers, section 10; the person is invented).</summary>
    public static TheoryData<string> CitizenCards =>
    [
        "079199001234|012345678|Trần Thị Bích Ngọc|30041999|Nữ|45/6 Đường số 8, Phường Linh Trung, Thủ Đức|22122022\r\n",
        "]Q1079199001234||Trần Thị Bích Ngọc|30041999|Nữ|45/6 Đường số 8, Phường Linh Trung, Thủ Đức|22122022|||Trần Văn A|Lê Thị B\r",
        "079199001234||Trần Thị Bích Ngọc|30041999|Nữ|45/6 Đường số 8, Phường Linh Trung, Thủ Đức|22122022",
    ];

    [Theory]
    [MemberData(nameof(CitizenCards))]
    public async Task Citizen_card_is_refused_with_its_own_sentence_and_nothing_of_it_is_in_any_file_or_line_of_the_log(string scan)
    {
        string[] secrets = ["079199001234", "012345678", "Bích", "Ngọc", "30041999", "Linh Trung", "22122022"];
        using var reader = new TcpReader();
        var settings = reader.Settings("qr-cong") with { Protocol = Readers.ReaderCatalog.Find("line-scanner")! };
        await using (var kiosk = KioskRig.Start(Directory, KioskRig.Options(settings)))
        {
            await reader.ConnectedAsync();
            reader.Send(System.Text.Encoding.UTF8.GetBytes(scan));
            await RealClock.UntilAsync(() => !kiosk.Feedback.Verdicts.IsEmpty && Entries.Entries.Any(entry => entry.RefusedRead is not null), "the refusal");
            var verdict = Assert.Single(kiosk.Feedback.Verdicts);
            Assert.Equal(VerdictKind.NationalId, verdict.Kind);
            Assert.Contains("Đây là mã căn cước, hãy dùng thẻ cơ quan", VerdictText.Of(verdict, TimeZoneInfo.Utc), StringComparison.Ordinal);
            Assert.All(secrets, secret => Assert.DoesNotContain(kiosk.Log.Lines.Append(kiosk.Output.ToString()), line => line.Contains(secret, StringComparison.Ordinal)));
        }

        // Not even its length is kept: it tells how long name and address are.
        var refused = Assert.Single(Entries.Entries, entry => entry.RefusedRead is not null).RefusedRead;
        Assert.Equal(("qr-cong", RefusalReason.NationalId, 0U, 1U), (refused.Reader, refused.Reason, refused.RawLength, refused.Count));
        Assert.Empty(Entries.Taps);
        Assert.All(secrets, secret => _folder.AssertNowhere(secret));
        Assert.All(secrets, secret => Assert.All(Entries.Entries, entry => Assert.True(entry.ToByteArray().AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(secret)) < 0)));
        // The search finds what is there: the refusal is in the journal, with its reader.
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => _folder.AssertNowhere("qr-cong"));
    }

    private static readonly ChipCard CardA = new([0x9E, 0xB3, 0x6E, 0x66]);
    private static readonly ChipCard CardB = new([0x04, 0x7B, 0xCB, 0x51, 0x96, 0x22, 0x80], 0x00, 0x0044);

    private static BadgeKey HashOf(ChipCard card) => new BadgeHasher(1, new byte[32]).Hash(BadgeIdentity.TryCreate(CredentialLevel.A, card.Uid)!);

    private void GiveRosterOf(params ChipCard[] cards)
    {
        var chunk = new RosterChunk { Version = 1, Complete = true };
        foreach (var (card, i) in cards.Select((card, i) => (card, (ulong)i + 1)))
        {
            chunk.People.Add(new RosterPerson { PersonId = i, FullName = "Nguyễn Văn A", UnitName = "VP" });
            chunk.Badges.Add(new RosterBadge { BadgeId = i, PersonId = i, State = BadgeState.Active, Hashes = { BadgeWire.ToMessage(HashOf(card)) } });
        }

        _server.State.AfterWelcome.Add(new ServerMessage { Roster = chunk });
    }

    private static ReaderSettings Pn532(RunningModule<Pn532Chip> chip) =>
        ReaderSettingsParser.TryParse(new ReaderText("r1", "tty:" + chip.Link, "pn532", "in", new Dictionary<string, string> { ["silence"] = "1s" }), out var settings, out _, out var problem)
            ? settings
            : throw new InvalidOperationException(problem);

    // A key within a silence of the opening may be the tail of a line begun before it, and is refused: this one is to be whole.
    private static async Task KeyboardReadyAsync(KioskRig kiosk)
    {
        await RealClock.UntilAsync(() => kiosk.Output.ToString().Contains("@ready readers=1", StringComparison.Ordinal), "ready");
        await Task.Delay(TimeSpan.FromMilliseconds(200), RealClock.Wall);
    }

    private static ReaderSettings Keyboard(PtyPair keyboard, string format) =>
        ReaderSettingsParser.TryParse(
            new ReaderText("r1", "evdev-stand-in:" + keyboard.Link, "keyboard", "out", new Dictionary<string, string> { ["format"] = format }), out var settings, out _, out var problem)
            ? settings
            : throw new InvalidOperationException(problem);

    [Fact]
    public async Task Who_is_late_for_certain_is_told_so_and_a_restart_without_the_server_forgets_nothing()
    {
        using var reader = new TcpReader();
        GiveRoster((7, "Nguyễn Văn A", BadgeState.Active), (8, "Trần Thị B", BadgeState.Active));
        var now = (RealClock.Wall.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        const long minute = 60_000_000;
        foreach (var person in _server.State.AfterWelcome[^1].Roster.People)
            person.Segments.Add(new RosterSegment
            {
                FromUs = now - (120 * minute), ToUs = now + (60 * minute), ShiftFromUs = now - (120 * minute), Direction = Direction.In,
                LimitUs = now - (20 * minute), BaseUs = now - (21 * minute) - (minute / 2),
            });
        _server.State.AfterWelcome.Add(new ServerMessage { Presence = new PresenceUpdate() });
        long tappedUs;
        await using (var kiosk = KioskRig.Start(Directory, KioskRig.Options(reader.Settings())))
        {
            await reader.ConnectedAsync();
            await RealClock.UntilAsync(() => kiosk.Roster.Version == 1 && kiosk.Gates.Others.KnownUntilUs is not null, "the roster and the gates");
            await RealClock.UntilAsync(() => kiosk.Stamper.Now().Estimate is not null, "the server's time");
            reader.Send(TcpReader.Frame(7));
            await RealClock.UntilAsync(() => !kiosk.Feedback.Verdicts.IsEmpty, "the verdict");
            var verdict = Assert.Single(kiosk.Feedback.Verdicts);
            Assert.Equal((VerdictKind.Late, 21), (verdict.Kind, verdict.LateMinutes));
            tappedUs = verdict.AtUs;
        }

        _server.State.Refuse = Grpc.Core.StatusCode.Unavailable;
        using var again = new TcpReader();
        await using var offline = KioskRig.Start(Directory, KioskRig.Options(again.Settings()));
        await again.ConnectedAsync();
        again.Send(TcpReader.Frame(7));
        await RealClock.UntilAsync(() => !offline.Feedback.Verdicts.IsEmpty, "the verdict");
        var repeat = Assert.Single(offline.Feedback.Verdicts);
        Assert.Equal((VerdictKind.Repeat, tappedUs), (repeat.Kind, repeat.EarlierUs));
        // Nobody knows the time for certain before the clock has met the server in this run: then nothing is said of lateness.
        again.Send(TcpReader.Frame(8));
        await RealClock.UntilAsync(() => offline.Feedback.Verdicts.Count == 2, "the second verdict");
        Assert.Equal(VerdictKind.Accepted, offline.Feedback.Verdicts.Last().Kind);
    }

    [Fact]
    public async Task Unknown_and_lost_badges_are_journalled_and_never_block_the_reader()
    {
        using var reader = new TcpReader();
        GiveRoster((7, "A", BadgeState.Active), (8, "B", BadgeState.Lost));
        await using var kiosk = KioskRig.Start(Directory, KioskRig.Options(reader.Settings()));
        await reader.ConnectedAsync();
        await RealClock.UntilAsync(() => kiosk.Roster.Version == 1, "the roster");
        foreach (var number in (ReadOnlySpan<uint>)[99, 8, 7]) reader.Send(TcpReader.Frame(number));
        await RealClock.UntilAsync(() => kiosk.Feedback.Verdicts.Count == 3 && Entries.Taps.Count == 3, "three taps");
        Assert.Equal([VerdictKind.UnknownBadge, VerdictKind.LostBadge, VerdictKind.Accepted], kiosk.Feedback.Verdicts.Select(verdict => verdict.Kind));
    }

    [Fact]
    public async Task Noise_gives_no_tap_and_a_bounded_number_of_refusals()
    {
        using var reader = new TcpReader();
        await using var kiosk = KioskRig.Start(Directory, KioskRig.Options(reader.Settings()));
        await reader.ConnectedAsync();
        var noise = new byte[200_000];
        new Random(1).NextBytes(noise);
        // A start mark is rare in noise; these frames are whole and wrong.
        for (var i = 0; i < noise.Length; i += 100) noise[i] = 2;
        reader.Send(noise);
        reader.Send(TcpReader.Frame(7));
        reader.Send(TcpReader.Frame(7));
        await RealClock.UntilAsync(() => Entries.Taps.Count == 1, "the badge after the noise");
        await kiosk.AllAckedAsync();
        Assert.InRange(Entries.Entries.Count(entry => entry.RefusedRead is not null), 1, 50);
    }

    [Fact]
    public async Task A_reader_that_goes_away_and_comes_back_is_journalled_as_fault_and_recovery()
    {
        var reader = new TcpReader();
        var settings = reader.Settings();
        var port = reader.Port;
        await using var kiosk = KioskRig.Start(Directory, KioskRig.Options(settings));
        await RealClock.UntilAsync(() => kiosk.Output.ToString().Contains("@ready readers=1", StringComparison.Ordinal), "ready");
        reader.Dispose();
        await RealClock.UntilAsync(() => Entries.Entries.Any(entry => entry.ReaderFault is not null), "the fault");
        using var again = new TcpReader(port);
        await RealClock.UntilAsync(() => Entries.Entries.Any(entry => entry.ReaderRecovery is not null), "the recovery");
        Assert.Contains(kiosk.Feedback.Verdicts, verdict => verdict.Kind == VerdictKind.ReaderFault);
        Assert.Contains(kiosk.Feedback.Verdicts, verdict => verdict.Kind == VerdictKind.ReaderRecovered);
    }

    [Fact]
    public async Task Stopping_keeps_every_tap_that_came_in_and_ends_the_journal_with_a_stop()
    {
        using var reader = new TcpReader();
        await using var kiosk = KioskRig.Start(Directory, KioskRig.Options(reader.Settings()));
        await RealClock.UntilAsync(() => kiosk.Link.IsLinked, "linked");
        await reader.ConnectedAsync();
        for (uint i = 1; i <= 300; i++) reader.Send(TcpReader.Frame(i));
        await RealClock.UntilAsync(() => kiosk.Feedback.Verdicts.Count == 300, "three hundred verdicts");
        await kiosk.StopAsync();
        Assert.Equal(300, Entries.Taps.Count);
        Assert.NotNull(Entries.Entries[^1].Stop);
        Assert.Equal(0UL, kiosk.Journal.Unsent);
    }

    [Fact]
    public async Task Readers_given_by_the_server_replace_those_of_the_file()
    {
        using var own = new TcpReader();
        using var given = new TcpReader();
        var configuration = new Protos.V1.Configuration { Version = 2, TimeZone = "Asia/Ho_Chi_Minh" };
        configuration.BadgeKeys.Add(new BadgeHashKey { KeyId = 1, Key = ByteString.CopyFrom(new byte[32]) });
        configuration.Readers.Add(new ReaderConfiguration { Id = "moi", Port = $"tcp://127.0.0.1:{given.Port}", Protocol = "rdm6300", Direction = Direction.Out });
        _server.State.AfterWelcome.Add(new ServerMessage { Configuration = configuration });
        await using var kiosk = KioskRig.Start(Directory, KioskRig.Options(own.Settings()));
        await given.ConnectedAsync();
        given.Send(TcpReader.Frame(7));
        await RealClock.UntilAsync(() => Entries.Taps.Count == 1, "a tap at the new reader");
        Assert.Equal(("moi", Direction.Out), (Entries.Taps[0].Tap.Reader, Entries.Taps[0].Tap.Direction));
        Assert.Equal("moi", Assert.Single(kiosk.Agent.Readers).Id);
    }

    [Fact]
    public async Task A_console_that_hangs_holds_up_nobody()
    {
        using var writer = new HangingWriter();
        var feedback = new ConsoleFeedback(writer, TimeZoneInfo.Utc, () => false);
        for (var i = 0; i < 10_000; i++) feedback.Show(new Verdict(VerdictKind.Accepted, "r", i * 1_000_000L, 0, $"n{i}"));
        writer.LetGo();
        await feedback.DisposeAsync();
        Assert.InRange(writer.Lines.Count, ConsoleFeedback.MostWaiting, ConsoleFeedback.MostWaiting + 1);
        for (var i = 0; i < ConsoleFeedback.MostWaiting; i++) Assert.EndsWith($"n{9999 - i}", writer.Lines[^(i + 1)], StringComparison.Ordinal);
    }

    [Fact]
    public void Above_the_bound_of_a_minute_taps_are_counted_and_told_in_the_next()
    {
        var budget = new TapBudget(2);
        Assert.True(budget.Passes(60_000_000, out _));
        Assert.True(budget.Passes(60_000_001, out _));
        Assert.False(budget.Passes(60_000_002, out _));
        Assert.False(budget.Passes(119_999_999, out _));
        Assert.True(budget.Passes(120_000_000, out var turnedAway));
        Assert.Equal(2, turnedAway);
        Assert.True(budget.Passes(120_000_001, out turnedAway));
        Assert.Equal(0, turnedAway);
    }

    private sealed class HangingWriter : StringWriter
    {
        private readonly TaskCompletionSource _free = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Lines { get; } = [];

        public void LetGo() => _free.SetResult();

        public override async Task WriteLineAsync(string? value)
        {
            await _free.Task;
            Lines.Add(value!);
        }
    }
}
