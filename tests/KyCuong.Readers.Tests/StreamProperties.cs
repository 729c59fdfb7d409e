using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace KyCuong.Readers.Tests;

/// <summary>What holds for any stream of bytes at any times, for every reader in the catalogue.</summary>
public sealed class StreamProperties
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(1_000);

    private static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(200);

    /// <summary>Each reader with each of the settings that its vectors have.</summary>
    public static TheoryData<string, int> Settings
    {
        get
        {
            var settings = new TheoryData<string, int>();
            foreach (var reader in ReaderCatalog.All)
                for (var i = 0; i < SettingsOf(reader.Id).Length; i++) settings.Add(reader.Id, i);
            return settings;
        }
    }

    public static TheoryData<string> Readers => [.. ReaderCatalog.All.Select(p => p.Id)];

    [Theory, MemberData(nameof(Readers))]
    public void Any_stream_gives_only_reads_that_stand_in_it_and_memory_stays_bounded(string reader) =>
        Prop.ForAll(Streams(Frames(reader)).ToArbitrary(), chunks =>
        {
            var player = new Player(reader, Options(reader));
            var mostHeld = 0;
            foreach (var chunk in chunks)
            {
                player.Play([chunk]);
                mostHeld = Math.Max(mostHeld, Held.Bytes(player.Driver));
            }

            player.Rest();
            var all = chunks.SelectMany(c => c.Bytes).ToArray();
            return mostHeld <= IReaderDriver.MemoryLimitBytes && player.Reads.All(r => StandsIn(reader, all, r));
        }).Check(Thorough);

    [Theory, MemberData(nameof(Readers))]
    public void Any_chunking_at_one_instant_gives_the_same_outcomes(string reader) =>
        Prop.ForAll(Streams(Frames(reader)).ToArbitrary(), chunks =>
            Player.Run(reader, Options(reader), chunks).Outcomes.SequenceEqual(
                Player.Run(reader, Options(reader), chunks.SelectMany(c => c.Bytes.Select(b => new Chunk(c.At, [b])))).Outcomes)).Check(Thorough);

    [Theory, MemberData(nameof(Settings))]
    public void Under_any_setting_any_stream_says_the_same_however_it_is_cut_and_memory_stays_bounded(string reader, int setting)
    {
        var options = SettingsOf(reader)[setting];
        byte[][] frames = [.. VectorFile.Of(reader).Vectors.Where(v => v.Options == options).SelectMany(v => v.Chunks).Select(chunk => chunk.Bytes).Where(bytes => bytes.Length > 0)];
        Prop.ForAll(Streams(frames).ToArbitrary(), chunks =>
        {
            var player = new Player(reader, options);
            var mostHeld = 0;
            foreach (var chunk in chunks)
            {
                player.Play([chunk]);
                mostHeld = Math.Max(mostHeld, Held.Bytes(player.Driver));
            }

            return mostHeld <= IReaderDriver.MemoryLimitBytes
                && Player.Run(reader, options, chunks).Outcomes.SequenceEqual(Player.Run(reader, options, chunks.SelectMany(c => c.Bytes.Select(b => new Chunk(c.At, [b])))).Outcomes);
        }).Check(Quick);
    }

    [Theory, MemberData(nameof(Readers))]
    public void Sound_frame_after_any_stream_and_the_silence_the_reader_needs_is_found(string reader) =>
        Prop.ForAll(Streams(Frames(reader)).ToArbitrary(), Gen.Elements(Sound(reader)).ToArbitrary(), (chunks, frame) =>
        {
            var end = chunks.Length == 0 ? 0 : chunks[^1].At;
            var at = end + VectorFile.Of(reader).Resync!.Value;
            var player = Player.Run(reader, frame.Options, [.. chunks, new Chunk(at, frame.Bytes)]);
            return player.Outcomes.Count > 0 && player.Outcomes[^1] == frame.Expected[^1] && player.Reads[^1].At >= at;
        }).Check(Thorough);

    [Theory, MemberData(nameof(Readers))]
    public void Megabyte_without_a_pause_gives_no_read_and_holds_nothing(string reader)
    {
        var player = new Player(reader, Options(reader));
        var random = new Random(1);
        var noise = new byte[IReaderDriver.MemoryLimitBytes];
        for (var i = 0; i < 256; i++)
        {
            random.NextBytes(noise);
            player.Play([new Chunk(i * 1_000, noise)]);
            Assert.True(Held.Bytes(player.Driver) <= IReaderDriver.MemoryLimitBytes);
        }

        Assert.Empty(player.Reads);
    }

    /// <summary>Replies of a GM65 that its vectors have among the scans; one may stand inside a text.</summary>
    private static readonly string[] Replies = ["\u0003\0\0\u0001\u000031", "\u0002\0\0\u0001\u000031", "\u0002\0\0\u00029\u0001\u00C1L"];

    // What a credential looks like on the line, written down again and without the drivers' code.
    private static bool StandsIn(string reader, byte[] stream, RawRead read)
    {
        if (reader == "keyboard")
            return KeysPressed(stream).Contains(Encoding.ASCII.GetString(read.Value.Span["KC1:".Length..]), StringComparison.Ordinal);
        if (reader == "pcsc")
            return Convert.ToHexString(stream).Contains(Convert.ToHexString(read.Value.Span) + "9000", StringComparison.Ordinal);
        if (reader == "osdp")
            return Bits(stream).Contains(Bits(read.Value.Span), StringComparison.Ordinal);
        var text = read.Form switch
        {
            CredentialForm.EmTag => Convert.ToHexString(read.Value.Span) + read.Value.ToArray().Aggregate(0, (x, b) => x ^ b).ToString("X2", null),
            CredentialForm.BadgeCode => Encoding.ASCII.GetString(read.Value.Span),
            CredentialForm.Wiegand26 => Convert.ToHexString(read.Value.Span),
            CredentialForm.Uid => Encoding.Latin1.GetString([(byte)read.Value.Length, .. read.Value.Span]),
            _ => throw new InvalidOperationException($"say what {read.Form} looks like on the line"),
        };
        var seen = Encoding.Latin1.GetString(stream);
        foreach (var reply in reader == "de2120" ? ["\u0006", "\u0015"] : Replies)
            seen = seen.Replace(reply, "", StringComparison.Ordinal);
        return text.Length > 0 && seen.Contains(text, read.Form == CredentialForm.BadgeCode ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);
    }

    private static string Bits(ReadOnlySpan<byte> bytes)
    {
        var bits = new StringBuilder();
        foreach (var b in bytes)
            bits.Append(b.ToString("B8", null));
        return bits.ToString();
    }

    // Letters and digits by their place on a keyboard: type 1, code, value 1 at the end of a record, wherever that stands.
    private static string KeysPressed(byte[] stream)
    {
        const string Places = "1234567890\0\0\0\0QWERTYUIOP\0\0\0\0ASDFGHJKL\0\0\0\0\0ZXCVBNM";
        var pressed = new StringBuilder();
        for (var i = 0; i + 8 <= stream.Length; i++)
        {
            var code = stream[i + 2] - 2;
            if (stream.AsSpan(i, 2).SequenceEqual<byte>([1, 0]) && stream.AsSpan(i + 3, 5).SequenceEqual<byte>([0, 1, 0, 0, 0]) && code >= 0 && code < Places.Length && Places[code] != '\0')
                pressed.Append(Places[code]);
        }

        return pressed.ToString();
    }

    private static ReaderOptions Options(string reader) => VectorFile.Of(reader).StreamOptions;

    private static ReaderOptions[] SettingsOf(string reader) => [.. VectorFile.Of(reader).Vectors.Select(v => v.Options).Distinct()];

    private static byte[][] Frames(string reader) => [.. Sound(reader).Select(v => v.Bytes)];

    private static Vector[] Sound(string reader) =>
        [.. VectorFile.Of(reader).Vectors.Where(v => v.Chunks.Count == 1 && v.Options == Options(reader) && v.Expected.Count == 1 && v.ExpectedReads.Count == 1 && v.Bytes.Length < (VectorFile.Of(reader).SpoilUpTo ?? 100))];

    /// <summary>Whole frames, pieces of frames, hex digits, marks and noise, with gaps from none to more than any silence.</summary>
    private static Gen<Chunk[]> Streams(byte[][] frames)
    {
        var frame = Gen.Elements(frames);
        var piece = from bytes in frame
                    from start in Gen.Choose(0, bytes.Length)
                    from end in Gen.Choose(0, bytes.Length)
                    select start < end ? bytes[start..end] : [];
        var mark = Gen.Elements<byte>(0x00, 0x02, 0x03, 0x09, 0x0A, 0x0D, (byte)'|', (byte)']', 0xFF).Select(b => new[] { b });
        var digits = Gen.Elements("0123456789ABCDEFabcdef".Select(c => (byte)c).ToArray()).ArrayOf();
        var noise = Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf();
        var flood = from b in Gen.Choose(0, 255) from n in Gen.Choose(1, 3_000) select Enumerable.Repeat((byte)b, n).ToArray();
        var bytesGen = Gen.Frequency((4, frame), (6, piece), (4, mark), (3, digits), (4, noise), (1, flood));
        var gap = Gen.Elements(0L, 0L, 1_000L, 19_999L, 20_000L, 39_999L, 40_000L, 60_000L, 100_000L, 1_000_000L);
        return gap.SelectMany(g => bytesGen.Select(b => (Gap: g, Bytes: b))).ListOf().Select(parts =>
        {
            var t = 1_000_000L;
            return parts.Select(p => new Chunk(t += p.Gap, p.Bytes)).ToArray();
        });
    }
}
