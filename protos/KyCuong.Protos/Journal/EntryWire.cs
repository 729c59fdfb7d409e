using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;

namespace KyCuong.Protos.Journal;

/// <summary>Maps entries to and from generated messages at the edge; generated types go no further in. Pure.</summary>
public static class EntryWire
{
    /// <summary>The message for an entry and its hash.</summary>
    public static JournalEntry ToMessage(Entry entry, Digest hash)
    {
        var message = new JournalEntry { Sequence = entry.Sequence, Stamp = ToMessage(entry.Stamp), Hash = ByteString.CopyFrom(hash.ToArray()) };
        switch (entry.Body)
        {
            case TapEntry tap:
                message.Tap = new Tap
                {
                    Reader = tap.Reader,
                    Technology = tap.Technology,
                    RawLength = (uint)tap.RawLength,
                    Direction = tap.Direction,
                    DirectionSource = tap.DirectionSource,
                };
                foreach (var key in tap.Badge.AsSpan()) message.Tap.Badge.Add(BadgeWire.ToMessage(key));
                break;
            case RefusedReadEntry refused:
                message.RefusedRead = new RefusedRead
                {
                    Reader = refused.Reader,
                    Reason = refused.Reason,
                    Technology = refused.Technology,
                    RawLength = (uint)refused.RawLength,
                    Count = (uint)refused.Count,
                };
                break;
            case ReaderFaultEntry fault:
                message.ReaderFault = new ReaderFault { Reader = fault.Reader, Fault = fault.Fault, Detail = fault.Detail };
                break;
            case ReaderRecoveryEntry recovery:
                message.ReaderRecovery = new ReaderRecovery { Reader = recovery.Reader, DownForUs = (ulong)recovery.DownForUs };
                break;
            case ClockSampleEntry sample:
                message.ClockSample = new ClockSample
                {
                    ServerMinusBootUs = sample.ServerMinusBootUs,
                    RoundTripUs = (ulong)sample.RoundTripUs,
                    UncertaintyUs = (ulong)sample.UncertaintyUs,
                };
                break;
            case BootEntry boot:
                message.Boot = new Boot { SoftwareVersion = boot.SoftwareVersion, PreviousStop = boot.PreviousStop };
                break;
            case ConfigurationAppliedEntry applied:
                message.ConfigurationApplied = new ConfigurationApplied { Version = applied.Version, Sha256 = ByteString.CopyFrom(applied.Sha256.ToArray()) };
                break;
            case StopEntry stop:
                message.Stop = new Stop { Reason = stop.Reason };
                break;
            case ClaimedTapEntry claim:
                message.ClaimedTap = new ClaimedTap
                {
                    StaffCode = claim.StaffCode,
                    Check = claim.Check,
                    Direction = claim.Direction,
                    DirectionSource = claim.DirectionSource,
                };
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(entry), entry.Body.Kind, "This kind of entry has no message.");
        }

        return message;
    }

    /// <summary>The entry in a message. False, with a sentence that names the field, for anything outside the contract. Never throws.</summary>
    public static bool TryFromMessage(JournalEntry message, [NotNullWhen(true)] out Entry? entry, out Digest hash, [NotNullWhen(false)] out string? problem)
    {
        entry = null;
        if (!Digest.TryFromBytes(message.Hash.Span, out hash))
        {
            problem = "hash does not have 32 bytes";
            return false;
        }

        if (!TryFromMessage(message.Stamp, out var stamp))
        {
            problem = "stamp is missing, has no 16-byte boot_id or is out of range";
            return false;
        }

        var body = BodyFromMessage(message);
        if (body is null)
        {
            problem = "the payload is missing, of an unknown kind or out of range";
            return false;
        }

        var candidate = new Entry(message.Sequence, stamp, body);
        problem = EntryCheck.Problem(candidate);
        if (problem is not null) return false;
        entry = candidate;
        return true;
    }

    /// <summary>The message for a stamp.</summary>
    public static EntryStamp ToMessage(Stamp stamp)
    {
        var message = new EntryStamp
        {
            WallClockUs = stamp.WallClockUs,
            BootTimeUs = stamp.BootTimeUs,
            BootId = ByteString.CopyFrom(Bytes128.ToArray(stamp.BootId)),
        };
        if (stamp.Estimate is { } estimate)
        {
            message.Estimate = new ClockEstimate
            {
                ServerMinusBootUs = estimate.ServerMinusBootUs,
                UncertaintyUs = (ulong)estimate.UncertaintyUs,
                SampleAgeUs = (ulong)estimate.SampleAgeUs,
            };
        }

        return message;
    }

    /// <summary>The stamp in a message; false when missing, without a 16-byte boot id, or out of range.</summary>
    public static bool TryFromMessage(EntryStamp? message, out Stamp stamp)
    {
        stamp = default;
        if (message is null || !Bytes128.TryRead(message.BootId.Span, out var bootId)) return false;
        ClockReading? reading = null;
        if (message.Estimate is { } estimate)
        {
            if (estimate.UncertaintyUs > long.MaxValue || estimate.SampleAgeUs > long.MaxValue) return false;
            reading = new ClockReading(estimate.ServerMinusBootUs, (long)estimate.UncertaintyUs, (long)estimate.SampleAgeUs);
        }

        stamp = new Stamp(message.WallClockUs, message.BootTimeUs, bootId, reading);
        return true;
    }

    private static EntryBody? BodyFromMessage(JournalEntry message)
    {
        switch (message.PayloadCase)
        {
            case JournalEntry.PayloadOneofCase.Tap:
                var tap = message.Tap;
                if (tap.RawLength > int.MaxValue || !BadgeWire.TryFromMessages(tap.Badge, ContractLimits.BadgeHashesPerTap, out var badge)) return null;
                return new TapEntry(tap.Reader, badge, tap.Technology, (int)tap.RawLength, tap.Direction, tap.DirectionSource);
            case JournalEntry.PayloadOneofCase.RefusedRead:
                var refused = message.RefusedRead;
                if (refused.RawLength > int.MaxValue || refused.Count > int.MaxValue) return null;
                return new RefusedReadEntry(refused.Reader, refused.Reason, refused.Technology, (int)refused.RawLength, (int)refused.Count);
            case JournalEntry.PayloadOneofCase.ReaderFault:
                return new ReaderFaultEntry(message.ReaderFault.Reader, message.ReaderFault.Fault, message.ReaderFault.Detail);
            case JournalEntry.PayloadOneofCase.ReaderRecovery:
                var recovery = message.ReaderRecovery;
                return recovery.DownForUs > long.MaxValue ? null : new ReaderRecoveryEntry(recovery.Reader, (long)recovery.DownForUs);
            case JournalEntry.PayloadOneofCase.ClockSample:
                var sample = message.ClockSample;
                if (sample.RoundTripUs > long.MaxValue || sample.UncertaintyUs > long.MaxValue) return null;
                return new ClockSampleEntry(sample.ServerMinusBootUs, (long)sample.RoundTripUs, (long)sample.UncertaintyUs);
            case JournalEntry.PayloadOneofCase.Boot:
                return new BootEntry(message.Boot.SoftwareVersion, message.Boot.PreviousStop);
            case JournalEntry.PayloadOneofCase.ConfigurationApplied:
                var applied = message.ConfigurationApplied;
                return Digest.TryFromBytes(applied.Sha256.Span, out var sha) ? new ConfigurationAppliedEntry(applied.Version, sha) : null;
            case JournalEntry.PayloadOneofCase.Stop:
                return new StopEntry(message.Stop.Reason);
            case JournalEntry.PayloadOneofCase.ClaimedTap:
                var claim = message.ClaimedTap;
                return new ClaimedTapEntry(claim.StaffCode, claim.Check, claim.Direction, claim.DirectionSource);
            default:
                return null;
        }
    }
}
