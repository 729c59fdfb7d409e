using KyCuong.Protos;

namespace KyCuong.Server.Store.Log;

/// <summary>
/// Enters records in the log of a session, inside its transaction. It knows the log's end from commit to commit. Not
/// thread-safe: whoever holds the writer's lease uses it.
/// </summary>
internal sealed class LogWriter(StoreSession session) : IDisposable
{
    private readonly StoreInsert _insert = session.PrepareInsert("log_entries", "number, at_us, agency_id, kind, subject, row_key, salt, digest, hash");
    private LogHead? _end;
    private LogHead _next = LogHead.None;

    /// <summary>The session it was made for.</summary>
    public StoreSession Session => session;

    /// <summary>Where the log ends, what is not committed left out.</summary>
    public LogHead End => _end ??= Read(session);

    /// <summary>Enters records; they count once <see cref="Committed"/> was called.</summary>
    public void Write(IReadOnlyList<LogRecord> records, long atUs)
    {
        _next = End;
        Span<byte> bytes = stackalloc byte[Digest.Size];
        foreach (var record in records)
        {
            _next = _next.Next(atUs, record);
            _insert.Bind(1, _next.Number).Bind(2, atUs).Bind(3, record.AgencyId).Bind(4, (long)record.Kind).Bind(5, record.Subject).Bind(6, record.Key);
            _insert.Bind(7, record.Salt.AsSpan());
            record.Digest.CopyTo(bytes);
            _insert.Bind(8, bytes);
            _next.Hash.CopyTo(bytes);
            _insert.Bind(9, bytes).Add();
        }
    }

    /// <summary>What was written is in the store.</summary>
    public void Committed() => _end = _next;

    /// <summary>It is not known what of it is in the store: the end is read anew.</summary>
    public void Forget() => _end = null;

    /// <summary>The end of the log as a session sees it.</summary>
    public static LogHead Read(StoreSession session)
    {
        using var last = session.Prepare("SELECT number, hash FROM log_entries ORDER BY number DESC LIMIT 1");
        if (!last.Step()) return LogHead.None;
        var end = new LogHead(last.Number(0), Digest.FromBytes(last.Bytes(1)));
        last.Reset();
        return end;
    }

    /// <summary>The hash of an entry; null when there is none of that number.</summary>
    public static Digest? Hash(StoreSession session, long number)
    {
        using var entry = session.Prepare("SELECT hash FROM log_entries WHERE number = ?1").Bind(1, number);
        if (!entry.Step()) return null;
        var hash = Digest.FromBytes(entry.Bytes(0));
        entry.Reset();
        return hash;
    }

    /// <inheritdoc />
    public void Dispose() => _insert.Dispose();
}
