using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos;
using KyCuong.Protos.Journal;

namespace KyCuong.Kiosk.Tests.Link;

/// <summary>A journal damaged in its middle gets back from the server what it had acknowledged, over real TLS, out of real files.</summary>
public sealed class LostFetchTests : IAsyncLifetime, IDisposable
{
    private const int Taps = 700;
    private readonly TempFolder _folder = new();
    private readonly Dictionary<ulong, byte[]> _truth = [];
    private UInt128 _epoch;
    private FakeServer _server = null!;

    private DataDirectory Directory => DataDirectory.Open(_folder.Path);
    private ServerState State => _server.State;

    public async Task InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        await KioskRig.EnrolAsync(_server, Directory);
        await using (var kiosk = KioskRig.Start(Directory))
        {
            for (var i = 0; i < 7; i++) await kiosk.TapAsync(Taps / 7);
            await kiosk.AllAckedAsync();
            _epoch = kiosk.Journal.Current.Id.Epoch;
        }

        foreach (var (sequence, record) in Rows(_epoch)) _truth.Add(sequence, record);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Everything_that_was_acknowledged_is_whole_again()
    {
        // A hole longer than one request, single entries, the first one; and all of a page whatever stands there.
        Damage([1, 20, 22, .. Enumerable.Range(100, 300).Select(n => (ulong)n)]);
        await using (var kiosk = KioskRig.Start(Directory))
        {
            await kiosk.TapAsync(3);
            await RealClock.UntilAsync(() => IsSaved(), "what can be saved was saved");
            await RealClock.UntilAsync(() => kiosk.Journal.Unsent == 0 && kiosk.Journal.Lost.Count == 0, "all is back");
            Assert.Contains(kiosk.Log.Lines, line => line.Contains("were fetched back from the server", StringComparison.Ordinal));
        }

        Assert.True(State.EntriesRequests.Count >= 6, $"{State.EntriesRequests.Count} requests");
        Assert.All(State.EntriesRequests, request => Assert.InRange(request.LastSequence - request.FirstSequence, 0UL, ContractLimits.EntriesPerRequest - 1UL));
        Assert.Equal(_truth.Select(row => (row.Key, Convert.ToHexString(row.Value))), Rows(_epoch).Select(row => (row.Sequence, Convert.ToHexString(row.Record))));
        // And the next start finds nothing wrong with it.
        await using var again = KioskRig.Start(Directory);
        await again.Journal.Mending.WaitAsync(RealClock.Patience, RealClock.Wall);
        Assert.Empty(again.Journal.Lost);
        Assert.Single(Aside());
    }

    [Fact]
    public async Task What_the_server_has_not_either_stays_lost_and_is_named()
    {
        Damage([50, 51, 52, 200]);
        State.GivesBack = encodings => [.. encodings.Where(encoding => Sequence(encoding) is not 51)];
        await using var kiosk = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => IsSaved() && kiosk.Journal.Lost is [{ First: 50, Last: 51 }], "all but what the server has not");
        Assert.Equal([new LostRange(_epoch, 50, 51)], kiosk.Journal.Lost);
        await RealClock.UntilAsync(() => kiosk.Log.Lines.Any(line => line.Contains("has not entry 51", StringComparison.Ordinal)), "it is said");
        var asked = State.EntriesRequests.Count;
        await kiosk.TapAsync(5);
        await kiosk.AllAckedAsync();
        Assert.Equal(asked, State.EntriesRequests.Count);
    }

    [Theory]
    [InlineData("another badge")]
    [InlineData("another history")]
    [InlineData("another journal")]
    [InlineData("no entry at all")]
    public async Task A_server_that_gives_something_else_is_not_believed(string lie)
    {
        Damage([50, 51, 52]);
        State.GivesBack = encodings => lie switch
        {
            "another badge" => [.. encodings.Select(encoding => Sequence(encoding) == 51 ? Other(encoding) : encoding)],
            "another history" => Chained(encodings),
            "another journal" => [.. encodings.Select(Elsewhere)],
            _ => [[1, 2, 3]],
        };
        await using (var kiosk = KioskRig.Start(Directory))
        {
            await RealClock.UntilAsync(() => kiosk.Log.Lines.Any(line => line.StartsWith("Error: ALARM", StringComparison.Ordinal)), "it is an alarm");
            Assert.Equal([new LostRange(_epoch, 50, 52)], kiosk.Journal.Lost);
            await kiosk.TapAsync(2);
            await kiosk.AllAckedAsync();
            Assert.Single(State.EntriesRequests);
        }

        Assert.Equal(_truth.Where(row => row.Key is < 50 or > 52).Select(row => (row.Key, Convert.ToHexString(row.Value))), Rows(_epoch).Select(row => (row.Sequence, Convert.ToHexString(row.Record))));
    }

    private static ulong Sequence(byte[] encoding)
    {
        Assert.True(CanonicalEntry.TryRead(encoding, out _, out _, out var entry));
        return entry.Sequence;
    }

    private static byte[] Other(byte[] encoding, Digest? previous = null)
    {
        Assert.True(CanonicalEntry.TryRead(encoding, out var journal, out var before, out var entry));
        var bytes = new byte[CanonicalEntry.MaxSize];
        return bytes[..CanonicalEntry.Write(bytes, journal, previous ?? before, entry with { Body = Entries.Tap(4711) })];
    }

    private static List<byte[]> Chained(IReadOnlyList<byte[]> encodings)
    {
        var (chain, previous) = (new List<byte[]>(), (Digest?)null);
        foreach (var encoding in encodings)
        {
            chain.Add(Other(encoding, previous));
            previous = CanonicalEntry.HashBytes(chain[^1]);
        }

        return chain;
    }

    private static byte[] Elsewhere(byte[] encoding)
    {
        Assert.True(CanonicalEntry.TryRead(encoding, out var journal, out var before, out var entry));
        var bytes = new byte[CanonicalEntry.MaxSize];
        return bytes[..CanonicalEntry.Write(bytes, journal with { Epoch = journal.Epoch + 1 }, before, entry)];
    }

    /// <summary>Spoils a byte of each of these records where it lies in the file.</summary>
    private void Damage(IEnumerable<ulong> sequences)
    {
        var file = File.ReadAllBytes(Directory.Journal);
        foreach (var sequence in sequences)
        {
            var at = file.AsSpan().IndexOf(_truth[sequence]);
            Assert.True(at > 0, $"entry {sequence} is not in one piece in the file");
            file[at + 100] ^= 0xFF;
        }

        File.WriteAllBytes(Directory.Journal, file);
    }

    private bool IsSaved() => Aside().Count == 1;

    private List<string> Aside() => [.. System.IO.Directory.GetFiles(_folder.Path, "journal.db.saved-*").Where(file => char.IsAsciiDigit(file[^1]))];

    private List<(ulong Sequence, byte[] Record)> Rows(UInt128 epoch)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Directory.Journal};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT entries.key & 281474976710655, record FROM entries JOIN epochs ON epochs.number = entries.key >> 48 WHERE epoch = @epoch ORDER BY entries.key";
        command.Parameters.AddWithValue("@epoch", Bytes128.ToArray(epoch));
        using var rows = command.ExecuteReader();
        var found = new List<(ulong, byte[])>();
        while (rows.Read()) found.Add(((ulong)rows.GetInt64(0), rows.GetFieldValue<byte[]>(1)));
        return found;
    }
}
