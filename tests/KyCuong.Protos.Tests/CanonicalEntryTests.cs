using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;

namespace KyCuong.Protos.Tests;

public sealed class CanonicalEntryTests
{
    private static readonly JournalId Journal = new(42, UInt128.Parse("000102030405060708090a0b0c0d0e0f", System.Globalization.NumberStyles.HexNumber, null));

    public static TheoryData<string, string, string> Lines()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var fields in Vectors.Read("journal-entries.txt")) data.Add(fields[0], fields[1], fields[2]);
        return data;
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Vector_reads_and_writes_back_to_the_byte(string name, string hex, string hash)
    {
        var encoding = Convert.FromHexString(hex);
        Assert.True(CanonicalEntry.TryRead(encoding, out var journal, out var previous, out var entry), name);
        Assert.Equal(Journal, journal);
        var buffer = new byte[CanonicalEntry.MaxSize];
        var length = CanonicalEntry.Write(buffer, journal, previous, entry);
        Assert.Equal(hex, Convert.ToHexStringLower(buffer.AsSpan(0, length)));
        Assert.Equal(hash, CanonicalEntry.Hash(journal, previous, entry).ToString());
    }

    [Fact]
    public void Every_kind_of_entry_has_a_vector()
    {
        var kinds = Vectors.Read("journal-entries.txt").Select(fields => (EntryKind)Convert.FromHexString(fields[1])[4]).ToHashSet();
        Assert.Equal(Enum.GetValues<EntryKind>().ToHashSet(), kinds);
    }

    [Fact]
    public void Vectors_are_one_chain()
    {
        var expected = default(Digest);
        foreach (var fields in Vectors.Read("journal-entries.txt"))
        {
            Assert.True(CanonicalEntry.TryRead(Convert.FromHexString(fields[1]), out _, out var previous, out _));
            Assert.Equal(expected, previous);
            expected = Digest.FromBytes(Convert.FromHexString(fields[2]));
        }
    }

    [Fact]
    public void Tap_vector_holds_the_hashes_of_the_tag_under_its_key()
    {
        var hex = Vectors.Read("journal-entries.txt").Single(fields => fields[0].StartsWith("tap on an EM4100", StringComparison.Ordinal))[1];
        Assert.True(CanonicalEntry.TryRead(Convert.FromHexString(hex), out _, out _, out var entry));
        var tap = Assert.IsType<TapEntry>(entry.Body);
        var hasher = new BadgeHasher(7, Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());
        var identity = BadgeIdentity.TryCreate(CredentialLevel.Em, Convert.FromHexString("0C000621A5"));
        Assert.Equal(hasher.HashLevels(identity!), tap.Badge);
        Assert.Equal((Direction.In, DirectionSource.Reader), (tap.Direction, tap.DirectionSource));
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Every_single_bit_changes_the_hash_or_is_refused(string name, string hex, string hash)
    {
        var encoding = Convert.FromHexString(hex);
        for (var bit = 0; bit < encoding.Length * 8; bit++)
        {
            var flipped = (byte[])encoding.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            if (!CanonicalEntry.TryRead(flipped, out var journal, out var previous, out var entry)) continue;
            Assert.True(CanonicalEntry.Hash(journal, previous, entry).ToString() != hash, $"{name}: bit {bit}");
        }
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Every_cut_and_every_extra_byte_is_refused(string name, string hex, string hash)
    {
        _ = hash;
        var encoding = Convert.FromHexString(hex);
        for (var length = 0; length < encoding.Length; length++)
            Assert.False(CanonicalEntry.TryRead(encoding.AsSpan(0, length), out _, out _, out _), $"{name}: cut at {length}");
        Assert.False(CanonicalEntry.TryRead([.. encoding, 0], out _, out _, out _), name);
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Wire_message_brings_the_entry_back(string name, string hex, string hash)
    {
        Assert.True(CanonicalEntry.TryRead(Convert.FromHexString(hex), out _, out _, out var entry), name);
        var bytes = Google.Protobuf.MessageExtensions.ToByteArray(EntryWire.ToMessage(entry, Digest.FromBytes(Convert.FromHexString(hash))));
        Assert.True(EntryWire.TryFromMessage(JournalEntry.Parser.ParseFrom(bytes), out var back, out var digest, out var problem), problem);
        Assert.Equal(entry, back);
        Assert.Equal(hash, digest.ToString());
    }

    public static TheoryData<Entry, string> Refused()
    {
        var stamp = new Stamp(1, 2, 3, null);
        var badge = new EquatableList<BadgeKey>(new BadgeKey(CredentialLevel.Em, 1, 5));
        var tap = new TapEntry("r1", badge, Technology.Em4100, 14, Direction.In, DirectionSource.Reader);
        var claim = new ClaimedTapEntry("NV001", ClaimCheck.Verified, Direction.In, DirectionSource.Person);
        return new TheoryData<Entry, string>
        {
            { new Entry(0, stamp, tap), "sequence" },
            { new Entry(1, stamp with { BootTimeUs = -1 }, tap), "boot_time_us" },
            { new Entry(1, stamp with { Estimate = new ClockReading(0, -1, 0) }, tap), "estimate" },
            { new Entry(1, stamp, tap with { Reader = "R1" }), "reader" },
            { new Entry(1, stamp, tap with { Reader = new string('a', 33) }), "reader" },
            { new Entry(1, stamp, tap with { Badge = new EquatableList<BadgeKey>() }), "badge hashes" },
            { new Entry(1, stamp, tap with { Badge = new EquatableList<BadgeKey>(Enumerable.Repeat(badge[0], 9).ToArray()) }), "badge hashes" },
            { new Entry(1, stamp, tap with { RawLength = -1 }), "raw_length" },
            { new Entry(1, stamp, tap with { Technology = (Technology)99 }), "Technology" },
            { new Entry(1, stamp, tap with { DirectionSource = DirectionSource.Unspecified }), "direction" },
            { new Entry(1, stamp, new RefusedReadEntry("r1", RefusalReason.Unspecified, Technology.Em4100, 1, 1)), "RefusalReason" },
            { new Entry(1, stamp, new RefusedReadEntry("r1", RefusalReason.BadFrame, Technology.Em4100, 1, 0)), "counts 1 or more" },
            { new Entry(1, stamp, new ReaderFaultEntry("r1", FaultCode.Io, new string('đ', 101))), "detail" },
            { new Entry(1, stamp, claim with { StaffCode = "" }), "staff_code" },
            { new Entry(1, stamp, claim with { StaffCode = "-NV001" }), "staff_code" },
            { new Entry(1, stamp, claim with { StaffCode = "NV 001" }), "staff_code" },
            { new Entry(1, stamp, claim with { StaffCode = "Đ001" }), "staff_code" },
            { new Entry(1, stamp, claim with { StaffCode = new string('9', 33) }), "staff_code" },
            { new Entry(1, stamp, claim with { Check = ClaimCheck.Unspecified }), "ClaimCheck" },
            { new Entry(1, stamp, claim with { Check = (ClaimCheck)3 }), "ClaimCheck" },
            { new Entry(1, stamp, claim with { Direction = Direction.Unspecified }), "direction" },
            { new Entry(1, stamp, claim with { DirectionSource = DirectionSource.Reader }), "direction_source" },
            { new Entry(1, stamp, new BootEntry("phiên bản", PreviousStop.None)), "software_version" },
        };
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Entry_outside_the_contract_is_neither_written_nor_read(Entry entry, string word)
    {
        var error = Assert.Throws<ArgumentException>(() => CanonicalEntry.Hash(Journal, default, entry));
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
        Assert.Contains(word, EntryCheck.Problem(entry)!, StringComparison.Ordinal);
    }

    [Fact]
    public void Longest_entry_fits_the_stated_size()
    {
        var keys = Enumerable.Repeat(new BadgeKey(CredentialLevel.Kc, uint.MaxValue, UInt128.MaxValue), ContractLimits.BadgeHashesPerTap).ToArray();
        var buffer = new byte[CanonicalEntry.MaxSize];
        var tap = new Entry(ulong.MaxValue, new Stamp(1, 1, 1, null), new TapEntry(new string('a', 32), new EquatableList<BadgeKey>(keys), Technology.Optical, int.MaxValue, Direction.Out, DirectionSource.Person));
        var fault = tap with { Body = new ReaderFaultEntry(new string('a', 32), FaultCode.Io, new string('x', ContractLimits.FaultDetailBytes)) };
        Assert.InRange(CanonicalEntry.Write(buffer, Journal, default, tap), CanonicalEntry.HeaderSize, CanonicalEntry.MaxSize);
        Assert.InRange(CanonicalEntry.Write(buffer, Journal, default, fault), CanonicalEntry.HeaderSize, CanonicalEntry.MaxSize);
    }
}
