using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;

namespace KyCuong.Protos.Journal;

/// <summary>
/// Which journal an entry stands in. <paramref name="Epoch"/> is 128 random bits made with the journal.
/// Together with the entry's sequence it is the key of a tap (design section 4).
/// </summary>
public readonly record struct JournalId(ulong KioskId, UInt128 Epoch);

/// <summary>
/// What the kiosk's clocks said: raw wall clock (µs since 1970, UTC, may be wrong), boot-time clock (µs since boot)
/// and the boot it belongs to. <paramref name="Estimate"/> is null until the clock met the server in this boot.
/// </summary>
public readonly record struct Stamp(long WallClockUs, long BootTimeUs, UInt128 BootId, ClockReading? Estimate);

/// <summary>
/// Server's UTC µs minus boot-time µs, true within ± <paramref name="UncertaintyUs"/>;
/// <paramref name="SampleAgeUs"/> is the age of the newest sample behind it.
/// </summary>
public readonly record struct ClockReading(long ServerMinusBootUs, long UncertaintyUs, long SampleAgeUs);

/// <summary>One entry of a kiosk's journal: a sequence from 1, a stamp, and what happened.</summary>
public sealed record Entry(ulong Sequence, Stamp Stamp, EntryBody Body);

/// <summary>What an entry says. A closed list: the kinds of design section 4.</summary>
public abstract record EntryBody
{
    private protected EntryBody() { }

    /// <summary>The kind's byte in the canonical encoding; equals the field number in journal.proto.</summary>
    public abstract EntryKind Kind { get; }
}

/// <summary>Kinds of entry. The numbers are hashed and never change.</summary>
public enum EntryKind : byte
{
    Tap = 3,
    RefusedRead = 4,
    ReaderFault = 5,
    ReaderRecovery = 6,
    ClockSample = 7,
    Boot = 8,
    ConfigurationApplied = 9,
    Stop = 10,
    ClaimedTap = 11,
}

/// <summary>A badge was presented. <paramref name="Badge"/>: 1 to 8 hashes, strongest level first.</summary>
public sealed record TapEntry(
    string Reader, EquatableList<BadgeKey> Badge, Technology Technology, int RawLength,
    Direction Direction, DirectionSource DirectionSource) : EntryBody
{
    /// <inheritdoc />
    public override EntryKind Kind => EntryKind.Tap;
}

/// <summary>A person without a badge entered this staff code, and a PIN that stands nowhere.</summary>
public sealed record ClaimedTapEntry(string StaffCode, ClaimCheck Check, Direction Direction, DirectionSource DirectionSource) : EntryBody
{
    /// <inheritdoc />
    public override EntryKind Kind => EntryKind.ClaimedTap;
}

/// <summary>Reads that were no tap; equal ones in a row stand in one entry.</summary>
public sealed record RefusedReadEntry(string Reader, RefusalReason Reason, Technology Technology, int RawLength, int Count) : EntryBody
{
    /// <inheritdoc />
    public override EntryKind Kind => EntryKind.RefusedRead;
}

/// <summary>A reader stopped working. <paramref name="Detail"/> is for the operator and never holds card data.</summary>
public sealed record ReaderFaultEntry(string Reader, FaultCode Fault, string Detail) : EntryBody
{
    /// <inheritdoc />
    public override EntryKind Kind => EntryKind.ReaderFault;
}

/// <summary>A reader works again after so many µs of boot time.</summary>
public sealed record ReaderRecoveryEntry(string Reader, long DownForUs) : EntryBody
{
    /// <inheritdoc />
    public override EntryKind Kind => EntryKind.ReaderRecovery;
}

/// <summary>One exchange with the server's clock.</summary>
public sealed record ClockSampleEntry(long ServerMinusBootUs, long RoundTripUs, long UncertaintyUs) : EntryBody
{
    /// <inheritdoc />
    public override EntryKind Kind => EntryKind.ClockSample;
}

/// <summary>The kiosk program started.</summary>
public sealed record BootEntry(string SoftwareVersion, PreviousStop PreviousStop) : EntryBody
{
    /// <inheritdoc />
    public override EntryKind Kind => EntryKind.Boot;
}

/// <summary>The kiosk began to work with this configuration (version 0: its own file).</summary>
public sealed record ConfigurationAppliedEntry(ulong Version, Digest Sha256) : EntryBody
{
    /// <inheritdoc />
    public override EntryKind Kind => EntryKind.ConfigurationApplied;
}

/// <summary>The kiosk program ended in order.</summary>
public sealed record StopEntry(StopReason Reason) : EntryBody
{
    /// <inheritdoc />
    public override EntryKind Kind => EntryKind.Stop;
}
