using System.Data.Common;
using System.Globalization;
using KyCuong.Protos;
using KyCuong.Server.Store.Log;
using KyCuong.Server.Tests.Store;
using KyCuong.Verify;
using Microsoft.EntityFrameworkCore;
using Xunit.Abstractions;
using StoreLog = KyCuong.Server.Store.Log;
using static KyCuong.Server.Tests.Log.Hand;
using VerifiedStore = KyCuong.Verify.Store;

namespace KyCuong.Server.Tests.Log;

/// <summary>
/// A hand with every right in the database against the independent verifier (reliability S7): each column of each row, rows taken away,
/// put in and exchanged, the end cut off, the whole log written anew. A head kept outside is given where nothing else can tell, and only there.
/// </summary>
public sealed class TamperTests(ITestOutputHelper output)
{
    /// <summary>Of so many ways of tampering one is tried: all of them in a file; on PostgreSQL, where only the reading of rows is another, each fifth.</summary>
    private static readonly int Step = TestStores.Kind == Server.Store.StoreKind.Sqlite ? 1 : 5;

    // What the log leaves out on purpose, or what is nobody's minute: when a journal and a hole were first seen.
    private static readonly (string Table, string Column)[] Left = [("journals", "first_seen_us"), ("journal_gaps", "noticed_us")];

    [Fact]
    public async Task A_store_as_the_server_left_it_is_found_in_order_and_nothing_of_it_is_empty()
    {
        await using var host = await LoggedStore.MakeAsync();
        await host.Ingest.DisposeAsync();
        await host.Test.Store.DisposeAsync();
        await using var connection = await LoggedStore.OpenUnguardedAsync(host);
        await using var moment = await connection.BeginTransactionAsync();
        Assert.Equal([], Verify(moment).Findings);
        using var store = VerifiedStore.Inside(moment);
        Assert.Equal([], store.Tables().Where(table => table is not ("schema_versions" or "erasing") && store.Count(table) == 0));
    }

    [Fact]
    public async Task Every_change_of_one_value_is_found()
    {
        await using var host = await LoggedStore.MakeAsync();
        var (tried, missed) = await TryAsync(host, (store, table, keys, rows) =>
            from row in rows
            from column in row.Keys
            where LoggedTables.Has(table, column) && !Left.Contains((table, column))
            // An entry that lost its key to an erasure is vouched for by its hash in the one after it: what made that hash is gone.
            where table != "log_entries" || column is not ("at_us" or "agency_id" or "digest") || (string)row["row_key"]! != "" || (string)row["subject"]! != "badge_hashes"
            // What an entry's salt opens is gone when its row was written again or taken away; erasing takes such salts away.
            where (table, column) != ("log_entries", "salt") || IsLastWord(row, rows)
            // When a kiosk said that something is lost is nobody's minute; that it did say so is.
            where (table, column) != ("journal_gaps", "declared_us") || row[column] is null
            from value in Other(row[column])
            select ($"{table}.{column} of {Where(keys, row)}", $"UPDATE {table} SET {column} = {value} WHERE {Where(keys, row)}"));
        Assert.True(missed.Count == 0, string.Join('\n', missed));
        Assert.True(tried > 2000 / Step, $"only {tried} were tried");
    }

    [Fact]
    public async Task Every_row_taken_away_is_found()
    {
        await using var host = await LoggedStore.MakeAsync();
        var (tried, missed) = await TryAsync(host, (store, table, keys, rows) => from row in rows select ($"{table} without {Where(keys, row)}", $"DELETE FROM {table} WHERE {Where(keys, row)}"));
        Assert.Equal([], missed);
        Assert.True(tried > 150 / Step, $"only {tried} were tried");
    }

    [Fact]
    public async Task Every_row_put_in_is_found()
    {
        await using var host = await LoggedStore.MakeAsync();
        var (tried, missed) = await TryAsync(host, (store, table, keys, rows) =>
            from row in rows
            from key in keys
            from value in Other(row[key]).Take(1)
            let columns = row.Keys.ToList()
            select ($"{table} with another {key} beside {Where(keys, row)}",
                $"INSERT INTO {table} ({string.Join(", ", columns)}) SELECT {string.Join(", ", columns.Select(c => c == key ? value : c))} FROM {table} WHERE {Where(keys, row)}"));
        Assert.Equal([], missed);
        Assert.True(tried > 150 / Step, $"only {tried} were tried");
    }

    [Fact]
    public async Task Every_two_rows_whose_content_is_exchanged_are_found()
    {
        await using var host = await LoggedStore.MakeAsync();
        var (tried, missed) = await TryAsync(host, (store, table, keys, rows) =>
            from pair in rows.Zip(rows.Skip(1), (one, other) => new[] { one, other })
            let columns = pair[0].Keys.Where(c => !keys.Contains(c) && LoggedTables.Has(table, c) && !Left.Contains((table, c)) && !Same(pair[0][c], pair[1][c])).ToList()
            where columns.Count > 0
            // Through a third place, for what must be unique.
            let copies = string.Join("; ", Enumerable.Range(0, 2).Select(i => $"UPDATE {table} SET {string.Join(", ", columns.Select(c => $"{c} = {Literal(pair[1 - i][c])}"))} WHERE {Where(keys, pair[i])}"))
            let away = string.Join(", ", columns.Select(c => $"{c} = {Other(pair[0][c]).First()}"))
            select ($"{table} {Where(keys, pair[0])} <-> {Where(keys, pair[1])}", $"UPDATE {table} SET {away} WHERE {Where(keys, pair[0])}; UPDATE {table} SET {away} WHERE {Where(keys, pair[1])}; {copies}"));
        Assert.Equal([], missed);
        Assert.True(tried > 40 / Step, $"only {tried} were tried");
    }

    [Fact]
    public async Task An_end_cut_off_with_all_it_speaks_of_is_found_by_a_head_that_somebody_kept()
    {
        await using var host = await LoggedStore.MakeAsync();
        var head = await HeadAsync(host);
        await using var connection = await LoggedStore.OpenUnguardedAsync(host);
        await using var moment = await connection.BeginTransactionAsync();
        // The last that was done: a holiday and an assignment removed, a name and a leave changed.
        var last = Verify(moment).End;
        await LoggedStore.ExecuteAsync(connection, moment, $"DELETE FROM log_entries WHERE number = {last}");
        using (var store = VerifiedStore.Inside(moment))
        {
            var findings = new List<Finding>();
            _ = KyCuong.Verify.Log.Read(store.LogEntries(), [], findings);
            Assert.Equal([], findings);
        }

        Assert.Contains(Verify(moment, head).Findings, finding => finding.Kind == FindingKind.LogShortened);
    }

    [Fact]
    public async Task A_log_written_anew_is_found_by_any_head_kept_after_the_change_and_only_so()
    {
        await using var host = await LoggedStore.MakeAsync();
        var end = await HeadAsync(host);
        await using var connection = await LoggedStore.OpenUnguardedAsync(host);
        await using var moment = await connection.BeginTransactionAsync();
        List<LogEntry> entries;
        using (var store = VerifiedStore.Inside(moment)) entries = [.. store.LogEntries()];
        var person = entries.First(entry => entry.Subject == "staff").Key;
        var staff = entries.Last(entry => entry.Subject == "staff" && entry.Key == person);
        var kept = entries.Select(entry => new OutsideHead(entry.Number, Convert.ToHexStringLower(entry.Hash))).ToList();

        await LoggedStore.ExecuteAsync(connection, moment, $"UPDATE staff SET full_name = 'Người khác' WHERE staff_id = {staff.Key}");
        byte[] digest;
        using (var store = VerifiedStore.Inside(moment))
        using (var sha = new Sha())
            digest = RowCheck.Digest(sha, "staff", store.Rows("staff").Single(row => row["staff_id"]!.ToString() == staff.Key), staff.Salt);
        var rewritten = StoreLog.LogHead.None;
        foreach (var entry in entries)
        {
            var record = new LogRecord((StoreLog.LogKind)entry.Kind, entry.Agency, entry.Subject, entry.Key, Digest.FromBytes(entry.Number == staff.Number ? digest : entry.Digest), entry.Salt);
            rewritten = rewritten.Next(entry.AtUs, record);
            await LoggedStore.ExecuteAsync(connection, moment, $"UPDATE log_entries SET digest = {Literal(record.Digest.ToArray())}, hash = {Literal(rewritten.Hash.ToArray())} WHERE number = {entry.Number}");
        }

        Assert.Equal([], Verify(moment).Findings);
        foreach (var head in kept)
            Assert.Equal(head.Number >= staff.Number, Verify(moment, head).Findings.Any(finding => finding.Kind == FindingKind.HeadDiffers));
        Assert.Contains(Verify(moment, end).Findings, finding => finding.Kind == FindingKind.HeadDiffers);
    }

    [Fact]
    public async Task A_salt_may_be_erased_and_nothing_else_of_the_log_may_change()
    {
        await using var host = await LoggedStore.MakeAsync();
        await using var lease = await host.Test.Store.LeaseAsync(CancellationToken.None);
        var connection = lease.Connection;
        Assert.Equal(1, await LoggedStore.ExecuteAsync(connection, lease.Transaction, $"UPDATE log_entries SET salt = {Literal(Array.Empty<byte>())} WHERE number = 2"));
        foreach (var sql in new[] { "UPDATE log_entries SET at_us = at_us + 1 WHERE number = 2", "UPDATE log_entries SET salt = hash WHERE number = 2", "DELETE FROM log_entries WHERE number = 2" })
        {
            await LoggedStore.ExecuteAsync(connection, lease.Transaction, "SAVEPOINT before");
            await Assert.ThrowsAnyAsync<DbException>(() => LoggedStore.ExecuteAsync(connection, lease.Transaction, sql));
            await LoggedStore.ExecuteAsync(connection, lease.Transaction, "ROLLBACK TO before");
        }
    }

    [Fact]
    public async Task A_store_from_before_there_was_a_log_is_entered_as_it_is()
    {
        await using var host = await LoggedStore.MakeAsync();
        await host.Ingest.DisposeAsync();
        await host.Test.Store.DisposeAsync();
        await using (var connection = await LoggedStore.OpenUnguardedAsync(host))
        await using (var moment = await connection.BeginTransactionAsync())
        {
            await LoggedStore.ExecuteAsync(connection, moment, "DELETE FROM log_entries");
            await moment.CommitAsync();
        }

        await host.Test.ReopenAsync();
        await host.Test.Store.DisposeAsync();
        await using (var connection = await LoggedStore.OpenUnguardedAsync(host))
        await using (var moment = await connection.BeginTransactionAsync())
        {
            var verification = Verify(moment);
            Assert.Equal([], verification.Findings);
            Assert.True(verification.End > 40);
        }
    }

    private static async Task<OutsideHead> HeadAsync(Ingest.IngestHost host)
    {
        await host.Ingest.DisposeAsync();
        string head;
        using (var reader = host.Test.Store.OpenReader()) head = LogWriter.Read(reader).ToString();
        await host.Test.Store.DisposeAsync();
        return OutsideHead.Parse(head) ?? throw new InvalidOperationException(head);
    }

    private static Verification Verify(DbTransaction moment, params OutsideHead[] heads)
    {
        using var store = VerifiedStore.Inside(moment);
        return Verification.Of(store, heads);
    }

    private delegate IEnumerable<(string What, string Sql)> Tampering(
        VerifiedStore store, string table, IReadOnlyList<string> keys, IReadOnlyList<IReadOnlyDictionary<string, object?>> rows);

    /// <summary>Tries each, and undoes it; how many, and which were not found.</summary>
    private async Task<(int Tried, List<string> Missed)> TryAsync(Ingest.IngestHost host, Tampering tampering)
    {
        await host.Ingest.DisposeAsync();
        await host.Test.Store.DisposeAsync();
        await using var connection = await LoggedStore.OpenUnguardedAsync(host);
        await using var moment = await connection.BeginTransactionAsync();
        var tamperings = new List<(string What, string Sql)>();
        using (var store = VerifiedStore.Inside(moment))
        {
            foreach (var table in store.Tables().Where(table => table != "schema_versions"))
                tamperings.AddRange(tampering(store, table, store.KeyOf(table), [.. store.Rows(table)]));
        }

        var missed = new List<string>();
        var tried = 0;
        foreach (var (what, sql) in tamperings.Where((_, i) => i % Step == 0))
        {
            await LoggedStore.ExecuteAsync(connection, moment, "SAVEPOINT before");
            try
            {
                Assert.True(await LoggedStore.ExecuteAsync(connection, moment, sql) > 0, $"{what}: nothing was changed");
                tried++;
                if (Verify(moment).Findings.Count == 0) missed.Add(what);
            }
            catch (DbException)
            {
                // The store itself refuses it: a rule of a table, two rows of one key.
            }

            await LoggedStore.ExecuteAsync(connection, moment, "ROLLBACK TO before");
        }

        output.WriteLine($"{tried} tried, {missed.Count} not found, no head given");
        return (tried, missed);
    }

    private static bool IsLastWord(IReadOnlyDictionary<string, object?> entry, IEnumerable<IReadOnlyDictionary<string, object?>> log) =>
        (long)entry["kind"]! != LogEntry.Removed && !log.Any(other => (long)other["number"]! > (long)entry["number"]! && Same(other["subject"], entry["subject"]) && Same(other["row_key"], entry["row_key"]));

    /// <summary>Other values than this one, as SQL.</summary>
    private static IEnumerable<string> Other(object? value) => value switch
    {
        null => [TestStores.Kind == Server.Store.StoreKind.Sqlite ? "1" : "'1'", "'x'"],
        long number => number is 0 or 1
            ? [TestStores.Kind == Server.Store.StoreKind.Sqlite ? $"{1 - number}" : $"'{1 - number}'", Invariant($"{number + 1_000_003}")]
            : [Invariant($"{number + 1_000_003}"), Invariant($"{-number}")],
        string text when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) => [Literal(date.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))],
        string { Length: 0 } => [Literal("x")],
        string text => [Literal(text + "x"), Literal("")],
        byte[] { Length: 0 } => [Literal(new byte[] { 1 })],
        byte[] bytes => [Literal((byte[])[.. bytes[..^1], (byte)(bytes[^1] ^ 1)]), Literal((byte[])[.. bytes, 0])],
        _ => throw new ArgumentException($"{value} is no value of a store.", nameof(value)),
    };
}
