using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Resources;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Journal;

/// <summary>
/// How a journal's file comes into use, at the start and after each failure: its log and its tail are verified, a damaged file is put aside
/// and a new one begun, and a new epoch where the old one cannot be gone on with. For the journal's writer loop, which is the only
/// one to call it; <see cref="Damaged"/> and <see cref="Lost"/> are for any thread.
/// </summary>
/// <param name="options">Which file, and how it is kept.</param>
/// <param name="kioskId">From enrolment. A journal of another kiosk's is sealed and a new epoch begun.</param>
/// <param name="newEpoch">128 random bits.</param>
/// <param name="time">Names a file that is put aside.</param>
/// <param name="logger">What was found.</param>
internal sealed partial class JournalRecovery(JournalOptions options, ulong kioskId, Func<UInt128> newEpoch, TimeProvider time, ILogger logger)
{
    private const int SqliteError = 1;

    /// <summary>Numbers that a file begun after a damage leaves free below its first epoch, for those that are saved.</summary>
    private const int EpochsBelow = 1000;

    /// <summary>Damaged files that have numbers of their own; the column takes 32,767.</summary>
    private const int MostAside = 30;

    private volatile IReadOnlyList<LostRange> _lost = [];
    private volatile string? _damage;
    private string? _replaced;
    private byte[]? _log;
    private bool _torn;

    /// <summary>How the run before this one ended. Not known of a damaged file, which did not say that it stopped.</summary>
    public PreviousStop PreviousStop { get; private set; } = PreviousStop.Abrupt;

    /// <summary>Entries that this disk lost, over all epochs and damages.</summary>
    public IReadOnlyList<LostRange> Lost => _lost;

    /// <summary>True when the file is known to be damaged and has not been put aside yet.</summary>
    public bool IsDamaged => _damage is not null;

    /// <summary>Said when a damaged file was put aside: what can be saved of it waits.</summary>
    public event Action? WasSetAside;

    /// <summary>The file is damaged: the next time it is opened it is put aside instead.</summary>
    /// <param name="what">One sentence, for the log.</param>
    public void Damaged(string what) => _damage = what;

    /// <summary>What SQLite failed with, which may be damage.</summary>
    public void Failed(Exception e)
    {
        if (e is SqliteException && SqliteDamage.Is(e)) _damage = e.Message;
    }

    /// <summary>Reads again what is known to be lost.</summary>
    public void ReadLost(JournalDatabase database) => _lost = database.ReadLost();

    /// <summary>A damage was found while the file was in use: its log is kept before it is closed.</summary>
    public void KeepLog() => _log = DamagedFiles.ReadLog(options.Path, out _);

    /// <summary>
    /// Opens, verifies the tail, and begins a new epoch where the old one cannot be gone on with. A damaged file is put aside and
    /// taps go into a new one at once; what can be saved of the old one follows (<see cref="JournalMending"/>).
    /// </summary>
    /// <param name="known">The epoch that was written to before a failure; null at the start.</param>
    public JournalDatabase Open(JournalEpoch? known)
    {
        if (known is null) SyncSelfTest.Run();
        if (DamagedFiles.FinishSettingAside(options.Path) is { } half) Replaced(_damage ?? "it was being put aside when the program ended", half);
        var database = _damage is null ? OpenWhole(first: known is null) : null;
        if (database is null)
        {
            SetAside();
            database = JournalDatabase.Open(options);
            _lost = [];
        }

        try
        {
            if (database.Epochs.Count == 0) BeginEpoch(database, _replaced ?? "new", EpochsBelow * Math.Min(MostAside, DamagedFiles.All(options.Path).Count));
            else if (known is not null && database.Epochs[^1] is var found && found.Number == known.Number && found.Last < known.Last)
                BeginEpoch(database, $"entries {found.Last + 1} to {known.Last}, committed before the failure, are gone");
            else if (database.Epochs[^1].Id.KioskId != kioskId) BeginEpoch(database, "enrolled as another kiosk");
            // Cut off by a power failure, nobody was shown green for it; damaged afterwards, somebody was. Nothing tells which, and only a new epoch tells the
            // server that something may be missing there. A run that goes on knows itself what it has committed.
            else if (known is null && _torn && database.Epochs[^1].Last > 0) BeginEpoch(database, "its log had no whole end, so an entry may be missing there");
            _replaced = null;
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Seals the current epoch and begins another.</summary>
    /// <param name="database">The open file.</param>
    /// <param name="reason">For the operator.</param>
    /// <param name="first">Its number if the file has none yet.</param>
    public void BeginEpoch(JournalDatabase database, string reason, int first = 0)
    {
        var left = database.Epochs.Count > 0 ? database.Epochs[^1] : null;
        database.BeginEpoch(new JournalId(kioskId, newEpoch()), reason, Math.Max(1, first));
        if (left is not null) LogNewEpoch(logger, reason, left.Unsent, left.Id.KioskId);
    }

    /// <summary>The database if its log and its tail are whole; null, with <see cref="_damage"/> set, when it is not to be gone on with.</summary>
    private JournalDatabase? OpenWhole(bool first)
    {
        JournalDatabase? database = null;
        try
        {
            var wal = _log = DamagedFiles.ReadLog(options.Path, out var unreadable);
            var log = WalCheck.Look(wal);
            if (unreadable > 0) _damage = $"{unreadable} bytes of its log cannot be read";
            else if (log == WalState.Damaged) _damage = "its log is damaged before its end";
            // SQLite takes an empty file for a new database and deletes its log.
            else if (IsEmpty(options.Path) && RawRecords.In(new MemoryStream(wal)).Any()) _damage = "the file is empty and its log is not";
            if (_damage is not null) return null;

            _torn = log == WalState.TornTail;
            List<RawRecord> ofLog = _torn ? [.. RawRecords.In(new MemoryStream(wal))] : [];
            var ahead = AheadOfLog.Read(options.Path, ofLog);
            database = JournalDatabase.Open(options);
            if (database.RollForward(ofLog.Concat(ahead)) is > 0 and var taken) LogRolledForward(logger, options.Path, taken);
            _damage = database.VerifyTail(options.VerifiedTail, out var newest);
            _lost = database.ReadLost();
            if (database.Epochs.Count == 0 && JournalSalvage.HasRecords(options.Path)) _damage = "it has entries and no epoch";
            if (first && (newest is not null || DamagedFiles.All(options.Path).Count == 0))
                PreviousStop = newest switch { null => PreviousStop.None, EntryKind.Stop => PreviousStop.Orderly, _ => PreviousStop.Abrupt };
        }
        catch (Exception e) when (e is SqliteException { SqliteErrorCode: SqliteError } || SqliteDamage.Is(e))
        {
            _damage = e.Message;
        }
        catch
        {
            database?.Dispose();
            throw;
        }

        if (_damage is null)
        {
            _log = null;
            return database;
        }

        LetGo(database);
        return null;
    }

    /// <summary>Closes a file that is not gone on with. What closing fails with is told and changes nothing: nothing is written by it.</summary>
    public void LetGo(JournalDatabase? database)
    {
        try
        {
            database?.Dispose();
        }
        catch (SqliteException e)
        {
            LogCloseFailed(logger, e, options.Path);
        }
    }

    private void SetAside()
    {
        // A disk on which no file lives long is not to be filled with what is left of them.
        if (DamagedFiles.Unsaved(options.Path).Count >= MostAside) throw new IOException(JournalText.TooManyDamaged(options.Path, MostAside, _damage!));
        Replaced(_damage!, DamagedFiles.SetAside(options.Path, _log ?? [], time.GetUtcNow()));
    }

    /// <summary>The file is another one from now on; whatever happens before its first epoch is begun, it is not put aside for what was wrong with the last.</summary>
    private void Replaced(string damage, string aside)
    {
        (_damage, _replaced, _log) = (null, damage, null);
        LogSetAside(logger, options.Path, damage, aside);
        WasSetAside?.Invoke();
    }

    private static bool IsEmpty(string path) => !File.Exists(path) || new FileInfo(path).Length == 0;

    [LoggerMessage(Level = LogLevel.Error, Message = "The journal begins a new epoch: {Reason}. {Unsent} entries of the old one (kiosk {KioskId}) are not yet on the server and stay on this disk")]
    private static partial void LogNewEpoch(ILogger logger, string reason, ulong unsent, ulong kioskId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The journal {Path} is damaged: {Damage}. It is kept as {Aside}, taps go into a new one, and what can be saved follows")]
    private static partial void LogSetAside(ILogger logger, string path, string damage, string aside);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log of the journal {Path} had no whole end; {Entries} entries of it were whole and are kept")]
    private static partial void LogRolledForward(ILogger logger, string path, int entries);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The journal {Path} failed once more while it was closed; nothing is written by that")]
    private static partial void LogCloseFailed(ILogger logger, Exception e, string path);
}
