using KyCuong.Protos.Badges;

namespace KyCuong.Readers.Tests;

/// <summary>
/// Every vector of every reader in the catalogue, whole and in every way a line can spoil it. A new reader needs no line here.
/// Spoiling starts from sound vectors, one chunk of nothing but good frames: a flipped bit may mend a bad frame, and a pause may
/// complete what another pause began.
/// </summary>
public sealed class VectorTests
{
    private const long ByteTime = 1_042; // one character at 9600 baud, microseconds

    private const int MaxSpoiltBytes = 400; // keeps floods out of the loops over every place, where the file says nothing else

    public static TheoryData<string> Readers => [.. ReaderCatalog.All.Select(p => p.Id)];

    [Theory, MemberData(nameof(Readers))]
    public void Whole_gives_what_the_vector_says(string reader) => ForEach(reader, Every, v =>
        Assert.Equal(v.Expected, Player.Run(reader, v.Options, v.Chunks).Outcomes));

    [Theory, MemberData(nameof(Readers))]
    public void Byte_at_a_time_gives_the_same(string reader) => ForEach(reader, Every, v =>
        Assert.Equal(v.Expected, Player.Run(reader, v.Options, SingleBytes(v.Chunks, 0)).Outcomes));

    [Theory, MemberData(nameof(Readers))]
    public void At_the_speed_of_the_line_gives_the_same_reads(string reader) => ForEach(reader, Sound, v =>
        Assert.Equal(v.ExpectedReads, Player.Run(reader, v.Options, SingleBytes(v.Chunks, ByteTime)).ReadOutcomes));

    [Theory, MemberData(nameof(Readers))]
    public void Short_pause_at_any_place_changes_no_read(string reader) => ForEachCut(reader, Sound, (v, cut) =>
        Assert.Equal(v.ExpectedReads, Player.Run(reader, v.Options, Pause(v.Chunks, cut, 10_000)).ReadOutcomes));

    [Theory, MemberData(nameof(Readers))]
    public void Long_pause_at_any_place_gives_no_other_credential(string reader) => ForEachCut(reader, Sound, (v, cut) =>
        AssertNoOther(v, Player.Run(reader, v.Options, Pause(v.Chunks, cut, 1_500_000))));

    [Theory, MemberData(nameof(Readers))]
    public void Noise_in_front_costs_nothing_after_the_silence_the_reader_needs(string reader) => ForEachNoise(reader, (v, noise, gap) =>
    {
        var played = Player.Run(reader, v.Options, InFront(noise, v.Chunks, gap));
        Assert.Equal(v.ExpectedReads, played.ReadOutcomes);
    });

    [Theory, MemberData(nameof(Readers))]
    public void Noise_right_in_front_gives_no_other_credential(string reader) => ForEachNoise(reader, (v, noise, _) =>
        AssertNoOther(v, Player.Run(reader, v.Options, InFront(noise, v.Chunks, 0))));

    [Theory, MemberData(nameof(Readers))]
    public void Truncated_frame_in_front_costs_nothing_after_the_silence_the_reader_needs(string reader) => ForEachCut(reader, Sound, (v, cut) =>
    {
        var played = Player.Run(reader, v.Options, InFront(v.Bytes[..cut], v.Chunks, VectorFile.Of(reader).Resync!.Value));
        Assert.Equal(v.ExpectedReads[^1], played.ReadOutcomes[^1]);
        AssertNoOther(v, played);
    });

    [Theory, MemberData(nameof(Readers))]
    public void Truncated_frame_right_in_front_gives_no_other_credential(string reader) => ForEachCut(reader, Sound, (v, cut) =>
        AssertNoOther(v, Player.Run(reader, v.Options, InFront(v.Bytes[..cut], v.Chunks, 0))));

    [Theory, MemberData(nameof(Readers))]
    public void Any_flipped_bit_gives_no_read_or_the_same(string reader) => ForEach(reader, Sound, v =>
    {
        for (var bit = 0; bit < v.Bytes.Length * 8; bit++)
        {
            var reads = Player.Run(reader, v.Options, Flip(v.Chunks, bit)).ReadOutcomes;
            if (VectorFile.Of(reader).Unprotected is not null)
                Assert.True(reads.Count <= v.ExpectedReads.Count, $"{v}: bit {bit} flipped gave more reads than there were");
            else
                AssertSame(v, bit, reads);
        }
    });

    [Theory, MemberData(nameof(Readers))]
    public void Same_frame_twice_is_one_tap(string reader) => ForEach(reader, Sound, v =>
    {
        var again = v.Chunks[0] with { At = v.Chunks[0].At + VectorFile.Of(reader).Resync!.Value };
        Assert.Equal(v.ExpectedReads.Distinct(), Player.Run(reader, v.Options, [v.Chunks[0], again]).Taps);
    });

    [Theory, MemberData(nameof(Readers))]
    public void Frame_split_by_a_hang_up_is_never_joined(string reader) => ForEachCut(reader, Every, (v, cut) =>
    {
        var (before, after) = Split(v.Chunks, cut);
        var alone = new Player(reader, v.Options);
        alone.Play(before);
        var until = alone.Outcomes.ToList();

        var fresh = new Player(reader, v.Options);
        fresh.Play([new Chunk(before.Count > 0 ? before[^1].At : 0, [])]);
        fresh.Reopen();
        fresh.Play(after);
        fresh.Rest();

        var played = new Player(reader, v.Options);
        played.Play(before);
        played.Reopen();
        played.Play(after);
        played.Rest();
        Assert.Equal(until.Concat(fresh.Outcomes), played.Outcomes);
    });

    [Theory, MemberData(nameof(Readers))]
    public void First_byte_gives_the_time_of_the_read(string reader) => ForEach(reader, Sound, v =>
    {
        // Bytes in front after which the driver is where it was, such as an empty line or an answer, are no part of the frame.
        var idle = new Player(reader, v.Options);
        var rest = idle.Driver.WakeAt;
        var lead = 0;
        for (var i = 0; i < v.Bytes.Length; i++)
        {
            idle.Driver.Bytes([v.Bytes[i]], 0);
            if (idle.Driver.WakeAt == rest && idle.Outcomes.Count == 0)
                lead = i + 1;
        }

        var read = Player.Run(reader, v.Options, SingleBytes(v.Chunks, ByteTime)).Reads[0];
        Assert.Equal(v.Chunks[0].At + (lead * ByteTime), read.At);
    });

    private static void AssertSame(Vector v, int bit, IReadOnlyList<string> reads)
    {
        foreach (var read in reads)
            Assert.True(v.ExpectedReads.Contains(read) || IsFoundByTheCheckSymbol(read), $"{v}: bit {bit} flipped gave {read}");
    }

    // A badge code of the right shape and a wrong symbol is for its check symbol to find, which the contract's parser verifies.
    private static bool IsFoundByTheCheckSymbol(string read) =>
        read.StartsWith("kc:", StringComparison.Ordinal) && !BadgeToken.TryParse(read.AsSpan("kc:".Length), out _);

    private static void AssertNoOther(Vector v, Player played) =>
        Assert.All(played.ReadOutcomes, read => Assert.Contains(read, v.ExpectedReads));

    private static bool Every(Vector v) => true;

    private static bool Sound(Vector v) => v.Chunks.Count == 1 && v.Bytes.Length <= MostSpoilt(v) && v.Expected.Count > 0 && v.Expected.SequenceEqual(v.ExpectedReads);

    private static int MostSpoilt(Vector v) => VectorFile.Of(v.Reader).SpoilUpTo ?? MaxSpoiltBytes;

    private static void ForEach(string reader, Func<Vector, bool> which, Action<Vector> check)
    {
        var vectors = VectorFile.Of(reader).Vectors.Where(which).ToList();
        Assert.NotEmpty(vectors);
        foreach (var vector in vectors)
        {
            try
            {
                check(vector);
            }
            catch (Xunit.Sdk.XunitException e)
            {
                throw new Xunit.Sdk.XunitException($"{vector}: {e.Message}", e);
            }
        }
    }

    private static void ForEachCut(string reader, Func<Vector, bool> which, Action<Vector, int> check) => ForEach(reader, which, v =>
    {
        for (var cut = 1; cut < Math.Min(v.Bytes.Length, MostSpoilt(v)); cut++)
            check(v, cut);
    });

    private static void ForEachNoise(string reader, Action<Vector, byte[], long> check) => ForEach(reader, Sound, v =>
    {
        var random = new Random(20260401);
        for (var length = 0; length <= 20; length++)
        {
            var noise = new byte[length];
            random.NextBytes(noise);
            check(v, noise, VectorFile.Of(reader).Resync!.Value);
        }
    });

    private static IEnumerable<Chunk> SingleBytes(IEnumerable<Chunk> chunks, long apart) =>
        chunks.SelectMany(c => c.Bytes.Select((b, i) => new Chunk(c.At + (i * apart), [b])));

    private static IEnumerable<Chunk> InFront(byte[] noise, IReadOnlyList<Chunk> chunks, long gap) =>
        [new Chunk(chunks[0].At - gap, noise), .. chunks];

    private static (List<Chunk> Before, List<Chunk> After) Split(IReadOnlyList<Chunk> chunks, int cut)
    {
        var (before, after) = (new List<Chunk>(), new List<Chunk>());
        foreach (var chunk in chunks)
        {
            var first = Math.Clamp(cut, 0, chunk.Bytes.Length);
            if (first > 0)
                before.Add(chunk with { Bytes = chunk.Bytes[..first] });
            if (first < chunk.Bytes.Length)
                after.Add(chunk with { Bytes = chunk.Bytes[first..] });
            cut -= first;
        }

        return (before, after);
    }

    private static IEnumerable<Chunk> Pause(IReadOnlyList<Chunk> chunks, int cut, long pause)
    {
        var (before, after) = Split(chunks, cut);
        return [.. before, .. after.Select(c => c with { At = c.At + pause })];
    }

    private static IEnumerable<Chunk> Flip(IReadOnlyList<Chunk> chunks, int bit)
    {
        var place = bit / 8;
        foreach (var chunk in chunks)
        {
            var bytes = chunk.Bytes.ToArray();
            if (place >= 0 && place < bytes.Length)
                bytes[place] ^= (byte)(1 << (bit % 8));
            place -= bytes.Length;
            yield return chunk with { Bytes = bytes };
        }
    }
}
