using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Ingest;

namespace KyCuong.Server.Tests.Ingest;

/// <summary>A kiosk's journal as the kiosk would write it: each entry hashed after the one before.</summary>
internal sealed class KioskJournal(long kioskId, UInt128 epoch)
{
    /// <summary>2026-05-13T00:00:00Z, 07:00 in Vietnam: boot time 0 of every boot here.</summary>
    public const long BootedAtUs = 1_778_630_400_000_000;

    public const long Second = 1_000_000;

    private readonly List<HashedEntry> _entries = [];

    public JournalId Id => new((ulong)kioskId, epoch);

    public ulong Last => (ulong)_entries.Count;

    public UInt128 Boot { get; set; } = 7;

    /// <summary>False: the clock has not met the server in this boot.</summary>
    public bool Synced { get; set; } = true;

    /// <summary>How far the kiosk's estimate of the server's clock is off, microseconds.</summary>
    public long WrongByUs { get; set; }

    /// <summary>How far its wall clock is off, microseconds.</summary>
    public long WallWrongByUs { get; set; }

    public HashedEntry this[int sequence] => _entries[sequence - 1];

    /// <summary>Hash of the entry before a sequence.</summary>
    public Digest Before(int sequence) => sequence == 1 ? default : _entries[sequence - 2].Hash;

    /// <summary>Entries from a sequence to another, both included.</summary>
    public IReadOnlyList<HashedEntry> Range(int first, int last) => _entries[(first - 1)..last];

    public HashedEntry Tap(UInt128 badge, long seconds, Direction direction = Direction.Unspecified) => Tap([Key(badge)], seconds, direction);

    public HashedEntry Tap(BadgeKey[] badge, long seconds, Direction direction = Direction.Unspecified) => Add(seconds, new TapEntry(
        "cong", new EquatableList<BadgeKey>(badge), Technology.Em4100, 14, direction,
        direction == Direction.Unspecified ? DirectionSource.Unspecified : DirectionSource.Reader));

    public HashedEntry Sample(long seconds) => Add(seconds, new ClockSampleEntry(BootedAtUs, 4_000, 2_000));

    public HashedEntry Fault(long seconds) => Add(seconds, new ReaderFaultEntry("cong", FaultCode.Unplugged, "gone"));

    public HashedEntry Add(long seconds, EntryBody body)
    {
        ClockReading? estimate = Synced ? new ClockReading(BootedAtUs + WrongByUs, 3_000, 10 * Second) : null;
        var entry = new Entry(Last + 1, new Stamp(BootedAtUs + (seconds * Second) + WallWrongByUs, seconds * Second, Boot, estimate), body);
        var hashed = new HashedEntry(entry, CanonicalEntry.Hash(Id, _entries.Count == 0 ? default : _entries[^1].Hash, entry));
        _entries.Add(hashed);
        return hashed;
    }

    public static BadgeKey Key(UInt128 hash, CredentialLevel level = CredentialLevel.Em) => new(level, 1, hash);
}
