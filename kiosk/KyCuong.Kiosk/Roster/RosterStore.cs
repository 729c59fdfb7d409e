using KyCuong.Kiosk.Arrivals;
using KyCuong.Kiosk.Files;
using System.Globalization;
using Google.Protobuf;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;
using Microsoft.Data.Sqlite;

namespace KyCuong.Kiosk.Roster;

/// <summary>
/// The roster on disk, in a file of its own: it can always be fetched again, so one that cannot be read or has another
/// layout is deleted and begun anew. Rows hold the messages as they came. Not thread-safe.
/// </summary>
public sealed class RosterStore : IDisposable
{
    private const long Layout = 1;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const string Schema = """
        CREATE TABLE roster (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL) STRICT;
        CREATE TABLE people (person_id INTEGER PRIMARY KEY, message BLOB NOT NULL) STRICT;
        CREATE TABLE badges (badge_id INTEGER PRIMARY KEY, message BLOB NOT NULL) STRICT;
        INSERT INTO roster (id, version) VALUES (1, 0);
        PRAGMA user_version = 1;
        """;

    private static readonly StoredMessage<RosterPerson> StoredPerson = new(RosterPerson.Parser);
    private static readonly StoredMessage<RosterBadge> StoredBadge = new(RosterBadge.Parser);
    private readonly string _path;
    private SqliteConnection _connection;

    private RosterStore(string path, SqliteConnection connection) => (_path, _connection) = (path, connection);

    /// <summary>Opens or makes the file.</summary>
    public static RosterStore Open(string path)
    {
        try
        {
            return OpenOnce(path);
        }
        catch (SqliteException e) when (SqliteDamage.Is(e) || e.SqliteErrorCode is not (ReadOnly or IoError or Full or CannotOpen))
        {
            // Not for a disk that is full or gone: names would be gone until the server can be reached. A block that cannot be read has none.
            Delete(path);
            return OpenOnce(path);
        }
    }

    /// <summary>What is on disk. When a row of it is damaged nothing is any more: the server sends the whole roster again.</summary>
    public RosterBook Load()
    {
        try
        {
            if (Read() is { } book) return book;
        }
        catch (SqliteException e) when (SqliteDamage.Is(e))
        {
            BeginAnew();
            return RosterBook.Empty;
        }

        using var transaction = _connection.BeginTransaction();
        Execute("DELETE FROM people");
        Execute("DELETE FROM badges");
        Execute("UPDATE roster SET version = 0");
        transaction.Commit();
        return RosterBook.Empty;
    }

    /// <summary>Null: a row is damaged.</summary>
    private RosterBook? Read()
    {
        var version = (ulong)Number("SELECT version FROM roster");
        if (version == 0) return RosterBook.Empty;
        var (people, known) = (new List<RosterEntry>(), new HashSet<ulong>());
        foreach (var row in Rows("SELECT message FROM people"))
        {
            if (StoredPerson.Read(row) is not { } person || !known.Add(person.PersonId)) return null;
            people.Add(new RosterEntry(
                person.PersonId, person.FullName, person.UnitName, [.. person.Segments.Select(GateSegment.FromMessage).OfType<GateSegment>()],
                PhotoStore.NameOf(person.PhotoSha256.Span)) { StaffCode = person.StaffCode });
        }

        var badges = new List<RosterBadgeEntry>();
        foreach (var row in Rows("SELECT message FROM badges"))
        {
            if (StoredBadge.Read(row) is not { } badge) return null;
            if (BadgeWire.TryFromMessages(badge.Hashes, badge.Hashes.Count, out var hashes))
                badges.Add(new RosterBadgeEntry(badge.BadgeId, badge.PersonId, hashes, badge.State, badge.ValidFromUs, badge.ValidToUs));
        }

        return new RosterBook(version, people, badges);
    }

    /// <summary>Applies a change whole or not at all. False when it changes another version than this one, or one that is damaged.</summary>
    public bool Apply(RosterChange change)
    {
        try
        {
            return ApplyOnce(change);
        }
        catch (SqliteException e) when (SqliteDamage.Is(e))
        {
            BeginAnew();
            return ApplyOnce(change);
        }
    }

    private bool ApplyOnce(RosterChange change)
    {
        if (change.BaseVersion != 0 && change.BaseVersion != (ulong)Number("SELECT version FROM roster")) return false;
        using var transaction = _connection.BeginTransaction();
        if (change.BaseVersion == 0)
        {
            Execute("DELETE FROM people");
            Execute("DELETE FROM badges");
        }

        foreach (var chunk in change.Chunks)
        {
            foreach (var person in chunk.People) Execute("INSERT OR REPLACE INTO people VALUES (@id, @message)", person.PersonId, person.ToByteArray());
            foreach (var badge in chunk.Badges) Execute("INSERT OR REPLACE INTO badges VALUES (@id, @message)", badge.BadgeId, badge.ToByteArray());
            foreach (var id in chunk.RemovedPeople) Execute("DELETE FROM people WHERE person_id = @id", id);
            foreach (var id in chunk.RemovedBadges) Execute("DELETE FROM badges WHERE badge_id = @id", id);
        }

        Execute("UPDATE roster SET version = @id", change.Version);
        transaction.Commit();
        return true;
    }

    /// <summary>Erases these people; their badges stay, and name nobody.</summary>
    /// <exception cref="SqliteException">The file fails; one that is damaged names nobody any more.</exception>
    public void Forget(IEnumerable<ulong> people)
    {
        try
        {
            using var transaction = _connection.BeginTransaction();
            foreach (var id in people) Execute("DELETE FROM people WHERE person_id = @id", id);
            transaction.Commit();
        }
        catch (SqliteException e) when (SqliteDamage.Is(e))
        {
            BeginAnew();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _connection.Dispose();

    private void BeginAnew()
    {
        _connection.Dispose();
        Delete(_path);
        _connection = OpenOnce(_path)._connection;
    }

    private static void Delete(string path)
    {
        foreach (var suffix in (ReadOnlySpan<string>)["", "-journal"]) File.Delete(path + suffix);
    }

    private static RosterStore OpenOnce(string path)
    {
        AtomicFile.EnsurePrivate(path);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            var store = new RosterStore(path, connection);
            // secure_delete: who is to be forgotten does not stay in free pages.
            store.Execute("PRAGMA secure_delete = ON");
            var layout = store.Number("PRAGMA user_version");
            if (layout == 0) store.Execute(Schema);
            else if (layout != Layout) throw new SqliteException($"roster layout {layout} is not known", 26);
            store.Number("SELECT count(*) FROM people");
            return store;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Execute(string sql, ulong? id = null, byte[]? message = null)
    {
        using var command = _connection.Command(sql);
        if (id is { } number) command.Parameters.AddWithValue("@id", (long)number);
        if (message is not null) command.Parameters.AddWithValue("@message", message);
        command.ExecuteNonQuery();
    }

    private long Number(string sql)
    {
        using var command = _connection.Command(sql);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private IEnumerable<byte[]> Rows(string sql)
    {
        using var command = _connection.Command(sql);
        using var rows = command.ExecuteReader();
        while (rows.Read()) yield return rows.GetFieldValue<byte[]>(0);
    }
}
