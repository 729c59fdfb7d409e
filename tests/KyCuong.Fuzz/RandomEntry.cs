using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;

namespace KyCuong.Fuzz;

/// <summary>Makes entries of a journal that keep the contract, with the numbers that programs stumble over in every field.</summary>
internal static class RandomEntry
{
    /// <summary>One of any kind.</summary>
    public static Entry Of(Random random, ulong? sequence = null) => new(
        sequence ?? Math.Max(1, Mutation.Number(random)),
        new Stamp(unchecked((long)Mutation.Number(random)), NotNegative(random), Bits(random), random.Next(2) == 0 ? null : new ClockReading(unchecked((long)Mutation.Number(random)), NotNegative(random), NotNegative(random))),
        Body(random));

    /// <summary>128 random bits, or none.</summary>
    public static UInt128 Bits(Random random) => random.Next(8) == 0 ? 0 : new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64());

    /// <summary>A digest, or zeros.</summary>
    public static Digest Digest(Random random)
    {
        var bytes = new byte[Protos.Digest.Size];
        if (random.Next(4) > 0) random.NextBytes(bytes);
        return Protos.Digest.FromBytes(bytes);
    }

    private static EntryBody Body(Random random)
    {
        var (direction, source) = random.Next(3) switch { 0 => (Direction.Unspecified, DirectionSource.Unspecified), 1 => (Direction.In, DirectionSource.Person), _ => (Direction.Out, DirectionSource.Reader) };
        return random.Next(9) switch
        {
            0 or 1 => new TapEntry(Id(random), Badges(random), Technology.Wiegand, random.Next(), direction, source),
            2 => new RefusedReadEntry(Id(random), (RefusalReason)(1 + random.Next(11)), (Technology)random.Next(5), random.Next(), 1 + random.Next(int.MaxValue - 1)),
            3 => new ReaderFaultEntry(Id(random), (FaultCode)(1 + random.Next(8)), Detail(random)),
            4 => new ReaderRecoveryEntry(Id(random), NotNegative(random)),
            5 => new ClockSampleEntry(unchecked((long)Mutation.Number(random)), NotNegative(random), NotNegative(random)),
            6 => new BootEntry(new string('v', random.Next(ContractLimits.VersionBytes + 1)), (PreviousStop)(1 + random.Next(3))),
            7 => random.Next(2) == 0 ? new StopEntry((StopReason)(1 + random.Next(2))) : new ConfigurationAppliedEntry(Mutation.Number(random), Digest(random)),
            _ => new ClaimedTapEntry("NV" + Id(random).Replace("-", "_", StringComparison.Ordinal)[..1], ClaimCheck.Verified, direction, source == DirectionSource.Reader ? DirectionSource.Person : source),
        };
    }

    private static EquatableList<BadgeKey> Badges(Random random)
    {
        var keys = new BadgeKey[1 + random.Next(ContractLimits.BadgeHashesPerTap)];
        for (var i = 0; i < keys.Length; i++) keys[i] = new BadgeKey(CredentialLevel.Em24, (uint)random.Next(), Bits(random));
        return new EquatableList<BadgeKey>(keys.AsSpan());
    }

    private static string Id(Random random)
    {
        const string Characters = "abcdefghijklmnopqrstuvwxyz0123456789-";
        return string.Concat(Enumerable.Range(0, 1 + random.Next(ContractLimits.ReaderIdLength)).Select(_ => Characters[random.Next(Characters.Length)]));
    }

    private static string Detail(Random random)
    {
        string[] words = ["", "ENODEV", "Không mở được cổng", "\u0000\u001B[2J", "𠮷", "=cmd|'/c calc'!A1"];
        return string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => words[random.Next(words.Length)]));
    }

    private static long NotNegative(Random random) => (long)(Mutation.Number(random) & long.MaxValue);
}
