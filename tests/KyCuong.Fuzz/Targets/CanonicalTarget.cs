using System.Globalization;
using System.Text;
using KyCuong.Fuzz.References;
using KyCuong.Protos.Journal;

namespace KyCuong.Fuzz.Targets;

/// <summary>The canonical encoding of an entry: what is read is written back to the byte, and a second decoder reads the same fields or, as well, nothing.</summary>
internal sealed class CanonicalTarget : ITarget
{
    public string Name => "canonical";

    public int Weight => 120;

    public IReadOnlyList<byte[]> Seeds { get; } = [.. Enumerable.Range(1, 40).Select(i => Encode(new Random(i)))];

    public byte[] Generate(Random random) => Encode(random);

    /// <summary>Now and then a small number in one place, rather behind the reader's name: most fields are enumerations.</summary>
    public byte[] Mutate(byte[] input, IReadOnlyList<byte[]> all, Random random)
    {
        if (input.Length == 0 || random.Next(2) == 0) return Mutation.Of(input, all, random);
        var spoilt = input.ToArray();
        var fields = CanonicalEntry.HeaderSize + (spoilt.Length > CanonicalEntry.HeaderSize + 1 && spoilt[4] is >= 3 and <= 6 ? 2 + spoilt[CanonicalEntry.HeaderSize + 1] : 0);
        spoilt[Math.Min(spoilt.Length - 1, random.Next(4) == 0 ? random.Next(spoilt.Length) : fields + random.Next(8))] = (byte)(random.Next(3) == 0 ? 0 : random.Next(32));
        return spoilt;
    }

    public long MostAllocated(int inputBytes) => 128 * 1024;

    public string? Take(byte[] input)
    {
        var second = CanonicalText.Read(input);
        if (!CanonicalEntry.TryRead(input, out var journal, out var previous, out var entry)) return second is null ? null : $"refused; the second decoder reads {second}";
        Span<byte> again = stackalloc byte[CanonicalEntry.MaxSize];
        if (!again[..CanonicalEntry.Write(again, journal, previous, entry)].SequenceEqual(input)) return "what was read is not written back to the byte";
        var first = Say(journal, previous.ToString().ToUpperInvariant(), entry);
        return first == second ? null : $"read {first}; the second decoder {second ?? "nothing"}";
    }

    private static byte[] Encode(Random random)
    {
        Span<byte> bytes = stackalloc byte[CanonicalEntry.MaxSize];
        return bytes[..CanonicalEntry.Write(bytes, new JournalId(Mutation.Number(random), RandomEntry.Bits(random)), RandomEntry.Digest(random), RandomEntry.Of(random))].ToArray();
    }

    private static string Say(JournalId journal, string previous, Entry entry)
    {
        var text = new StringBuilder();
        var stamp = entry.Stamp;
        text.Append(CultureInfo.InvariantCulture, $"kind={(int)entry.Body.Kind};kiosk={journal.KioskId};epoch={journal.Epoch:X32};sequence={entry.Sequence};previous={previous};");
        text.Append(CultureInfo.InvariantCulture, $"wall={stamp.WallClockUs};boot={stamp.BootTimeUs};bootid={stamp.BootId:X32};");
        if (stamp.Estimate is { } estimate) text.Append(CultureInfo.InvariantCulture, $"estimate={estimate.ServerMinusBootUs} {estimate.UncertaintyUs} {estimate.SampleAgeUs};");
        text.Append(entry.Body switch
        {
            TapEntry tap => Invariant($"reader={tap.Reader};technology={(int)tap.Technology};length={tap.RawLength};direction={(int)tap.Direction} {(int)tap.DirectionSource};")
                + string.Concat(tap.Badge.Select(key => Invariant($"badge={(int)key.Level} {key.KeyId} {key.Hash:X32};"))),
            RefusedReadEntry refused => Invariant($"reader={refused.Reader};reason={(int)refused.Reason};technology={(int)refused.Technology};length={refused.RawLength};count={refused.Count};"),
            ReaderFaultEntry fault => Invariant($"reader={fault.Reader};fault={(int)fault.Fault};detail={fault.Detail};"),
            ReaderRecoveryEntry recovery => Invariant($"reader={recovery.Reader};down={recovery.DownForUs};"),
            ClockSampleEntry sample => Invariant($"offset={sample.ServerMinusBootUs};round={sample.RoundTripUs};uncertainty={sample.UncertaintyUs};"),
            BootEntry boot => Invariant($"version={boot.SoftwareVersion};stop={(int)boot.PreviousStop};"),
            ConfigurationAppliedEntry applied => Invariant($"version={applied.Version};sha={applied.Sha256.ToString().ToUpperInvariant()};"),
            StopEntry stop => Invariant($"reason={(int)stop.Reason};"),
            ClaimedTapEntry claim => Invariant($"code={claim.StaffCode};check={(int)claim.Check};direction={(int)claim.Direction} {(int)claim.DirectionSource};"),
            _ => throw new InvalidOperationException($"say what is in a {entry.Body.Kind}"),
        });
        return text.ToString();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
