using System.Reflection;
using KyCuong.Protos.Badges;
using KyCuong.Readers.Cards;
using KyCuong.Testing;

namespace KyCuong.Readers.Tests;

/// <summary>What only keyboards need: times of the kernel and of arrival, spellings that agree with those of imports.</summary>
public sealed class KeyboardTests
{
    private const string Tag = "04184EDCBA";
    private static readonly ReaderOptions TagHex = ReaderOptions.Default with { Format = CardFormat.TagHex };

    [Theory]
    [InlineData(49_999, "!BadFrame")]
    [InlineData(50_000, "em:" + Tag)]
    public void Line_that_may_have_begun_before_the_device_was_opened_is_not_taken(long microseconds, string outcome)
    {
        var player = new Player("keyboard", TagHex);
        player.Play([new Chunk(microseconds, KeyRecords.Type(Tag))]);
        player.Rest();
        Assert.Equal([outcome], player.Outcomes);
    }

    [Fact]
    public void Line_is_no_typing_because_the_kiosk_was_slow_to_read_it()
    {
        var bytes = KeyRecords.Type(Tag);
        for (var cut = 1; cut < bytes.Length; cut++)
            Assert.Equal(["em:" + Tag], Player.Run("keyboard", TagHex, [new Chunk(1_000_000, bytes[..cut]), new Chunk(1_400_000, bytes[cut..])]).Outcomes);
    }

    [Fact]
    public void Typing_is_no_scan_because_the_kiosk_read_it_at_once()
    {
        var bytes = KeyRecords.Type(Tag, keyUs: 50_000);
        Assert.Equal(["!TypedByHand"], Player.Run("keyboard", TagHex, [new Chunk(1_000_000, bytes)]).Outcomes);
        Assert.Equal(["em:" + Tag], Player.Run("keyboard", TagHex, [new Chunk(1_000_000, KeyRecords.Type(Tag, keyUs: 49_999))]).Outcomes);
    }

    [Theory]
    [InlineData(1024, "!NotInGrammar")]
    [InlineData(1025, "!TooLong")]
    [InlineData(5000, "!TooLong")]
    public void Long_text_is_refused_once_and_the_next_card_is_read(int length, string outcome)
    {
        var player = Player.Run("keyboard", TagHex, [new Chunk(1_000_000, KeyRecords.Type(new string('A', length))), new Chunk(2_000_000, KeyRecords.Type(Tag, 2_000_000_000))]);
        Assert.Equal([outcome, "em:" + Tag], player.Outcomes);
        Assert.True(Held.Bytes(player.Driver) <= IReaderDriver.MemoryLimitBytes);
    }

    [Fact]
    public void Longest_line_that_is_followed_does_not_make_the_line_garbled()
    {
        var most = ReaderCatalog.Find("keyboard")!.GarbledAfterBytes;
        Assert.InRange(KeyRecords.Type(new string('A', 1024)).Length, GarbleWatch.LimitBytes, most);
    }

    [Theory]
    [InlineData("kc1")]
    [InlineData("8h10d")]
    public void Nothing_of_a_citizen_cards_code_stays(string format)
    {
        var options = ReaderOptions.Default with { Format = CardFormats.Find(format)!.Value };
        var player = Player.Run("keyboard", options, [new Chunk(1_000_000, KeyRecords.Type("079199001234||AN|30041999|NAM|B|22122022"))]);
        Assert.Equal(["!NationalId"], player.Outcomes);
        var line = player.Driver.GetType().GetField("_line", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(player.Driver)!;
        var text = (byte[])line.GetType().GetField("_text", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(line)!;
        Assert.False(text.AsSpan().ContainsAnyExcept((byte)0));
    }

    public static TheoryData<string, string> SharedSpellings => new()
    {
        { "10h", "em10h" }, { "8h10d", "em8h10d" }, { "6h8d", "em6h8d" }, { "3+5", "em3+5" }, { "5+5", "em5+5" }, { "3.5a", "em3.5a" }, { "3.5b", "em3.5b" },
        { "uid", "uid" }, { "uid-reversed", "uid-reversed" }, { "uid-dec", "uid-dec" }, { "uid-dec-reversed", "uid-dec-reversed" }, { "kc1", "kc1" },
    };

    [Theory, MemberData(nameof(SharedSpellings))]
    public void Typed_text_is_the_card_that_an_import_makes_of_it(string format, string kind)
    {
        var options = ReaderOptions.Default with { Format = CardFormats.Find(format)!.Value };
        string[] whole = [.. VectorFile.Of("keyboard").Vectors.Where(v => v.Options.Format == options.Format).SelectMany(v => Typed.Texts(v.Bytes)).Where(t => t.Length is > 0 and < 30)];
        var random = new Random(20260401);
        var (read, refused) = (0, 0);
        for (var i = 0; i < 3_000; i++)
        {
            var text = i % 2 == 0 ? Spoil(whole[random.Next(whole.Length)], random) : Spoil(Digits(whole[random.Next(whole.Length)].Length, random), random);
            var outcomes = Player.Run("keyboard", options, [new Chunk(1_000_000, KeyRecords.Type(text))]).ReadOutcomes;

            // A wrong check symbol is for the kiosk to find, by the very parser that an import uses.
            if (format == "kc1" && outcomes.Count > 0 && !BadgeToken.TryParse(text, out _))
                continue;
            string[] expected = BadgeSpelling.TryParse(kind, text, out var identity)
                ? [Word(identity) + (format == "kc1" ? "KC1:" + System.Text.Encoding.ASCII.GetString(identity.Bytes) : Convert.ToHexString(identity.Bytes))]
                : [];
            Assert.True(expected.SequenceEqual(outcomes), $"{text}: {string.Join(' ', outcomes)} is not {string.Join(' ', expected)}");
            _ = outcomes.Count > 0 ? read++ : refused++;
        }

        Assert.True(read > 100 && refused > 100, $"{read} read, {refused} refused: the texts are too much alike");
    }

    private static string Word(BadgeIdentity identity) => identity.Level switch
    {
        Protos.V1.CredentialLevel.Em => "em:",
        Protos.V1.CredentialLevel.Em32 => "em32:",
        Protos.V1.CredentialLevel.Em24 => "em24:",
        Protos.V1.CredentialLevel.EmA => "emA:",
        Protos.V1.CredentialLevel.EmB => "emB:",
        Protos.V1.CredentialLevel.A => "a:",
        Protos.V1.CredentialLevel.Kc => "kc:",
        _ => throw new ArgumentOutOfRangeException(nameof(identity)),
    };

    private static string Digits(int length, Random random) => string.Concat(Enumerable.Range(0, length).Select(_ => (char)('0' + random.Next(10))));

    private static string Spoil(string text, Random random) => random.Next(6) switch
    {
        0 when text.Length > 1 => text[1..],
        1 => text + random.Next(10),
        2 => text.Remove(random.Next(text.Length), 1),
        3 => text.Insert(random.Next(text.Length), ",.;-GF0"[random.Next(7)].ToString()),
        _ => text,
    };

    /// <summary>The lines that stand in records, by the keys pressed, apart from the drivers' code.</summary>
    private static class Typed
    {
        private const string Places = "\0\u001B1234567890-=\b\0QWERTYUIOP[]\n\0ASDFGHJKL;'`\0\\ZXCVBNM,./";

        public static string[] Texts(byte[] records)
        {
            var text = new System.Text.StringBuilder();
            var shift = false;
            for (var i = 0; i + 24 <= records.Length; i += 24)
            {
                var (type, code, value) = (records[i + 16], records[i + 18], records[i + 20]);
                if (type == 1 && code == 42)
                    shift = value == 1;
                else if (type == 1 && value == 1 && code < Places.Length && Places[code] >= '\n')
                    text.Append(shift && Places[code] == ';' ? ':' : Places[code]);
            }

            return text.ToString().Split('\n');
        }
    }
}
