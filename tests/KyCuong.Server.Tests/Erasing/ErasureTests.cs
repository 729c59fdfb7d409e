using System.Data.Common;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using KyCuong.Protos;
using KyCuong.Server.Certificates;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Backups;
using KyCuong.Server.Features.Erasing;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Erasures;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Backups;
using KyCuong.Server.Tests.Ingest;
using KyCuong.Server.Tests.Log;
using KyCuong.Server.Tests.Serve;
using KyCuong.Server.Tests.Store;
using KyCuong.Server.Tests.Store.Postgres;
using KyCuong.Verify;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using VerifiedStore = KyCuong.Verify.Store;

namespace KyCuong.Server.Tests.Erasing;

/// <summary>Erasing a person: what goes, what stays, that it shows, and that it does not come back.</summary>
public sealed class ErasureTests : IDisposable
{
    // Every table that knows people, and what it says of them.
    private static readonly string[] OfPeople =
        ["postings", "assignments", "leave_entries", "staff_photos", "staff_pins", "badge_holdings", "badge_loans", "finding_decisions", "hand_kept", "hand_kept_marks", "resolved_taps", "badgeless_taps", "imported_taps"];

    private const string OldMail = "tuong.vy.huynh.0912345678@old.example.vn";

    private readonly string _folder = Directory.CreateTempSubdirectory("kycuong-erasures-").FullName;

    [Fact]
    public async Task Who_is_erased_leaves_a_code_and_a_tombstone_and_the_verifier_finds_everything_in_order()
    {
        await using var host = await WithDepartedAsync();
        await Departed.ContradictAsync(host);
        var staff = await StaffIdAsync(host);
        foreach (var table in OfPeople) Assert.NotEqual("0", Count(host, $"{table} WHERE staff_id = {staff}"));
        Assert.Equal("1", Count(host, "journal_conflicts"));
        var entries = int.Parse(Count(host, "taps"), System.Globalization.CultureInfo.InvariantCulture);

        await Departed.EraseAsync(host);
        foreach (var table in OfPeople) Assert.Equal("0", Count(host, $"{table} WHERE staff_id = {staff}"));
        Assert.Equal("0", Count(host, "journal_conflicts"));
        Assert.Equal("0", Count(host, "erasing"));
        Assert.Equal([Departed.Code], host.Column($"SELECT code FROM staff WHERE full_name = ''"));
        // Two by the badge, two by the code; of files one by name and one by badge, and of those the import keeps one.
        Assert.Equal($"{entries - 4}", Count(host, "taps"));
        Assert.Equal("4", Count(host, "erased_entries WHERE received_us IS NOT NULL"));
        Assert.Equal("1", Count(host, "erased_entries WHERE received_us IS NULL"));
        Assert.Equal("1", Count(host, "imported_taps"));
        Assert.Equal("1", Count(host, $"finding_decisions WHERE decided_by = '{Departed.Code}'"));
        Assert.Equal([], await VerifyAsync(host));
        await host.DeriveAsync(derivation => derivation.RebuildResolved(host.AgencyId));
        Assert.Equal([], await VerifyAsync(host));
    }

    [Fact]
    public async Task No_byte_of_a_name_or_a_badge_is_left_in_the_files()
    {
        await using var host = await WithDepartedAsync();
        await Departed.ContradictAsync(host);
        Note(host);
        Assert.All(Traces, trace => Assert.NotEqual([], Where(host, trace)));
        await Departed.EraseAsync(host);
        Assert.All(Traces, trace => Assert.Equal([], Where(host, trace)));
        // Of the taps only their hashes are there.
        Assert.NotEqual([], Where(host, Departed.Journal(host)[2].Hash.ToArray()));
    }

    [OnStoreFact(StoreKind.Postgres, "SQLite's planner keeps no values.")]
    public async Task What_the_planner_noted_of_a_table_that_is_empty_now_is_forgotten_and_the_schema_stays()
    {
        await using var host = await WithDepartedAsync();
        await Departed.ContradictAsync(host);
        await using var connection = new Npgsql.NpgsqlConnection(host.Test.Options.ConnectionString);
        connection.Open();
        // Enough of them that values are noted.
        Catalogue.Column(connection, """
            INSERT INTO journal_conflicts (journal_id, sequence, hash, agency_id, encoding, received_us)
            SELECT journal_id, sequence, sha256(n::text::bytea), agency_id, encoding, received_us FROM journal_conflicts, generate_series(1, 3) n
            """);
        Note(host);
        Assert.NotEqual(["0"], Catalogue.Column(connection, "SELECT count(*) FROM pg_stats WHERE tablename = 'journal_conflicts' AND attname = 'encoding' AND most_common_vals IS NOT NULL"));
        Catalogue.Column(connection, "DELETE FROM journal_conflicts");
        var before = PostgresCatalogue.Read(connection, "public");
        var triggers = Triggers();
        Assert.True(host.Test.Store.Scrub());
        Assert.Equal(["0"], Catalogue.Column(connection, "SELECT count(*) FROM pg_stats WHERE tablename = 'journal_conflicts' AND attname IN ('encoding', 'hash')"));
        Assert.Equal(before, PostgresCatalogue.Read(connection, "public"));
        Assert.Equal(triggers, Triggers());

        List<string> Triggers() => Catalogue.Column(connection, "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1");
    }

    [OnStoreFact(StoreKind.Postgres, "In SQLite a reader holds back the log beside the file.")]
    public async Task While_somebody_still_sees_what_was_erased_it_is_said_and_done_again_later()
    {
        await using var host = await WithDepartedAsync();
        await using (var reader = new Npgsql.NpgsqlConnection(host.Test.Options.ConnectionString))
        {
            reader.Open();
            await using var moment = await reader.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
            Catalogue.Column(reader, "SELECT 1");
            await Departed.EraseAsync(host);
            Assert.NotEqual([], Where(host, Encoding.UTF8.GetBytes(Departed.Name)));
            Assert.True(ErasureList.IsScrubDue(host.Test.Data));
        }

        await host.ReopenAsync();
        Assert.False(ErasureList.IsScrubDue(host.Test.Data));
        Assert.All(Traces, trace => Assert.Equal([], Where(host, trace)));
    }

    [Fact]
    public async Task What_is_only_asked_for_changes_nothing_and_what_lacks_a_paper_or_comes_too_early_is_refused()
    {
        await using var host = await WithDepartedAsync();
        var before = Head(host);
        var said = JsonDocument.Parse(await Departed.EraseAsync(host, carryOut: false, json: true)).RootElement;
        Assert.False(said.GetProperty("carriedOut").GetBoolean());
        Assert.Equal(4, said.GetProperty("goes").GetProperty("taps").GetInt32());
        Assert.Equal(1, said.GetProperty("goes").GetProperty("staff_photos").GetInt32());
        Assert.Equal(2, Assert.Throws<CommandException>(() => ErasureWish.Of(true, null, "NV001")).ExitCode);

        using var console = new SpokenConsole();
        var order = new ErasureWish(true, "1/QĐ", "NV001");
        Task<int> Erase(string code, bool request, ErasureWish wish) => EraseCommand.RunAsync(Departed.Context(host, console), code, request, wish, CancellationToken.None);
        Assert.Contains("--request", (await Assert.ThrowsAsync<CommandException>(() => Erase(Departed.Code, false, order))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<CommandException>(() => Erase("NV404", true, order));
        await Assert.ThrowsAsync<CommandException>(() => Erase(Departed.Code, true, order with { By = Departed.Code }));
        await Assert.ThrowsAsync<CommandException>(() => Erase(Departed.Code, true, order with { By = "NV404" }));
        await host.Test.WriteAsync(db => db.Postings.Single(row => row.Position == "Chuyên viên Tường Vy").ToDate = null);
        Assert.Contains("vẫn đang công tác", (await Assert.ThrowsAsync<CommandException>(() => Erase(Departed.Code, true, order))).Message, StringComparison.Ordinal);
        Assert.Equal("0", Count(host, "erasures"));
        Assert.NotEqual("0", before);
    }

    [Fact]
    public async Task A_backup_from_before_is_erased_again_before_it_is_given_out_and_its_kiosk_does_not_bring_the_content_back()
    {
        await using var host = await WithDepartedAsync(send: false);
        // What lies in the backup, and what only the kiosk has: both are erased at the server after it.
        var journal = Departed.Journal(host);
        await host.SendAsync(journal, 1, 3);
        await CommandAsync(host, console => BackupCommand.RunAsync(Departed.Context(host, console), _folder, CancellationToken.None));
        var key = Path.Combine(_folder, "paper.key");
        await File.WriteAllTextAsync(key, await CommandAsync(host, console => BackupCommand.KeyAsync(Departed.Context(host, console))));
        await host.SendAsync(journal, 4, 7);
        await Departed.EraseAsync(host);
        await host.Ingest.DisposeAsync();
        await host.Test.Store.DisposeAsync();

        var backup = Assert.Single(Directory.GetFiles(_folder, "*.kcb"));
        var list = Assert.Single(Directory.GetFiles(_folder, "erasures-*.kct"));
        var root = Path.Combine(_folder, "restored");
        // Without the list nothing is put back, nor with one that somebody touched.
        var content = await File.ReadAllTextAsync(list);
        File.Move(list, list + ".away");
        Assert.Contains("danh sách đã xóa", (await Assert.ThrowsAsync<CommandException>(() => RestoreCommand.RunAsync(backup, key, root, host.Test.Time))).Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(list, content.Replace("\"signature\":\"", "\"signature\":\"AAAA", StringComparison.Ordinal));
        await Assert.ThrowsAsync<CommandException>(() => RestoreCommand.RunAsync(backup, key, root, host.Test.Time));
        Assert.False(Directory.Exists(root));
        File.Move(list + ".away", list, overwrite: true);
        using var drill = await Drill.RunAsync(host, backup, key, root);
        // SQLite's file is erased again before it is given out, a database before anybody is given it by its server.
        foreach (var trace in new[] { Encoding.UTF8.GetBytes(Departed.Name), Bytes128.ToArray(Departed.BadgeHash) })
            Assert.Equal(host.Test.Store.IsFile, Where(drill.Options, root, trace).Length == 0);

        await using (var store = ServerStore.Open(DataDirectory.Open(root), drill.Options, host.Test.Time, NullLoggerFactory.Instance))
        {
            await using var ingest = new TapIngest(store, new IngestOptions(), host.Test.Time, NullLogger<TapIngest>.Instance);
            var session = await ingest.OpenJournalAsync(host.KioskId, journal.Id.Epoch, CancellationToken.None);
            Assert.Equal(3UL, session.HighWater);
            // The kiosk sends everything, from below what was acknowledged.
            Assert.Equal(7UL, (await ingest.AppendAsync(session, journal.Before(1), journal.Range(1, 7), backlog: true, CancellationToken.None)).HighWater);
            await using var db = store.NewReader();
            Assert.Equal([1L, 3, 7], (await db.Taps.Select(tap => tap.Sequence).ToListAsync()).Concat(await db.KioskEvents.Select(one => one.Sequence).ToListAsync()).Order());
            Assert.Equal(4, await db.ErasedEntries.CountAsync(one => one.ReceivedUs != null));
            Assert.Equal(0, await db.ErasedEntries.CountAsync(one => one.ReceivedUs == null));
        }

        using var authority = ErasureList.Authority(DataDirectory.Open(root)).GetECDsaPublicKey();
        using (var verified = drill.Verified()) Assert.Equal([], Verification.Of(verified, [], authority).Findings);
        Assert.All(Traces, trace => Assert.Equal([], Where(drill.Options, root, trace)));
    }

    [Fact]
    public async Task A_store_that_has_forgotten_an_order_carries_it_out_at_its_next_start_once()
    {
        await using var host = await WithDepartedAsync();
        await Departed.EraseAsync(host);
        await host.Ingest.DisposeAsync();
        var list = await File.ReadAllTextAsync(ErasureList.LocalPath(host.Test.Data));
        var keys = host.Test.Data.Folder("keys");

        // Another store of the same kiosks, where the person has just come and half of the journal is here.
        await using var other = await WithDepartedAsync(send: false);
        var journal = Departed.Journal(host);
        await other.SendAsync(journal, 1, 2);
        await other.Ingest.DisposeAsync();
        foreach (var file in Directory.GetFiles(keys)) File.Copy(file, Path.Combine(other.Test.Data.Folder("keys"), Path.GetFileName(file)), overwrite: true);
        await other.Test.Store.DisposeAsync();
        await File.WriteAllTextAsync(ErasureList.LocalPath(other.Test.Data), list);
        for (var start = 0; start < 2; start++)
        {
            await other.ReopenAsync();
            Assert.Equal("1", Count(other, "erasures"));
            Assert.Equal(["1"], other.Column("SELECT count(*) FROM staff WHERE full_name = ''"));
            Assert.Equal([Departed.Code], other.Column("SELECT code FROM staff WHERE full_name = ''"));
            Assert.Equal("1", Count(other, "erased_entries WHERE received_us IS NOT NULL"));
            Assert.Equal([], await VerifyAsync(other));
        }

        Assert.Equal(7UL, (await other.SendAllAsync(journal)).HighWater);
        Assert.Equal("4", Count(other, "erased_entries WHERE received_us IS NOT NULL"));
        Assert.Equal(["3"], other.Column("SELECT sequence FROM taps"));
        Assert.Equal([], await VerifyAsync(other));
    }

    [Fact]
    public async Task An_entry_that_was_erased_is_acknowledged_again_and_its_place_taken_by_no_other()
    {
        await using var host = await WithDepartedAsync();
        var journal = Departed.Journal(host);
        await Departed.EraseAsync(host);
        Assert.Equal(7UL, (await host.SendAllAsync(journal)).HighWater);
        Assert.Equal("4", Count(host, "erased_entries WHERE received_us IS NOT NULL"));
        Assert.Equal("0", Count(host, "journal_conflicts"));
        // The chain goes on after an erased end, and the clock of that boot is still known.
        journal.Synced = false;
        journal.Tap(1, 70);
        Assert.Equal(8UL, (await host.SendAllAsync(journal)).HighWater);
        Assert.Equal(["1"], host.Column("SELECT count(*) FROM resolved_taps WHERE sequence = 8 AND journal_id > 0"));
        Assert.Equal([], await VerifyAsync(host));
        // Another content under an erased sequence is a contradiction like any other.
        var other = host.NewJournal(77);
        other.Sample(50);
        other.Tap(1, 60);
        await host.SendAsync(other, 1, 2);
        Assert.Equal("1", Count(host, "journal_conflicts"));
    }

    [Fact]
    public async Task A_tombstone_that_the_server_did_not_sign_is_found_though_the_whole_log_was_written_anew()
    {
        await using var host = await WithDepartedAsync();
        await Departed.EraseAsync(host);
        await host.Ingest.DisposeAsync();
        using var authority = ErasureList.Authority(host.Test.Data).GetECDsaPublicKey()!;
        await host.Test.Store.DisposeAsync();
        await using var connection = await LoggedStore.OpenUnguardedAsync(host);
        await using var moment = await connection.BeginTransactionAsync();
        Assert.Equal([], Findings(moment, authority));
        await LoggedStore.ExecuteAsync(connection, moment, "UPDATE erasures SET signature = content");
        Assert.Contains(FindingKind.ErasureForged, Findings(moment, authority).Select(finding => finding.Kind));
        await moment.RollbackAsync();
    }

    [Fact]
    public async Task Content_beside_its_tombstone_a_salt_left_and_a_row_taken_without_order_are_found()
    {
        await using var host = await WithDepartedAsync();
        await host.Ingest.DisposeAsync();
        await Departed.EraseAsync(host);
        var staff = await StaffIdAsync(host);
        await host.Test.Store.DisposeAsync();
        await using var connection = await LoggedStore.OpenUnguardedAsync(host);
        await using var moment = await connection.BeginTransactionAsync();
        Assert.Equal([], Findings(moment, null));
        // Of a row that was erased, of one that is there, of the log's own keys.
        await TryAsync("UPDATE staff SET full_name = 'Huỳnh Thị Tường Vy' WHERE full_name = ''", FindingKind.ErasureLeft);
        await TryAsync($"UPDATE log_entries SET salt = hash WHERE kind = 2 AND subject = 'staff' AND row_key = '{staff}' AND number = (SELECT min(number) FROM log_entries WHERE subject = 'staff' AND row_key = '{staff}')", FindingKind.ErasureLeft);
        await TryAsync("UPDATE log_entries SET row_key = '', salt = salt WHERE number = (SELECT max(number) FROM log_entries WHERE subject = 'badge_hashes' AND row_key <> '')", FindingKind.LogAltered);
        await TryAsync("DELETE FROM erasures", FindingKind.ErasureUnknown);
        await TryAsync("DELETE FROM erased_entries WHERE sequence = (SELECT max(sequence) FROM erased_entries)", FindingKind.ErasureAltered);
        await TryAsync("INSERT INTO erasing (erasure_id) VALUES (1)", FindingKind.RowUnknown);
        await TryAsync(
            $"""
            INSERT INTO taps (journal_id, sequence, agency_id, hash, wall_clock_us, boot_time_us, boot_id, reader, badge, technology, raw_length, direction, direction_source, received_us, backlog)
            SELECT j.journal_id, e.sequence, e.agency_id, e.hash, 1, 1, e.epoch, 'cong', e.epoch, 1, 14, 1, 1, e.received_us, e.backlog
            FROM erased_entries e JOIN journals j ON j.kiosk_id = e.kiosk_id AND j.epoch = e.epoch WHERE e.sequence = 2
            """, FindingKind.ErasureLeft);

        async Task TryAsync(string sql, FindingKind kind)
        {
            await LoggedStore.ExecuteAsync(connection, moment, "SAVEPOINT before");
            Assert.True(await LoggedStore.ExecuteAsync(connection, moment, sql) > 0, sql);
            Assert.Contains(kind, Findings(moment, null).Select(finding => finding.Kind));
            await LoggedStore.ExecuteAsync(connection, moment, "ROLLBACK TO before");
        }
    }

    [Fact]
    public async Task Nobody_but_an_erasure_takes_taps_and_decisions_away()
    {
        await using var host = await WithDepartedAsync();
        await Departed.EraseAsync(host);
        await using var lease = await host.Test.Store.LeaseAsync(CancellationToken.None);
        foreach (var sql in new[] { "DELETE FROM taps", "DELETE FROM finding_decisions", "DELETE FROM erasures", "DELETE FROM erased_entries", "UPDATE erasures SET kind = 'x'", "UPDATE erased_entries SET received_us = received_us + 1",
            "UPDATE log_entries SET row_key = '', salt = X WHERE subject = 'badge_hashes'" })
        {
            await LoggedStore.ExecuteAsync(lease.Connection, lease.Transaction, "SAVEPOINT before");
            await Assert.ThrowsAnyAsync<DbException>(() => LoggedStore.ExecuteAsync(lease.Connection, lease.Transaction, sql.Replace("= X", TestStores.Kind == StoreKind.Sqlite ? "= X''" : "= ''::bytea", StringComparison.Ordinal)));
            await LoggedStore.ExecuteAsync(lease.Connection, lease.Transaction, "ROLLBACK TO before");
        }
    }

    [Fact]
    public async Task An_erasure_that_was_cut_short_is_finished_at_the_next_start_and_a_code_without_a_person_is_nobodys()
    {
        await using var host = await WithDepartedAsync();
        await Departed.EraseAsync(host);
        Assert.False(ErasureList.IsScrubDue(host.Test.Data));
        ErasureList.ScrubIsDue(host.Test.Data);
        await host.ReopenAsync();
        Assert.False(ErasureList.IsScrubDue(host.Test.Data));
        // What only a kiosk had when its person was erased.
        var late = host.NewJournal(78);
        late.Add(60, new KyCuong.Protos.Journal.ClaimedTapEntry(Departed.Code, KyCuong.Protos.V1.ClaimCheck.Verified, KyCuong.Protos.V1.Direction.In, KyCuong.Protos.V1.DirectionSource.Person));
        late.Tap(Departed.BadgeHash, 61);
        await host.SendAllAsync(late);
        Assert.Equal(["unknown", "unknown"], host.Column("SELECT reason FROM unresolved_taps WHERE journal_id = (SELECT max(journal_id) FROM journals) ORDER BY sequence"));
        Assert.Equal([], await VerifyAsync(host));
    }

    [OnStoreFact(StoreKind.Sqlite, "PostgreSQL's files are its administrator's.")]
    public async Task Traces_of_an_erasure_that_ended_before_the_store_was_written_anew_go_with_the_next_start()
    {
        await using var host = await WithDepartedAsync();
        await LeaveTraceAsync(host);
        await using (var lease = await host.Test.Store.LeaseAsync(CancellationToken.None))
        await using (var db = lease.NewContext())
        {
            using var console = new SpokenConsole();
            var agency = await db.Agencies.SingleAsync();
            var plan = new ErasurePlanner(lease, db, agency).Person(await db.Staff.AsNoTracking().SingleAsync(row => row.Code == Departed.Code));
            await ErasureRun.CarryOutAsync(Departed.Context(host, console), lease, db, agency, plan, new ErasureWish(true, "9/QĐ-XDL", "NV001"), ErasureKind.Person, Departed.Code, null, CancellationToken.None);
        }

        Assert.True(ErasureList.IsScrubDue(host.Test.Data));
        Assert.NotEqual([], Where(host, Encoding.ASCII.GetBytes(OldMail)));
        await host.ReopenAsync();
        Assert.False(ErasureList.IsScrubDue(host.Test.Data));
        Assert.Equal([], Where(host, Encoding.ASCII.GetBytes(OldMail)));
    }

    [Fact]
    public async Task An_order_that_only_the_list_beside_the_backups_has_is_carried_out_at_the_next_start()
    {
        await using var host = await WithDepartedAsync();
        ErasureList.WriteBeside(host.Test.Data, _folder);
        await Departed.EraseAsync(host);
        var keys = host.Test.Data.Folder("keys");
        var beside = Assert.Single(Directory.GetFiles(_folder, "erasures-*.kct"));

        // The same server as it was before, put back from elsewhere; what lies beside the backups is newer.
        await using var other = await WithDepartedAsync();
        // A tap of theirs that the order does not know.
        var late = other.NewJournal(79);
        late.Sample(50);
        late.Tap(Departed.BadgeHash, 60);
        await other.SendAllAsync(late);
        var staff = await StaffIdAsync(other);
        Assert.Equal("1", Count(other, $"resolved_taps WHERE staff_id = {staff} AND journal_id = (SELECT max(journal_id) FROM journals)"));
        await other.Ingest.DisposeAsync();
        foreach (var file in Directory.GetFiles(keys)) File.Copy(file, Path.Combine(other.Test.Data.Folder("keys"), Path.GetFileName(file)), overwrite: true);
        await other.Test.Store.DisposeAsync();
        await File.WriteAllTextAsync(other.Test.Data.PathOf("backup.folder"), _folder);
        // One that somebody touched is neither believed nor spoilt further, and keeps no gate waiting.
        var content = await File.ReadAllTextAsync(beside);
        var forged = content.Replace("\"signature\":\"", "\"signature\":\"AAAA", StringComparison.Ordinal);
        await File.WriteAllTextAsync(beside, forged);
        await other.ReopenAsync();
        Assert.Equal("0", Count(other, "erasures"));
        Assert.Equal(forged, await File.ReadAllTextAsync(beside));
        await other.Ingest.DisposeAsync();
        await other.Test.Store.DisposeAsync();

        await File.WriteAllTextAsync(beside, content);
        for (var start = 0; start < 2; start++)
        {
            await other.ReopenAsync();
            Assert.Equal("1", Count(other, "erasures"));
            Assert.Equal([Departed.Code], other.Column("SELECT code FROM staff WHERE full_name = ''"));
            foreach (var table in OfPeople) Assert.Equal("0", Count(other, $"{table} WHERE staff_id = {staff}"));
            Assert.Equal("1", Count(other, "unresolved_taps WHERE reason = 'unknown' AND journal_id = (SELECT max(journal_id) FROM journals)"));
            Assert.Equal(content, await File.ReadAllTextAsync(ErasureList.LocalPath(other.Test.Data)));
            Assert.Equal(content, await File.ReadAllTextAsync(beside));
            Assert.Equal([], await VerifyAsync(other));
        }
    }

    [Fact]
    public async Task An_order_that_the_servers_own_list_cannot_take_is_taken_back_beside_the_backups()
    {
        await using var host = await WithDepartedAsync();
        using (CertificateAuthority.OpenOrCreate(host.Test.Data.Folder("keys"), host.Test.Time)) ErasureList.WriteBeside(host.Test.Data, _folder);
        // Nothing can get the name of a folder.
        Directory.CreateDirectory(ErasureList.LocalPath(host.Test.Data));
        Assert.Contains("Chưa có gì bị xóa", (await Assert.ThrowsAsync<CommandException>(() => Departed.EraseAsync(host))).Message, StringComparison.Ordinal);
        Assert.Equal("", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_folder, "erasures-*.kct"))));
        Assert.Equal("0", Count(host, "erasures"));
    }

    [Fact]
    public async Task When_the_folder_of_the_backups_is_away_nothing_is_erased()
    {
        await using var host = await WithDepartedAsync();
        var away = Path.Combine(_folder, "usb");
        Directory.CreateDirectory(away);
        ErasureList.WriteBeside(host.Test.Data, away);
        Directory.Delete(away, recursive: true);
        await Assert.ThrowsAsync<CommandException>(() => Departed.EraseAsync(host));
        // Nor by the next start.
        await host.ReopenAsync();
        Assert.Equal("0", Count(host, "erasures"));
        Assert.Equal("1", Count(host, $"staff WHERE full_name = '{Departed.Name}'"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<IngestHost> WithDepartedAsync(bool send = true)
    {
        var host = await IngestHost.StartAsync();
        await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        await host.AddHolderAsync("NV002", KioskJournal.Key(2));
        if (send) await Departed.AddAsync(host);
        else
        {
            var (staff, _) = await host.AddHolderAsync(Departed.Code, Departed.Badge);
            await host.Test.WriteAsync(db =>
            {
                db.Staff.Single(row => row.StaffId == staff).FullName = Departed.Name;
            });
        }

        return host;
    }

    /// <summary>What an earlier server left in the file: one that did not have SQLite overwrite what it deletes.</summary>
    private static async Task LeaveTraceAsync(IngestHost host)
    {
        await host.Ingest.DisposeAsync();
        await host.Test.Store.DisposeAsync();
        await using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = host.Test.Data.StoreFile, Pooling = false }.ConnectionString))
        {
            await connection.OpenAsync();
            foreach (var sql in new[] { "PRAGMA secure_delete = OFF", "CREATE TABLE was (mail TEXT)", $"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO was SELECT '{OldMail}' FROM n", "DROP TABLE was" })
                await LoggedStore.ExecuteAsync(connection, null, sql);
        }

        await host.ReopenAsync();
    }

    private static async Task<long> StaffIdAsync(IngestHost host)
    {
        await using var db = host.Test.Store.NewReader();
        return (await db.Staff.SingleAsync(row => row.Code == Departed.Code)).StaffId;
    }

    private static string Count(IngestHost host, string what) => host.Column($"SELECT count(*) FROM {what}").Single();

    private static string Head(IngestHost host) => host.Column("SELECT max(number) FROM log_entries").Single();

    private static async Task<string> CommandAsync(IngestHost host, Func<ICommandConsole, Task<int>> command)
    {
        // A server that ran has its authority.
        using (CertificateAuthority.OpenOrCreate(host.Test.Data.Folder("keys"), host.Test.Time))
        using (var console = new SpokenConsole())
        {
            Assert.Equal(0, await command(console));
            return console.Said;
        }
    }

    private static Task<IReadOnlyList<Finding>> VerifyAsync(IngestHost host)
    {
        using var authority = ErasureList.Authority(host.Test.Data).GetECDsaPublicKey();
        using var reader = host.Test.Store.OpenReader();
        using var moment = reader.BeginMoment();
        return Task.FromResult(Findings(moment, authority));
    }

    private static IReadOnlyList<Finding> Findings(DbTransaction moment, System.Security.Cryptography.ECDsa? authority)
    {
        using var store = VerifiedStore.Inside(moment);
        return Verification.Of(store, [], authority).Findings;
    }

    /// <summary>Names, contacts and badge of the person, as any file would hold them.</summary>
    private static byte[][] Traces =>
    [
        Encoding.UTF8.GetBytes(Departed.Name), Encoding.UTF8.GetBytes("Tường Vy"), Encoding.UTF8.GetBytes(Departed.Phone), Encoding.UTF8.GetBytes("vy@example.vn"),
        Bytes128.ToArray(Departed.BadgeHash), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Bytes128.ToArray(Departed.BadgeHash))),
    ];

    /// <summary>Has PostgreSQL note for its planner what is in the tables, as it does by itself now and then.</summary>
    private static void Note(IngestHost host)
    {
        if (host.Test.Options.Kind == StoreKind.Postgres) Ask(host.Test.Options, "ANALYZE");
    }

    private static string Ask(StoreOptions options, string sql)
    {
        using var connection = new Npgsql.NpgsqlConnection(options.ConnectionString);
        connection.Open();
        return Catalogue.Column(connection, sql).FirstOrDefault("");
    }

    /// <summary>Where the store's files lie: of PostgreSQL those of its one database, once everything is in them.</summary>
    private static string[] Folders(StoreOptions options, string root)
    {
        if (options.Kind == StoreKind.Sqlite) return [root];
        Ask(options, "CHECKPOINT");
        return [root, Path.Combine(Ask(options, "SHOW data_directory"), "base", Ask(options, "SELECT oid FROM pg_database WHERE datname = current_database()"))];
    }

    private static string[] Where(IngestHost host, byte[] trace) => Where(host.Test.Options, host.Test.Data.Root, trace);

    private static string[] Where(StoreOptions options, string root, byte[] trace) =>
        [.. Folders(options, root).SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)).Where(file => !file.EndsWith("lock", StringComparison.Ordinal) && !file.EndsWith("-shm", StringComparison.Ordinal) && Bytes(file).AsSpan().IndexOf(trace) >= 0)];

    private static byte[] Bytes(string file)
    {
        using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        content.CopyTo(copy);
        return copy.ToArray();
    }
}
