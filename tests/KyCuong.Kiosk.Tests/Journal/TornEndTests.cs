using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Tests.Journal;

/// <summary>A journal whose log ends in half a transaction, as a power cut or a damaged disk leaves it: which of the two nobody can tell.</summary>
public sealed class TornEndTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private int _epochs;

    private string Path => _folder.File("journal.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_torn_end_begins_a_new_epoch_and_loses_nothing_before_it()
    {
        var first = await KilledAsync(taps: 5);
        using (var log = File.Open(Path + "-wal", FileMode.Open)) log.SetLength(log.Length - 1000);
        await using var journal = Open();
        Assert.NotEqual(first, journal.Current.Id.Epoch);
        Assert.Equal(4UL, journal.Epochs[0].Last);
        Assert.Equal(first, journal.ToSend.Id.Epoch);
        Assert.True(journal.HasEarlier);
        // And once only.
        await journal.AppendAsync(Entries.Stamp(), Entries.Tap(9));
        await journal.DisposeAsync();
        await using var again = Open();
        Assert.Equal(journal.Current.Id.Epoch, again.Current.Id.Epoch);
    }

    [Fact]
    public async Task A_whole_one_is_gone_on_with()
    {
        var first = await KilledAsync(taps: 5);
        await using var journal = Open();
        Assert.Equal((first, 5UL), (journal.Current.Id.Epoch, journal.Current.Last));
        Assert.False(journal.HasEarlier);
    }

    [Fact]
    public async Task What_is_left_of_the_logs_earlier_round_is_no_torn_end()
    {
        var first = await KilledAsync(taps: 40, commitsPerCheckpoint: 30);
        await using var journal = Open();
        Assert.Equal((first, 40UL), (journal.Current.Id.Epoch, journal.Current.Last));
    }

    [Fact]
    public async Task A_file_set_aside_is_looked_for_until_it_is_saved()
    {
        await using var journal = Open();
        Assert.False(journal.HasEarlier);
        File.WriteAllText(Path + ".damaged-20261124000000", "");
        Assert.True(journal.HasEarlier);
        DamagedFiles.MarkSaved(Path + ".damaged-20261124000000");
        Assert.False(journal.HasEarlier);
    }

    /// <summary>Each tap a transaction of its own; the files as they lie when the program is killed. Returns the epoch.</summary>
    private async Task<UInt128> KilledAsync(int taps, int commitsPerCheckpoint = 1000)
    {
        UInt128 epoch;
        await using (var journal = Open(commitsPerCheckpoint))
        {
            epoch = journal.Current.Id.Epoch;
            for (var i = 0; i < taps; i++) await journal.AppendAsync(Entries.Stamp(), Entries.Tap(i));
            foreach (var suffix in (string[])["", "-wal"]) File.Copy(Path + suffix, Path + suffix + "-killed");
        }

        foreach (var suffix in (string[])["", "-wal"]) File.Move(Path + suffix + "-killed", Path + suffix, overwrite: true);
        return epoch;
    }

    private KioskJournal Open(int commitsPerCheckpoint = 1000) => KioskJournal.Open(
        new JournalOptions { Path = Path, CommitsPerCheckpoint = commitsPerCheckpoint }, 5, () => (UInt128)(++_epochs), RealClock.Boot, NullLogger<KioskJournal>.Instance);
}
