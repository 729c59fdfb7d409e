using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Tests.Journal;

/// <summary>
/// A kiosk's journal as a crash left it, database and log, damaged in every way a disk can. Whatever was done to it: a tap is
/// taken at once; every entry of which the bytes are still there is in the journal; nothing else is; and each number
/// missing below one that is there is said to be lost.
/// KYCUONG_DAMAGE_CASES: how many places of each kind of damage, 24 unless told.
/// </summary>
public sealed class DamagedJournalTests : IDisposable
{
    private const int Entries = 160;
    private static readonly int Cases = int.TryParse(Environment.GetEnvironmentVariable("KYCUONG_DAMAGE_CASES"), out var cases) ? cases : 24;

    private readonly TempFolder _folder = new();
    private readonly Dictionary<ulong, byte[]> _truth = [];
    private UInt128 _epochs = 100;
    private byte[] _database = [];
    private byte[] _log = [];

    private string Path => _folder.File("journal.db");

    public void Dispose() => _folder.Dispose();

    private KioskJournal Open(JournalOptions? options = null) =>
        KioskJournal.Open(options ?? new JournalOptions { Path = Path }, 1, () => _epochs++, RealClock.Wall, NullLogger<KioskJournal>.Instance);

    /// <summary>Entries one by one, a checkpoint in the middle, and the files as they are while the kiosk runs.</summary>
    private async Task PrepareAsync()
    {
        var now = (RealClock.Wall.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        await using (var journal = Open(new JournalOptions { Path = Path, CommitsPerCheckpoint = Entries * 3 / 5 }))
        {
            for (var i = 1; i <= Entries; i++)
            {
                var stored = await journal.AppendAsync(new Stamp(now, i * 1000, 7, null), Support.Entries.Tap(i));
                _truth.Add(stored.Entry.Sequence, JournalRecord.Build(journal.Current.Id, stored.Previous, stored.Entry, out _));
            }

            await journal.Mending;
            (_database, _log) = (File.ReadAllBytes(Path), File.ReadAllBytes(Path + "-wal"));
        }

        Assert.True(_log.Length > 50_000);
        Assert.True(_database.Length > 30_000);
    }

    [Fact]
    public async Task Nothing_damaged_is_nothing_changed()
    {
        await PrepareAsync();
        var found = await RecoverAsync(_database, _log);
        Assert.Equal((Entries, 0, 0), (found.Found, found.Lost, found.Aside));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_log_that_was_copied_back_and_lost_its_end_since_takes_nothing_from_the_file(int frames)
    {
        await PrepareAsync();
        // All of the log is in the file, and the log is still there: the next entry would begin it anew.
        using (var connection = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            File.WriteAllBytes(Path, _database);
            File.WriteAllBytes(Path + "-wal", _log);
            connection.Open();
            SQLitePCL.raw.sqlite3_db_config(connection.Handle!, SQLitePCL.raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
            command.ExecuteNonQuery();
        }

        var (database, log) = (File.ReadAllBytes(Path), File.ReadAllBytes(Path + "-wal"));
        Assert.Equal(_log.Length, log.Length);
        // Behind the last frame of this round, known by the log's salt, lie those of the round before.
        const int Header = 32, Frame = 24 + 4096;
        var end = Header;
        while (end + Frame <= log.Length && log.AsSpan(end + 8, 8).SequenceEqual(log.AsSpan(16, 8))) end += Frame;
        // From the end of the frame before on.
        log.AsSpan(end - (frames * Frame) - 300).Clear();
        var found = await RecoverAsync(database, log);
        Assert.Equal((Entries, 0, 0), (found.Found, found.Lost, found.Aside));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_cut_anywhere_loses_what_was_cut(bool log)
    {
        await PrepareAsync();
        foreach (var at in Places(log)) await DamagedAsync(log, file => file[..at], $"cut at {at}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_flipped_byte_loses_one_entry_at_most(bool log)
    {
        await PrepareAsync();
        foreach (var at in Places(log))
        {
            var found = await DamagedAsync(log, file => Changed(file, at, 1, b => (byte)(b ^ 0xFF)), $"flipped at {at}");
            Assert.True(found.Lost <= 1, $"{found.Lost} entries lost for a byte flipped at {at}");
        }
    }

    [Fact]
    public async Task A_last_entry_that_is_only_a_number_is_damage()
    {
        await PrepareAsync();
        Lay(_database, []);
        using var database = JournalDatabase.Open(new JournalOptions { Path = Path });
        Assert.Null(database.VerifyTail(1000, out _));
        // As a flipped byte in a page's list of rows makes it: the greatest key is a senseless one, and a search for it finds nothing.
        database.Epochs[^1] = database.Epochs[^1] with { Last = 5_357_384_527_744 };
        Assert.NotNull(database.VerifyTail(1000, out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_page_of_zeros_or_garbage_costs_what_stood_there(bool log)
    {
        await PrepareAsync();
        var random = new Random(5);
        foreach (var at in Places(log))
        {
            await DamagedAsync(log, file => Changed(file, at & ~511, 4096, _ => 0), $"zeros at {at & ~511}");
            await DamagedAsync(log, file => Changed(file, at & ~511, 4096, _ => (byte)random.Next(256)), $"garbage at {at & ~511}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tail_of_zeros_of_garbage_or_of_itself_costs_nothing(bool log)
    {
        await PrepareAsync();
        var random = new Random(6);
        foreach (var at in Places(log).Take(Math.Max(4, Cases / 3)))
        {
            var garbage = new byte[4120 + at % 5000];
            random.NextBytes(garbage);
            foreach (var (tail, name) in ((Func<byte[], byte[]>, string)[])[(_ => new byte[garbage.Length], "zeros"), (_ => garbage, "garbage"), (file => file[^Math.Min(at + 1, file.Length)..], "itself")])
            {
                var found = await DamagedAsync(log, file => [.. file, .. tail(file)], $"a tail of {name}, {at}");
                Assert.Equal((Entries, 0), (found.Found, found.Lost));
            }
        }
    }

    [Fact]
    public async Task Damage_found_while_the_kiosk_runs_is_mended_beside_its_taps()
    {
        await PrepareAsync();
        // Row 20 is far from the tail that is verified before the first tap.
        Lay(Changed(_database, _database.AsSpan().IndexOf(_truth[20]) + 100, 1, b => (byte)(b ^ 0xFF)), []);
        await using var journal = Open(new JournalOptions { Path = Path, VerifiedTail = 5 });
        var (before, last) = (journal.Current.Id, journal.Current.Last);
        for (var i = 0; i < 50; i++) await journal.AppendAsync(Support.Entries.Stamp(), Support.Entries.Tap(1000 + i));
        await journal.Mending.WaitAsync(RealClock.Patience, RealClock.Wall);
        Assert.NotEqual(before, journal.Current.Id);
        Assert.Equal([new LostRange(before.Epoch, 20, 20)], journal.Lost);
        Assert.Single(Directory.GetFiles(_folder.Path, "journal.db.saved-*"), file => char.IsAsciiDigit(file[^1]));
        // What was appended meanwhile, before or after the change of files, is there too.
        using var reader = new JournalReader(Path);
        var kept = journal.Current.Last;
        for (var from = 21UL; reader.Read(journal.ToSend, from, 500) is { Entries.Count: > 0 } slice; from = slice.Entries[^1].Entry.Sequence + 1)
            kept += (ulong)slice.Entries.Count(entry => entry.Entry.Sequence > last);
        Assert.Equal(50UL, kept);
    }

    private IEnumerable<int> Places(bool log)
    {
        var length = (log ? _log : _database).Length;
        // Odd steps, so that the places fall into every part of a page; heads of files and pages besides.
        var step = Math.Max(1, length / Cases) | 1;
        return ((int[])[0, 17, 25, 33, 60, 100, 4096 + 1, 4096 + 9]).Where(at => at < length).Concat(Enumerable.Range(0, Cases).Select(i => i * step + 7).Where(at => at < length));
    }

    private static byte[] Changed(byte[] file, int at, int length, Func<byte, byte> change)
    {
        var changed = (byte[])file.Clone();
        for (var i = at; i < Math.Min(at + length, file.Length); i++) changed[i] = change(changed[i]);
        return changed;
    }

    private Task<(int Found, int Lost, int Aside)> DamagedAsync(bool log, Func<byte[], byte[]> damage, string what) =>
        RecoverAsync(log ? _database : damage(_database), log ? damage(_log) : _log, $"{(log ? "log" : "database")} {what}");

    private void Lay(byte[] database, byte[] log)
    {
        foreach (var file in Directory.GetFiles(_folder.Path, "journal.db*")) File.Delete(file);
        File.WriteAllBytes(Path, database);
        if (log.Length > 0) File.WriteAllBytes(Path + "-wal", log);
    }

    private async Task<(int Found, int Lost, int Aside)> RecoverAsync(byte[] database, byte[] log, string what = "")
    {
        Lay(database, log);
        var original = new JournalId(1, 100);
        var found = new HashSet<ulong>();
        HashSet<ulong> lost;
        await using (var journal = Open())
        {
            // At once, whatever the damage.
            await journal.AppendAsync(Support.Entries.Stamp(), Support.Entries.Tap(9999));
            await journal.Mending.WaitAsync(RealClock.Patience, RealClock.Wall);
            Assert.Null(journal.OutOfService);
            lost = [.. journal.Lost.SelectMany(range => Enumerable.Range((int)range.First, (int)(range.Last - range.First) + 1).Select(n => (ulong)n))];
        }

        foreach (var (sequence, record) in Rows())
        {
            Assert.True(JournalRecord.TryRead(record, out var journal, out var stored), $"{what}: an entry in the journal is not whole");
            if (journal != original || (stored.Entry.Body is Protos.Journal.TapEntry tap && tap.Badge[0].Hash == 10_000)) continue;
            Assert.True(_truth.TryGetValue(sequence, out var was) && was.AsSpan().SequenceEqual(record), $"{what}: entry {sequence} is not what was written");
            found.Add(sequence);
        }

        var last = found.Count == 0 ? 0 : found.Max();
        foreach (var sequence in _truth.Keys.Where(sequence => !found.Contains(sequence)))
        {
            Assert.True(sequence > last || lost.Contains(sequence), $"{what}: entry {sequence} is missing and nothing says so");
            Assert.False(
                database.AsSpan().IndexOf(_truth[sequence]) >= 0 || log.AsSpan().IndexOf(_truth[sequence]) >= 0, $"{what}: entry {sequence} is whole in the files and was not saved");
        }

        Assert.False(lost.Overlaps(found), $"{what}: an entry that is there is called lost");

        // Once mended it stays so.
        var aside = Aside();
        await using (var again = Open()) await again.Mending.WaitAsync(RealClock.Patience, RealClock.Wall);
        Assert.Equal(aside, Aside());
        return (found.Count, _truth.Count - found.Count, aside);
    }

    private int Aside() => Directory.GetFiles(_folder.Path).Count(file => System.IO.Path.GetFileName(file).StartsWith("journal.db.", StringComparison.Ordinal));

    private List<(ulong Sequence, byte[] Record)> Rows()
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT key & 281474976710655, record FROM entries";
        using var rows = command.ExecuteReader();
        var found = new List<(ulong, byte[])>();
        while (rows.Read()) found.Add(((ulong)rows.GetInt64(0), rows.GetFieldValue<byte[]>(1)));
        return found;
    }
}
