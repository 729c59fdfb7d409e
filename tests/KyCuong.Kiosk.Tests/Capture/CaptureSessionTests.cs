using KyCuong.Kiosk.Capture;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Readers;
using KyCuong.Readers.Tests;

namespace KyCuong.Kiosk.Tests.Capture;

/// <summary>Every vector of the drivers taken for a session, and what is written of it.</summary>
public sealed class CaptureSessionTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private int _files;

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Known => [.. ReaderCatalog.All.Where(Respelling.Knows).Select(protocol => protocol.Id)];

    public static TheoryData<string> Serial => [.. ReaderCatalog.All.Where(protocol => protocol.Port == ReaderPort.Serial && protocol.Id is not ("pn532" or "osdp") && Respelling.Knows(protocol)).Select(protocol => protocol.Id)];

    [Theory, MemberData(nameof(Known))]
    public void Sessions_are_written_with_other_cards_in_the_same_pattern(string reader)
    {
        var (written, left) = (0, new List<string>());
        foreach (var vector in VectorFile.Of(reader).Vectors)
        {
            var file = Capture(vector);
            foreach (var card in Reads(vector)) file.AssertWithout(card);
            if (vector.ExpectedReads.Count == 0) continue;
            AssertKeysWithout(file, vector);
            if (file.Vectors.Count == 0) left.Add(vector.Name);
            else Assert.Equal($"{vector.Name}: {CapturedFile.PatternOf(vector.ExpectedReads)}", $"{vector.Name}: {file.Pattern}");
            written++;
        }

        Assert.True(written >= 5);
        // What was sent again although its first was cut, an acknowledgement or a reply inside a badge, a line that another joins.
        Assert.True(left.Count <= 2, $"only lengths of: {string.Join("; ", left)}");
    }

    [Fact]
    public void Cards_of_all_readers_can_be_spelt_anew() => Assert.All(ReaderCatalog.All, protocol => Assert.True(Respelling.Knows(protocol), protocol.Id));

    [Theory, MemberData(nameof(Serial))]
    public void Of_a_text_that_is_no_card_only_its_length_is_written(string reader)
    {
        var protocol = ReaderCatalog.Find(reader)!;
        var format = protocol.Formats.Count > 0 ? protocol.Formats[0] : default;
        var file = Capture(protocol, new ReaderOptions { Format = format }, [new Chunk(2_000_000, [.. "Nguyen Van An 0904123456\r\n"u8])]);
        foreach (var part in (string[])["Nguyen", "0904", "3456"]) file.AssertWithout(part);
    }

    [Theory]
    [InlineData("line-scanner")]
    [InlineData("gm65")]
    [InlineData("de2120")]
    [InlineData("wiegand-serial")]
    public void Of_a_citizen_cards_code_a_note_is_written(string reader)
    {
        var protocol = ReaderCatalog.Find(reader)!;
        var format = protocol.Formats.Count > 0 ? protocol.Formats[0] : default;
        var file = Capture(protocol, new ReaderOptions { Format = format }, [new Chunk(2_000_000, [.. "079199001234||AN|30041999|Nam|B|22122022\r\n"u8])]);
        Assert.Contains("citizen card", file.Text, StringComparison.Ordinal);
        foreach (var part in (string[])["0791", "1234", "3004", "||", "Nam"]) file.AssertWithout(part);
        Assert.All(file.Vectors, vector => Assert.DoesNotContain((byte)'X', vector.Bytes));
    }

    [Fact]
    public void The_same_card_has_the_same_pseudonym_in_all_parts_and_another_in_another_file()
    {
        byte[] frame = [.. "\u00020C000621A58E\u0003"u8];
        var chunks = new[] { new Chunk(2_000_000, frame), new Chunk(20_000_000, frame) };
        var (one, other) = (Capture(ReaderCatalog.Find("rdm6300")!, ReaderOptions.Default, chunks), Capture(ReaderCatalog.Find("rdm6300")!, ReaderOptions.Default, chunks));
        Assert.Equal(2, one.Vectors.Count);
        Assert.Equal("em:0 em:0", one.Pattern);
        Assert.NotEqual(one.Outcomes, other.Outcomes);
    }

    [Fact]
    public void A_file_is_its_owners_and_new_and_ends_at_its_bound()
    {
        var path = _folder.File("bound.txt");
        var ended = new List<string>();
        using var file = new CaptureFile(path, ended.Add);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Throws<IOException>(() => new CaptureFile(path, _ => { }));
        var session = new CaptureSession("r1", ReaderCatalog.Find("rdm6300"), ReaderOptions.Default, file);
        session.Opened(0);
        var t = 1_000_000L;
        for (; file.IsOpen && t < 1_000_000_000_000; t += 65_000) session.Came("\u00020C000621A58E\u0003"u8, t);
        session.End();
        Assert.Equal([""], ended);
        Assert.InRange(new FileInfo(path).Length, CaptureFile.MaxBytes / 2, CaptureFile.MaxBytes);
        Assert.EndsWith("4 MiB are full\n", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.NotEmpty(VectorFile.At(path, "rdm6300").Vectors);
    }

    [Fact]
    public void Of_a_citizen_cards_code_that_is_typed_a_note_is_written()
    {
        var options = new ReaderOptions { Format = KyCuong.Readers.Cards.CardFormat.TagLow32 };
        var chunks = new[] { new Chunk(2_000_000, KyCuong.Testing.KeyRecords.Type("079199001234||AN|30041999|NAM|B|22122022")), new Chunk(3_500_000, KyCuong.Testing.KeyRecords.Type("0407821498", 1_002_000_000)) };
        var file = Capture(ReaderCatalog.Find("keyboard")!, options, chunks);
        Assert.Contains("citizen card", file.Text, StringComparison.Ordinal);
        Assert.Equal("em32:0", file.Pattern);
        Assert.Equal(chunks[1].Bytes.Length, Assert.Single(file.Vectors).Bytes.Length);
    }

    [Fact]
    public void Of_keys_that_are_no_card_only_their_number_is_written()
    {
        var options = new ReaderOptions { Format = KyCuong.Readers.Cards.CardFormat.TagLow32 };
        var file = Capture(ReaderCatalog.Find("keyboard")!, options, [new Chunk(2_000_000, KyCuong.Testing.KeyRecords.Type("0904123456789"))]);
        Assert.Equal(new string('X', 13), Keys(Assert.Single(file.Vectors)));
    }

    [Theory]
    [InlineData(KyCuong.Readers.Cards.CardFormat.TagHex, "0C000621A5")]
    [InlineData(KyCuong.Readers.Cards.CardFormat.UidHexReversed, "A1B2C3D4")]
    [InlineData(KyCuong.Readers.Cards.CardFormat.BadgeCode, "KC1:")]
    public void Neither_Shift_nor_time_tells_which_keys_of_a_card_were_letters(KyCuong.Readers.Cards.CardFormat format, string card)
    {
        if (format == KyCuong.Readers.Cards.CardFormat.BadgeCode) card = KyCuong.Protos.Badges.BadgeToken.Format([.. Enumerable.Range(7, KyCuong.Protos.Badges.BadgeToken.BodyLength - 1).Select(i => (byte)i)]);
        // Letters take this reader twice as long as digits, since it presses Shift for them.
        var records = new List<byte>();
        var t = 1_000_000_000L;
        foreach (var c in card)
        {
            var key = KyCuong.Testing.KeyRecords.Type(c.ToString(), t, char.IsAsciiDigit(c) ? 8_000 : 16_000);
            records.AddRange(key[..^(4 * 24)]); // without its Enter
            t += char.IsAsciiDigit(c) ? 8_000 : 16_000;
        }

        records.AddRange(KyCuong.Testing.KeyRecords.Type("", t));
        var file = Capture(ReaderCatalog.Find("keyboard")!, new ReaderOptions { Format = format }, [new Chunk(2_000_000, [.. records])]);
        var written = Assert.Single(file.Vectors);
        Assert.Single(written.ExpectedReads);
        var presses = written.Bytes.Chunk(24).Where(record => BitConverter.ToUInt16(record, 16) == 1 && BitConverter.ToInt32(record, 20) == 1).ToList();
        // Shift for the colon alone, which stands in the same place in all badge codes.
        Assert.Equal(card.Count(c => c == ':'), presses.RemoveAll(record => BitConverter.ToUInt16(record, 18) is 42 or 54 or 58));
        Assert.Equal(card.Length + 1, presses.Count);
        var stamps = presses.ConvertAll(record => (BitConverter.ToInt64(record, 0) * 1_000_000) + BitConverter.ToInt64(record, 8));
        var gaps = stamps.Zip(stamps.Skip(1), (before, after) => after - before).ToList();
        Assert.InRange(gaps.Max() - gaps.Min(), 0, 2);
    }

    /// <summary>What the keys pressed in a vector are, by a table of this test's own.</summary>
    private static string Keys(Vector vector)
    {
        var keys = new System.Text.StringBuilder();
        for (var i = 0; i + 24 <= vector.Bytes.Length; i += 24)
        {
            var (type, code, value) = (BitConverter.ToUInt16(vector.Bytes, i + 16), BitConverter.ToUInt16(vector.Bytes, i + 18), BitConverter.ToInt32(vector.Bytes, i + 20));
            if (type == 1 && value == 1) keys.Append(code switch { >= 2 and <= 11 => "1234567890"[(code - 2)..(code - 1)], 45 => "X", >= 16 and <= 25 => "QWERTYUIOP"[(code - 16)..(code - 15)], >= 30 and <= 38 => "ASDFGHJKL"[(code - 30)..(code - 29)], >= 44 and <= 50 => "ZXCVBNM"[(code - 44)..(code - 43)], >= 71 and <= 83 => "789-456+1230."[(code - 71)..(code - 70)], 51 => ",", 52 => ".", 15 or 28 or 96 => "", _ => "?" });
        }

        return keys.ToString();
    }

    private static void AssertKeysWithout(CapturedFile file, Vector vector)
    {
        if (vector.Reader != "keyboard") return;
        var secrets = Reads(vector).SelectMany(card => Spelling.All(card.Form, card.Value.Span, vector.Options)).ToList();
        foreach (var written in file.Vectors) Assert.All(secrets, secret => Assert.DoesNotContain(secret, Keys(written), StringComparison.Ordinal));
        // The usage beside each key tells the key, too.
        var usages = vector.Chunks.SelectMany(chunk => chunk.Bytes.Chunk(24)).Where(record => record.Length == 24 && record[16] == 4).Select(record => BitConverter.ToString(record, 20)).ToList();
        if (usages.Count < 8 || file.Vectors.Count == 0) return;
        var after = file.Vectors.SelectMany(written => written.Bytes.Chunk(24)).Where(record => record[16] == 4).Select(record => BitConverter.ToString(record, 20)).ToList();
        Assert.NotEqual(usages, after);
    }

    private CapturedFile Capture(Vector vector) => Capture(ReaderCatalog.Find(vector.Reader)!, vector.Options, vector.Chunks);

    private CapturedFile Capture(IReaderProtocol protocol, ReaderOptions options, IReadOnlyList<Chunk> chunks)
    {
        var path = _folder.File($"{_files++}.txt");
        using (var file = new CaptureFile(path, why => Assert.Fail(why)))
        {
            var session = new CaptureSession("r1", protocol, options, file);
            session.Opened(5_000);
            session.Sent([0x01, 0x02], 6_000);
            if (protocol.Converses) Converse(session, protocol, options, chunks);
            else foreach (var chunk in chunks) session.Came(chunk.Bytes, 5_000 + chunk.At);
            session.End();
        }

        Assert.Contains("> 01 02\n", File.ReadAllText(path), StringComparison.Ordinal);
        return new CapturedFile(path, protocol.Id);
    }

    /// <summary>The session as the kiosk has it: what the driver says, what the vectors' reader answers, and the vector.</summary>
    private static void Converse(CaptureSession session, IReaderProtocol protocol, ReaderOptions options, IReadOnlyList<Chunk> chunks)
    {
        var (known, answers) = (VectorFile.Of(protocol.Id).Answers, new Queue<(byte[] Bytes, long At)>());
        var player = new Player(protocol.Id, options, (command, t) =>
        {
            session.Sent(command, 5_000 + t);
            if (known.TryGetValue(Convert.ToHexString(command), out var answer)) answers.Enqueue((answer, t));
        });
        var now = 0L;
        // PC/SC answers after it was asked, a record at a time.
        if (protocol.Id == "pcsc") chunks = [.. chunks.SelectMany(chunk => PcscRecords(chunk.Bytes).Select(record => new Chunk(chunk.At, record)))];
        foreach (var chunk in chunks.Append(new Chunk(chunks.Count == 0 ? 0 : chunks[^1].At + 1_000_000, [])))
        {
            for (Hear(); player.Driver.WakeAt is { } due && due <= chunk.At; Hear()) player.Play([new Chunk(now = Math.Max(now, due), [])]);
            now = Math.Max(now, chunk.At);
            player.Play([new Chunk(now, [])]);
            Hear();
            session.Came(chunk.Bytes, 5_000 + now);
            player.Play([new Chunk(now, chunk.Bytes)]);
            Hear();
        }

        void Hear()
        {
            while (answers.TryDequeue(out var answer))
            {
                session.Came(answer.Bytes, 5_000 + answer.At);
                player.Play([new Chunk(answer.At, answer.Bytes)]);
            }
        }
    }

    /// <summary>The records one by one; what is none, as one piece.</summary>
    private static IEnumerable<byte[]> PcscRecords(byte[] bytes)
    {
        while (bytes.Length > 0)
        {
            var length = bytes.Length >= 6 && bytes[0] == 0xC5 ? Math.Min(bytes.Length, 6 + (bytes[2] << 8) + bytes[3]) : bytes.Length;
            yield return bytes[..length];
            bytes = bytes[length..];
        }
    }

    private static List<RawRead> Reads(Vector vector)
    {
        var player = new Player(vector.Reader, vector.Options);
        player.Play(vector.Chunks);
        return player.Reads;
    }
}
