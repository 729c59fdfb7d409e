using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Tests.Journal;

public sealed class KioskJournalTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private UInt128 _epochs = 100;

    private string Path => _folder.File("journal.db");

    public void Dispose() => _folder.Dispose();

    private KioskJournal Open(ulong kioskId = 1, JournalOptions? options = null, TimeProvider? time = null) =>
        KioskJournal.Open(options ?? new JournalOptions { Path = Path }, kioskId, () => _epochs++, time ?? RealClock.Wall, NullLogger<KioskJournal>.Instance);

    private async Task<UInt128> WriteAsync(int entries, ulong acked = 0)
    {
        await using var journal = Open();
        for (var i = 0; i < entries; i++) await journal.AppendAsync(Entries.Stamp(i * 1000), Entries.Tap(i));
        if (acked > 0) journal.Acknowledge(journal.Current, acked);
        return journal.Current.Id.Epoch;
    }

    private void Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [Fact]
    public async Task An_append_is_on_disk_when_it_completes()
    {
        await using var journal = Open();
        var stored = await journal.AppendAsync(Entries.Stamp(), Entries.Tap(1));
        using var reader = new JournalReader(Path);
        Assert.Equal(stored, reader.ReadOne(journal.Current, 1));
        Assert.Equal(1UL, stored.Entry.Sequence);
    }

    [Fact]
    public async Task Only_the_kiosks_account_may_read_the_journal()
    {
        File.WriteAllText(Path, "");
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await using var journal = Open();
        await journal.AppendAsync(Entries.Stamp(), Entries.Tap(1));
        foreach (var file in new[] { Path, Path + "-wal", Path + "-shm" })
            Assert.Equal(AtomicFile.Private, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Nothing_is_appended_after_the_stop_entry_of_a_run()
    {
        await using (var journal = Open())
        {
            var stop = journal.AppendAsync(Entries.Stamp(), new StopEntry(StopReason.Requested));
            var late = journal.AppendAsync(Entries.Stamp(), new ClockSampleEntry(1, 2, 3));
            await stop;
            await Assert.ThrowsAsync<JournalEndedException>(() => late);
            await Assert.ThrowsAsync<JournalEndedException>(() => journal.AppendAsync(Entries.Stamp(), new ClockSampleEntry(1, 2, 3)));
            Assert.True(journal.Ended);
        }

        await using var next = Open();
        Assert.Equal(PreviousStop.Orderly, next.PreviousStop);
        Assert.Equal(2UL, (await next.AppendAsync(Entries.Stamp(), Entries.Tap(1))).Entry.Sequence);
    }

    [Fact]
    public async Task Entries_are_chained_by_the_hash_of_the_contract()
    {
        await using var journal = Open();
        var first = await journal.AppendAsync(Entries.Stamp(), Entries.Tap(1));
        var second = await journal.AppendAsync(Entries.Stamp(), Entries.Tap(2));
        Assert.Equal(CanonicalEntry.Hash(journal.Current.Id, default, first.Entry), first.Hash);
        Assert.Equal(first.Hash, second.Previous);
        Assert.Equal(CanonicalEntry.Hash(journal.Current.Id, first.Hash, second.Entry), second.Hash);
    }

    [Fact]
    public async Task Many_waiting_appends_keep_their_order_and_all_land()
    {
        await using var journal = Open();
        var appended = await Task.WhenAll(Enumerable.Range(0, 3000).Select(i => journal.AppendAsync(Entries.Stamp(i), Entries.Tap(i))));
        Assert.Equal(Enumerable.Range(1, 3000).Select(i => (ulong)i), appended.Select(stored => stored.Entry.Sequence));
        using var reader = new JournalReader(Path);
        Assert.Equal(appended, reader.Read(journal.Current, 1, 4000).Entries);
    }

    [Fact]
    public async Task A_reopened_journal_goes_on_with_sequence_chain_epoch_and_acknowledgements()
    {
        var epoch = await WriteAsync(5, acked: 3);
        await using var journal = Open();
        Assert.Equal((epoch, 5UL, 3UL), (journal.Current.Id.Epoch, journal.Current.Last, journal.Current.Acked));
        var sixth = await journal.AppendAsync(Entries.Stamp(), Entries.Tap(6));
        using var reader = new JournalReader(Path);
        Assert.Equal(reader.ReadOne(journal.Current, 5)!.Hash, sixth.Previous);
    }

    [Fact]
    public async Task How_the_last_run_ended_is_told()
    {
        await using (var journal = Open())
        {
            Assert.Equal(PreviousStop.None, journal.PreviousStop);
            await journal.AppendAsync(Entries.Stamp(), Entries.Tap(1));
        }

        await using (var journal = Open())
        {
            Assert.Equal(PreviousStop.Abrupt, journal.PreviousStop);
            await journal.AppendAsync(Entries.Stamp(), new StopEntry(StopReason.Requested));
        }

        await using var last = Open();
        Assert.Equal(PreviousStop.Orderly, last.PreviousStop);
    }

    [Fact]
    public async Task A_file_that_was_taken_out_of_wal_mode_is_put_back()
    {
        await WriteAsync(1);
        Sql("PRAGMA journal_mode = DELETE");
        await WriteAsync(1);
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode";
        Assert.Equal("wal", command.ExecuteScalar());
    }

    [Fact]
    public void A_file_that_cannot_be_in_wal_mode_is_refused() =>
        Assert.Contains("journal_mode", Assert.Throws<KioskException>(() => Open(options: new JournalOptions { Path = ":memory:" })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("UPDATE entries SET record = substr(record, 1, length(record) - 1) WHERE key = (SELECT max(key) FROM entries)", "torn")]
    [InlineData("UPDATE entries SET record = zeroblob(length(record)) WHERE key = (SELECT max(key) FROM entries)", "zeroed")]
    [InlineData("UPDATE entries SET record = (SELECT record FROM entries ORDER BY key LIMIT 1) WHERE key = (SELECT max(key) FROM entries)", "another entry's")]
    [InlineData("DELETE FROM entries WHERE key = (SELECT max(key) - 1 FROM entries)", "hole before it")]
    public async Task A_damaged_tail_is_never_gone_on_with(string damage, string what)
    {
        var epoch = await WriteAsync(5);
        Sql(damage);
        await using var journal = Open();
        Assert.False(epoch == journal.Current.Id.Epoch, what);
        var stored = await journal.AppendAsync(Entries.Stamp(), Entries.Tap(9));
        Assert.Equal(1UL, stored.Entry.Sequence);
        await journal.Mending.WaitAsync(RealClock.Patience, RealClock.Wall);
        Assert.Equal(epoch, journal.ToSend.Id.Epoch);
    }

    [Fact]
    public async Task One_flipped_bit_in_any_byte_of_the_newest_record_is_found()
    {
        await WriteAsync(1);
        byte[] record;
        using (var connection = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT record FROM entries";
            record = (byte[])command.ExecuteScalar()!;
        }

        var journal = new JournalId(1, 100);
        Assert.True(JournalRecord.TryRead(record, journal, 1, out _));
        for (var bit = 0; bit < record.Length * 8; bit++)
        {
            record[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(JournalRecord.TryRead(record, journal, 1, out _), $"bit {bit}");
            record[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Fact]
    public async Task Damage_in_the_middle_hides_only_the_damaged_entries()
    {
        await WriteAsync(6);
        Sql("UPDATE entries SET record = zeroblob(300) WHERE key & 65535 IN (3, 4)");
        using var reader = new JournalReader(Path);
        var epoch = new JournalEpoch(1, new JournalId(1, 100), 1, 6, default, 0, Sealed: true);
        var slice = reader.Read(epoch, 1, 100);
        Assert.Equal([1UL, 2UL], slice.Entries.Select(stored => stored.Entry.Sequence));
        Assert.Equal((3UL, 4UL), slice.Lost);
        Assert.Equal(5UL, slice.AfterLost!.Entry.Sequence);
        Assert.Equal([5UL, 6UL], reader.Read(epoch, 5, 100).Entries.Select(stored => stored.Entry.Sequence));
    }

    [Fact]
    public async Task A_broken_chain_is_a_border_between_batches_and_no_entry_is_held_back()
    {
        await WriteAsync(4);
        // The third and fourth entry of another journal with the same name: whole in themselves, and chained to other ones.
        var id = new JournalId(1, 100);
        var third = JournalRecord.Build(id, Digest.FromBytes(new byte[32]), new Entry(3, Entries.Stamp(), Entries.Tap(77)), out var hash);
        var fourth = JournalRecord.Build(id, hash, new Entry(4, Entries.Stamp(), Entries.Tap(78)), out _);
        Sql($"UPDATE entries SET record = x'{Convert.ToHexString(third)}' WHERE key & 65535 = 3");
        Sql($"UPDATE entries SET record = x'{Convert.ToHexString(fourth)}' WHERE key & 65535 = 4");
        using var reader = new JournalReader(Path);
        var epoch = new JournalEpoch(1, id, 1, 4, default, 0, Sealed: true);
        Assert.Equal([1UL, 2UL], reader.Read(epoch, 1, 100).Entries.Select(stored => stored.Entry.Sequence));
        Assert.Equal([3UL, 4UL], reader.Read(epoch, 3, 100).Entries.Select(stored => stored.Entry.Sequence));
    }

    [Fact]
    public async Task A_file_sqlite_cannot_read_is_kept_aside_and_the_kiosk_works_on()
    {
        await WriteAsync(3);
        File.WriteAllBytes(Path, [.. "no database at all"u8, .. new byte[5000]]);
        await using var journal = Open();
        await journal.AppendAsync(Entries.Stamp(), Entries.Tap(1));
        await journal.Mending.WaitAsync(RealClock.Patience, RealClock.Wall);
        Assert.Single(Directory.GetFiles(_folder.Path, "journal.db.saved-*"), file => !file.EndsWith("-log", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(_folder.Path, "journal.db.damaged-*"));
    }

    [Fact]
    public async Task Another_enrolment_begins_a_new_epoch_and_leaves_the_old_entries_where_they_are()
    {
        await WriteAsync(3);
        await using var journal = Open(kioskId: 2);
        Assert.Equal((2UL, 0UL), (journal.Current.Id.KioskId, journal.Current.Last));
        Assert.Equal(journal.Current, journal.ToSend);
    }

    [Fact]
    public async Task A_full_journal_takes_nothing_says_so_and_comes_back_when_there_is_room()
    {
        var options = new JournalOptions { Path = Path, MaxBytes = 128 * 1024, ReopenAfter = TimeSpan.FromMilliseconds(20) };
        ulong taken = 0;
        await using (var journal = Open(options: options))
        {
            var wentOut = false;
            journal.Changed += () => wentOut |= journal.OutOfService is not null;
            var failure = await Assert.ThrowsAsync<JournalOutOfServiceException>(async () =>
            {
                while (taken < 10_000)
                {
                    await journal.AppendAsync(Entries.Stamp(), Entries.Tap(1));
                    taken++;
                }
            });
            Assert.Contains("full", failure.Message, StringComparison.Ordinal);
            await RealClock.UntilAsync(() => wentOut, "the journal says that it is out of service");
            Assert.True(taken > 50);
            // It is opened and tried again and again, and never says that it takes taps while it cannot keep one.
            var tried = 0;
            journal.Changed += () => Interlocked.Increment(ref tried);
            await RealClock.UntilAsync(() => journal.OutOfService is null || Volatile.Read(ref tried) >= 5, "it was tried again");
            Assert.NotNull(journal.OutOfService);
            Assert.Equal(taken, journal.Current.Last);

            // Acknowledged entries give way to new ones, and nobody need tap for that.
            journal.Acknowledge(journal.Current, taken);
            await RealClock.UntilAsync(() => journal.OutOfService is null, "acknowledged entries make room");
            Assert.Equal(taken + 1, (await journal.AppendAsync(Entries.Stamp(), Entries.Tap(3))).Entry.Sequence);
        }

        await using var larger = Open(options: options with { MaxBytes = 1024 * 1024 });
        var first = larger.Current.First;
        Assert.True(first > 1);
        await larger.AppendAsync(Entries.Stamp(), Entries.Tap(2));
        using var reader = new JournalReader(Path);
        Assert.Null(reader.Read(larger.Current, first, 100_000).Lost);
    }

    [Fact]
    public async Task Taps_that_keep_coming_do_not_keep_a_journal_out_of_service()
    {
        await using var journal = Open(options: new JournalOptions { Path = Path, MaxBytes = 128 * 1024, ReopenAfter = TimeSpan.FromMilliseconds(500) });
        await Assert.ThrowsAsync<JournalOutOfServiceException>(async () =>
        {
            while (true) await journal.AppendAsync(Entries.Stamp(), Entries.Tap(1));
        });
        journal.Acknowledge(journal.Current, journal.Current.Last);
        // Somebody taps far more often than the journal is opened anew.
        await RealClock.UntilAsync(() => TryAppend(journal), "the journal takes taps again");
    }

    [Fact]
    public async Task A_wall_clock_set_back_does_not_keep_a_journal_out_of_service()
    {
        var clock = new SetBack();
        await using var journal = Open(options: new JournalOptions { Path = Path, MaxBytes = 128 * 1024, ReopenAfter = TimeSpan.FromMilliseconds(20) }, time: clock);
        await Assert.ThrowsAsync<JournalOutOfServiceException>(async () =>
        {
            while (true) await journal.AppendAsync(Entries.Stamp(), Entries.Tap(1));
        });
        clock.ByDays = 1;
        journal.Acknowledge(journal.Current, journal.Current.Last);
        await RealClock.UntilAsync(() => journal.OutOfService is null, "the journal takes taps again");
    }

    private sealed class SetBack : TimeProvider
    {
        public int ByDays { get; set; }

        public override DateTimeOffset GetUtcNow() => RealClock.Wall.GetUtcNow().AddDays(-ByDays);
    }

    [Fact]
    public async Task What_a_killed_run_left_in_the_log_is_copied_back_before_anything_is_taken()
    {
        string copy;
        await using (var journal = Open())
        {
            await journal.AppendAsync(Entries.Stamp(), Entries.Tap(1));
            copy = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, "killed.db");
            File.Copy(Path, copy);
            File.Copy(Path + "-wal", copy + "-wal");
        }

        await using var found = Open(options: new JournalOptions { Path = copy });
        Assert.Equal(1UL, found.Current.Last);
        Assert.Equal(0, new FileInfo(copy + "-wal").Length);
    }

    private static bool TryAppend(KioskJournal journal)
    {
        try
        {
            journal.AppendAsync(Entries.Stamp(), Entries.Tap(3)).GetAwaiter().GetResult();
            return true;
        }
        catch (JournalOutOfServiceException)
        {
            return false;
        }
    }

    [Fact]
    public async Task Only_acknowledged_entries_past_their_time_are_pruned_a_bounded_number_at_once()
    {
        var options = new JournalOptions { Path = Path, PrunedAtOnce = 4 };
        var day = TimeSpan.FromDays(1).Ticks / TimeSpan.TicksPerMicrosecond;
        await using var journal = Open(options: options);
        for (var i = 1; i <= 10; i++) await journal.AppendAsync(Entries.Stamp(i * day, new ClockReading(0, 1, 1)), Entries.Tap(i));
        journal.Acknowledge(journal.Current, 8);
        Assert.Equal(0, await journal.PruneAsync(400 * day + day / 2));
        // Entries 1 to 7 are past 400 days; 4 go at once, then 3; the 8th is younger.
        Assert.Equal(4, await journal.PruneAsync(407 * day + day / 2));
        Assert.Equal(3, await journal.PruneAsync(407 * day + day / 2));
        Assert.Equal(0, await journal.PruneAsync(407 * day + day / 2));
        // The 9th and 10th are old by then but not acknowledged.
        Assert.Equal(1, await journal.PruneAsync(900 * day));
        Assert.Equal(0, await journal.PruneAsync(900 * day));
        Assert.Equal((9UL, 10UL), (journal.Current.First, journal.Current.Last));
    }

    [Fact]
    public async Task A_new_epoch_counts_from_one_and_the_sealed_one_is_sent_first()
    {
        await using var journal = Open();
        await journal.AppendAsync(Entries.Stamp(), Entries.Tap(1));
        var old = journal.Current.Id.Epoch;
        await journal.BeginEpochAsync("test");
        Assert.Equal(1UL, (await journal.AppendAsync(Entries.Stamp(), Entries.Tap(2))).Entry.Sequence);
        Assert.Equal(old, journal.ToSend.Id.Epoch);
        await journal.MarkDrainedAsync(journal.ToSend);
        Assert.Equal(journal.Current, journal.ToSend);
    }

    [Fact]
    public void A_second_process_on_the_same_directory_is_refused_by_one_sentence()
    {
        var directory = DataDirectory.Open(_folder.Path);
        using (DirectoryLock.Take(directory))
        {
            var refused = Assert.Throws<KioskException>(() => DirectoryLock.Take(directory));
            Assert.Contains(_folder.Path, refused.Message, StringComparison.Ordinal);
        }

        using var again = DirectoryLock.Take(directory);
    }

    [Fact]
    public async Task A_journal_of_a_newer_program_is_not_touched()
    {
        await WriteAsync(1);
        Sql("PRAGMA user_version = 99");
        Assert.Contains("phiên bản mới hơn", Assert.Throws<KioskException>(() => Open()).Message, StringComparison.Ordinal);
    }
}
