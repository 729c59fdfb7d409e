using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos.V1;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Tests.Journal;

/// <summary>A journal and its log are renamed one after the other when they are put aside, and the program may end between any two.</summary>
public sealed class SettingAsideTests : IDisposable
{
    private const string Aside = ".damaged-20261124000000";
    private const int Taps = 5;

    private readonly TempFolder _folder = new();
    private int _epochs;

    private string Path => _folder.File("journal.db");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("-wal")]
    [InlineData("-wal", DamagedFiles.LogSuffix)]
    public async Task One_that_was_broken_off_is_ended_and_nothing_is_lost(params string[] moved)
    {
        var first = await KilledAsync();
        File.Copy(Path + "-wal", Path + DamagedFiles.LogSuffix);
        foreach (var suffix in moved) File.Move(Path + suffix, Path + Aside + suffix);
        await AssertSavedAsync(first);
    }

    [Fact]
    public async Task A_log_whose_journal_is_gone_is_saved()
    {
        var first = await KilledAsync();
        File.Delete(Path);
        await AssertSavedAsync(first);
    }

    [Fact]
    public async Task One_that_was_ended_is_left_as_it_is()
    {
        var first = await KilledAsync();
        File.WriteAllText(Path + Aside, "");
        File.WriteAllText(Path + Aside + "-wal", "");
        await using var journal = Open();
        await journal.Mending.WaitAsync(RealClock.Patience, RealClock.Wall);
        Assert.Equal((first, (ulong)Taps), (journal.Current.Id.Epoch, journal.Current.Last));
    }

    [Fact]
    public async Task No_more_are_put_aside_than_somebody_can_look_at()
    {
        await KilledAsync();
        for (var i = 0; i < 30; i++) File.WriteAllText($"{Path}.damaged-202611240000{i:00}", "");
        File.Delete(Path + "-wal");
        File.WriteAllText(Path, new string('x', 8192));
        var problem = Assert.Throws<KioskException>(() => Open());
        Assert.Contains("đã cất 30 tệp nhật ký hỏng", problem.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path));
        Assert.Equal(30, DamagedFiles.Unsaved(Path).Count);
    }

    private async Task AssertSavedAsync(UInt128 first)
    {
        await using var journal = Open();
        Assert.NotEqual(first, journal.Current.Id.Epoch);
        Assert.Equal(PreviousStop.Abrupt, journal.PreviousStop);
        await journal.Mending.WaitAsync(RealClock.Patience, RealClock.Wall);
        Assert.Equal((first, (ulong)Taps), (journal.ToSend.Id.Epoch, journal.ToSend.Last));
        using var reader = new JournalReader(Path);
        Assert.Equal(Taps, reader.Read(journal.ToSend, 1, 100).Entries.Count);
        Assert.Empty(DamagedFiles.Unsaved(Path));
    }

    /// <summary>Each tap in the log only, as the files lie when the program is killed. Returns the epoch.</summary>
    private async Task<UInt128> KilledAsync()
    {
        UInt128 epoch;
        await using (var journal = Open())
        {
            epoch = journal.Current.Id.Epoch;
            for (var i = 0; i < Taps; i++) await journal.AppendAsync(Entries.Stamp(), Entries.Tap(i));
            foreach (var suffix in (string[])["", "-wal"]) File.Copy(Path + suffix, Path + suffix + "-killed");
        }

        foreach (var suffix in (string[])["", "-wal"]) File.Move(Path + suffix + "-killed", Path + suffix, overwrite: true);
        return epoch;
    }

    private KioskJournal Open() => KioskJournal.Open(
        new JournalOptions { Path = Path }, 5, () => (UInt128)(++_epochs), RealClock.Boot, NullLogger<KioskJournal>.Instance);
}
