using System.Buffers.Binary;
using System.Globalization;
using KyCuong.Kiosk.Capture;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Readers;
using KyCuong.Readers.Cards;
using KyCuong.Readers.Tests;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Capture;

/// <summary>Whatever happens between a driver and a reader that it asks: the captured session, played, gives the same reads of other cards.</summary>
public sealed class CaptureConversationTests : IDisposable
{
    private const long Second = 1_000_000;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory, MemberData(nameof(Seeds))]
    public void Any_session_of_a_PN532_gives_the_same_reads_of_other_cards(int seed)
    {
        var random = new Random(seed);
        var people = Enumerable.Range(0, 4).Select(i => new ChipCard(Uid(random, i switch { 0 or 1 => 4, 2 => 7, _ => 10 }), Ats: i == 2 ? Bytes(random, 8) : null, SelRes: (byte)(i == 2 ? 0x20 : 0x08))).ToArray();
        var nobody = new ChipCard([0x08, .. Bytes(random, 3)], 0x20, Ats: Bytes(random, 5));
        var cut = new ChipCard([0x88, .. people[2].Uid[..3]]);
        using var session = new Captured(_folder.File("session.txt"), "pn532", ReaderOptions.Default);
        var rig = session.Rig(new Pn532Chip(), Line(random));
        for (var step = 0; step < 60; step++)
        {
            rig.Module.Cards.Clear();
            for (var cards = random.Next(4) - 1; cards > 0; cards--) rig.Module.Cards.Add(random.Next(8) switch { 0 => nobody, 1 => cut, _ => people[random.Next(people.Length)] });
            if (random.Next(5) == 0) rig.Module.Faults.Enqueue((ChipFault)random.Next(Enum.GetValues<ChipFault>().Length));
            rig.RunTo(rig.Now + random.NextInt64(20_000, 2 * Second));
        }

        session.Check(rig.Player, [.. people.Select(card => card.Uid), cut.Uid[1..]]);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Any_session_of_an_OSDP_reader_gives_the_same_reads_of_other_cards(int seed)
    {
        var random = new Random(seed);
        var card = (CardBits)random.Next(4);
        var options = ReaderOptions.Default with { Card = card, Address = random.Next(3), Format = card == CardBits.Uid ? CardFormat.UidHex : CardFormat.BadgeCode };
        var people = Enumerable.Range(0, 4).Select(i => Uid(random, i switch { 0 or 1 => 4, 2 => 7, _ => 5 })).ToArray();
        using var session = new Captured(_folder.File("session.txt"), "osdp", options);
        var module = new OsdpReader { Address = (byte)options.Address, ChecksumOnly = random.Next(4) == 0 };
        if (module.ChecksumOnly) module.Capabilities = GrowModule.Bytes("03 01 01 04 01 01 05 01 01");
        var rig = session.Rig(module, Line(random));
        var shown = new List<byte[]>();
        for (var step = 0; step < 60; step++)
        {
            var person = people[random.Next(people.Length)];
            switch (random.Next(8))
            {
                case 0:
                    rig.Module.Tell(0x53, [0, 4, .. "3141"u8]);
                    break;
                case 1:
                    rig.Indicate((ReaderSignal)random.Next(4));
                    break;
                case 2:
                    rig.Module.Busy = random.Next(3);
                    break;
                case 3 when person.Length == 4:
                    rig.Module.Tell(0x51, [0, 0, 8, .. System.Text.Encoding.ASCII.GetBytes(Convert.ToHexString(person))]);
                    shown.Add(person);
                    break;
                case 4 when person.Length == 4:
                    rig.Module.Card(34, Parity(person));
                    shown.Add(person);
                    break;
                case 5:
                    rig.Module.Card(26, Parity(person[..3]));
                    shown.Add(person[..3]);
                    break;
                default:
                    rig.Module.Card(8 * person.Length, person);
                    shown.Add(person);
                    break;
            }

            rig.RunTo(rig.Now + random.NextInt64(20_000, 2 * Second));
        }

        session.Check(rig.Player, [.. shown.Where(number => number.Length > 3)]);
        Assert.DoesNotContain("33 31 34 31", session.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Any_session_of_a_PCSC_reader_gives_the_same_reads_of_other_cards(int seed)
    {
        var random = new Random(seed);
        var people = Enumerable.Range(0, 4).Select(i => Uid(random, i switch { 0 or 1 => 4, 2 => 7, _ => 10 })).ToArray();
        var names = (string[])["ACS ACR122U PICC Interface 00 00", "ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00", "OMNIKEY CardMan 5x21-CL 0"];
        using var session = new Captured(_folder.File("session.txt"), "pcsc", ReaderOptions.Default);
        // PC/SC loses nothing and takes its time.
        var rig = session.Rig(new PcscReader(names[seed % names.Length]), (number, bytes) => (random.NextInt64(1_000, 30_000), bytes));
        rig.Module.TakesEscape = random.Next(3) > 0;
        foreach (var record in rig.Module.Hello()) rig.Say(Second / 2, record);
        rig.RunTo(Second);
        for (var step = 0; step < 40; step++)
        {
            var person = people[random.Next(people.Length)];
            rig.Say(rig.Now, rig.Module.PutDown(random.Next(8) == 0 ? "6A81" : Convert.ToHexString(person) + "9000"));
            rig.RunTo(rig.Now + random.NextInt64(100_000, Second));
            if (random.Next(3) > 0) rig.Indicate((ReaderSignal)random.Next(4));
            // Held now and then for so long that the part ends meanwhile.
            rig.RunTo(rig.Now + random.NextInt64(20_000, random.Next(6) == 0 ? 9 * Second : Second));
            rig.Say(rig.Now, rig.Module.TakeAway());
            rig.RunTo(rig.Now + random.NextInt64(100_000, random.Next(6) == 0 ? 9 * Second : Second));
        }

        session.Check(rig.Player, people);
    }

    /// <summary>A line that now and then loses an answer or spoils a bit of it, and never changes their order.</summary>
    private static Func<int, byte[], (long, byte[])?> Line(Random random)
    {
        var usual = random.NextInt64(2_000, 40_000);
        return (number, bytes) =>
        {
            byte[] came = [.. bytes];
            var luck = random.Next(40);
            if (luck == 1) came[random.Next(came.Length)] ^= (byte)(1 << random.Next(8));
            return luck == 0 ? null : (usual + number, came);
        };
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Uid(Random random, int length)
    {
        // Without the zeros that frames have anyhow: three such bytes would stand anywhere by chance.
        byte[] uid = [.. Bytes(random, length).Select(b => (byte)(b | 0x11))];
        (uid[0], uid[^1]) = (0x04, (byte)(uid[^1] & 0x7F));
        return uid;
    }

    /// <summary>The bits as Wiegand has them: a parity bit on either side.</summary>
    private static byte[] Parity(byte[] number)
    {
        var bits = string.Concat(number.Select(b => Convert.ToString(b, 2).PadLeft(8, '0')));
        var half = bits.Length / 2;
        bits = (bits[..half].Count(bit => bit == '1') % 2 == 0 ? "0" : "1") + bits + (bits[half..].Count(bit => bit == '1') % 2 == 0 ? "1" : "0");
        return [.. bits.PadRight(8 * ((bits.Length + 7) / 8), '0').Chunk(8).Select(eight => Convert.ToByte(new string(eight), 2))];
    }

    private sealed class Captured(string path, string reader, ReaderOptions options) : IDisposable
    {
        private readonly CaptureFile _file = new(path, why => Assert.Fail(why));
        private CaptureSession _session = null!;

        public string Text => File.ReadAllText(path);

        public Rig<TModule> Rig<TModule>(TModule module, Func<int, byte[], (long, byte[])?> line) where TModule : ITestModule
        {
            _session = new CaptureSession("r1", ReaderCatalog.Find(reader), options, _file);
            _session.Opened(0);
            return new Rig<TModule>(reader, options, module, line, (came, bytes, t) =>
            {
                if (came) _session.Came(bytes, t);
                else _session.Sent(bytes, t);
            });
        }

        public void Check(Player player, IReadOnlyList<byte[]> numbers)
        {
            _session.End();
            var file = new CapturedFile(path, reader);
            Assert.True(player.ReadOutcomes.Count > 0, string.Join(' ', player.States.Select(state => $"{state.State}@{state.At / 1000}").Take(40)) + " | " + string.Join(' ', player.Outcomes));
            Assert.Equal(CapturedFile.PatternOf(player.ReadOutcomes), file.Pattern);
            foreach (var number in numbers.DistinctBy(Convert.ToHexString))
            {
                byte[] reversed = [.. number.Reverse()];
                foreach (var order in (byte[][])[number, reversed])
                {
                    file.AssertWithout(Convert.ToHexString(order));
                    // A number of a few digits stands anywhere by chance.
                    if (order.Length is < 4 or > 8) continue;
                    byte[] whole = [.. new byte[8 - order.Length], .. order];
                    file.AssertWithout(BinaryPrimitives.ReadUInt64BigEndian(whole).ToString(CultureInfo.InvariantCulture));
                }

                // As Wiegand shifts it.
                if (number.Length == 4) file.AssertWithout(Convert.ToHexString(Parity(number)));
            }
        }

        public void Dispose() => _file.Dispose();
    }

    private sealed class Rig<TModule>(string reader, ReaderOptions options, TModule module, Func<int, byte[], (long, byte[])?> line, Action<bool, byte[], long> overheard)
        : ReaderRig<TModule>(reader, options, module, line, overheard) where TModule : ITestModule;
}
