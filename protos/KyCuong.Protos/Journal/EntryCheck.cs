using System.Text;
using KyCuong.Protos.V1;

namespace KyCuong.Protos.Journal;

/// <summary>What must hold of an entry before it is written and after it is read. Pure.</summary>
public static class EntryCheck
{
    /// <summary>Null when the entry keeps the contract; otherwise one sentence that names the field.</summary>
    public static string? Problem(Entry entry)
    {
        if (entry.Sequence == 0) return "sequence counts from 1";
        if (entry.Stamp.BootTimeUs < 0) return "boot_time_us is negative";
        if (entry.Stamp.Estimate is { } estimate && (estimate.UncertaintyUs < 0 || estimate.SampleAgeUs < 0))
            return "the clock estimate has a negative uncertainty or age";
        return entry.Body switch
        {
            TapEntry tap => ReaderProblem(tap.Reader) ?? TapProblem(tap),
            ClaimedTapEntry claim => ClaimProblem(claim),
            RefusedReadEntry refused => ReaderProblem(refused.Reader)
                ?? (refused.Count < 1 ? "a refusal counts 1 or more" : null)
                ?? (refused.RawLength < 0 ? "raw_length is negative" : null)
                ?? Known(refused.Reason, refused.Reason == RefusalReason.Unspecified)
                ?? Known(refused.Technology, false),
            ReaderFaultEntry fault => ReaderProblem(fault.Reader)
                ?? (Encoding.UTF8.GetByteCount(fault.Detail) > ContractLimits.FaultDetailBytes ? $"detail has more than {ContractLimits.FaultDetailBytes} bytes" : null)
                ?? Known(fault.Fault, fault.Fault == FaultCode.Unspecified),
            ReaderRecoveryEntry recovery => ReaderProblem(recovery.Reader) ?? (recovery.DownForUs < 0 ? "down_for_us is negative" : null),
            ClockSampleEntry sample => sample.RoundTripUs < 0 || sample.UncertaintyUs < 0 ? "a clock sample has a negative round trip or uncertainty" : null,
            BootEntry boot => boot.SoftwareVersion.Length > ContractLimits.VersionBytes || !Ascii.IsValid(boot.SoftwareVersion)
                ? $"software_version is ASCII of at most {ContractLimits.VersionBytes} characters"
                : Known(boot.PreviousStop, boot.PreviousStop == PreviousStop.Unspecified),
            ConfigurationAppliedEntry => null,
            StopEntry stop => Known(stop.Reason, stop.Reason == StopReason.Unspecified),
            _ => $"unknown kind of entry {entry.Body.Kind}",
        };
    }

    private static string? ReaderProblem(string reader) =>
        ContractLimits.IsReaderId(reader) ? null : $"reader is not 1 to {ContractLimits.ReaderIdLength} characters of [a-z0-9-]";

    private static string? TapProblem(TapEntry tap)
    {
        if (tap.Badge.Count is < 1 or > ContractLimits.BadgeHashesPerTap) return $"a tap has 1 to {ContractLimits.BadgeHashesPerTap} badge hashes";
        if (tap.RawLength < 0) return "raw_length is negative";
        foreach (var key in tap.Badge.AsSpan())
            if (Known(key.Level, key.Level == CredentialLevel.Unspecified) is { } problem) return problem;
        return DirectionProblem(tap.Direction, tap.DirectionSource) ?? Known(tap.Technology, tap.Technology == Technology.Unspecified);
    }

    private static string? ClaimProblem(ClaimedTapEntry claim)
    {
        if (!ContractLimits.IsStaffCode(claim.StaffCode)) return $"staff_code is not 1 to {ContractLimits.StaffCodeLength} characters of [A-Za-z0-9._/-]";
        // Nobody but the person says it: there is no reader.
        if (claim.DirectionSource == DirectionSource.Reader) return "direction_source of a claim is no reader";
        return DirectionProblem(claim.Direction, claim.DirectionSource) ?? Known(claim.Check, claim.Check == ClaimCheck.Unspecified);
    }

    private static string? DirectionProblem(Direction direction, DirectionSource source) =>
        (direction == Direction.Unspecified) != (source == DirectionSource.Unspecified)
            ? "a direction and its source come together"
            : Known(direction, false) ?? Known(source, false);

    private static string? Known<T>(T value, bool unspecified) where T : struct, Enum =>
        unspecified || !Enum.IsDefined(value) ? $"{typeof(T).Name} has the unknown value {Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture)}" : null;
}
