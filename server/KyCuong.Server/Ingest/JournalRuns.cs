using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Server.Store.Log;

namespace KyCuong.Server.Ingest;

/// <summary>
/// What a transaction took in from kiosks, for the log: one record for entries of a journal that follow one another. Its digest is
/// SHA-256 over "KCJ" 01 and, for each entry, big-endian: sequence i64, hash 32, received i64 µs, and u8 2 for what is no tap, 1 for a
/// tap that came late, 0 for one that came live. Its key is kiosk, epoch, first and last sequence, and the hash before the first, by
/// which the hashes can be worked out again from the content. Not thread-safe.
/// </summary>
internal sealed class JournalRuns
{
    private const byte NoTap = 2;
    private static readonly byte[] Format = "KCJ\u0001"u8.ToArray();

    private readonly List<LogRecord> _ended = [];
    private readonly Dictionary<JournalId, Run> _open = [];

    /// <summary>An entry was stored.</summary>
    /// <param name="journal">Where.</param>
    /// <param name="agencyId">Whose.</param>
    /// <param name="sequence">Its sequence.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="previous">Hash of the entry before it; null: not known, which is so only of what was stored before there was a log.</param>
    /// <param name="receivedUs">When it came, UTC microseconds.</param>
    /// <param name="backlog">It came late; null for what is no tap.</param>
    public void Add(JournalId journal, long agencyId, long sequence, Digest hash, Digest? previous, long receivedUs, bool? backlog)
    {
        // An entry of another history goes on in a run of its own, or nobody could tell afterwards what it was chained to.
        if (!_open.TryGetValue(journal, out var run) || run.Last + 1 != sequence || (previous is { } before && before != run.LastHash))
        {
            if (run is not null) _ended.Add(run.End());
            _open[journal] = run = new Run(journal, agencyId, sequence, previous);
        }

        run.Add(sequence, hash, receivedUs, backlog);
    }

    /// <summary>Entries of a journal are not waited for any more.</summary>
    public void AddLost(JournalId journal, long agencyId, long first, long last) => _ended.Add(new LogRecord(
        LogKind.Lost, agencyId, LogRecord.JournalEntries, string.Create(CultureInfo.InvariantCulture, $"{journal.KioskId}|{journal.Epoch:x32}|{first}|{last}"), default, []));

    /// <summary>Something else to enter.</summary>
    public void Add(LogRecord record) => _ended.Add(record);

    /// <summary>All of it, and begins anew.</summary>
    public IReadOnlyList<LogRecord> Take()
    {
        foreach (var run in _open.Values) _ended.Add(run.End());
        var taken = _ended.ToArray();
        Clear();
        return taken;
    }

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        foreach (var run in _open.Values) run.Dispose();
        _open.Clear();
        _ended.Clear();
    }

    private sealed class Run : IDisposable
    {
        private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly JournalId _journal;
        private readonly long _agencyId;
        private readonly long _first;
        private readonly Digest? _previous;

        public Run(JournalId journal, long agencyId, long first, Digest? previous)
        {
            (_journal, _agencyId, _first, _previous, Last) = (journal, agencyId, first, previous, first - 1);
            _digest.AppendData(Format);
        }

        public long Last { get; private set; }

        public Digest LastHash { get; private set; }

        public void Add(long sequence, Digest hash, long receivedUs, bool? backlog)
        {
            Span<byte> bytes = stackalloc byte[8 + Digest.Size + 8 + 1];
            BinaryPrimitives.WriteInt64BigEndian(bytes, sequence);
            hash.CopyTo(bytes[8..]);
            BinaryPrimitives.WriteInt64BigEndian(bytes[(8 + Digest.Size)..], receivedUs);
            bytes[^1] = backlog switch { null => NoTap, true => 1, false => 0 };
            _digest.AppendData(bytes);
            (Last, LastHash) = (sequence, hash);
        }

        public LogRecord End()
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{_journal.KioskId}|{_journal.Epoch:x32}|{_first}|{Last}|{_previous?.ToString() ?? "?"}");
            var record = new LogRecord(LogKind.Received, _agencyId, LogRecord.JournalEntries, key, Digest.FromBytes(_digest.GetHashAndReset()), []);
            Dispose();
            return record;
        }

        public void Dispose() => _digest.Dispose();
    }
}
