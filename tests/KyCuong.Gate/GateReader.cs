using System.Text;
using KyCuong.Protos.Badges;
using KyCuong.Testing;

namespace KyCuong.Gate;

/// <summary>A reader of the gate under test: where the kiosk finds it and what it says for a badge.</summary>
/// <param name="Id">In the kiosk's configuration.</param>
/// <param name="Protocol">What it speaks.</param>
/// <param name="Address">Where the kiosk finds it.</param>
internal sealed record GateReader(string Id, string Protocol, string Address)
{
    public const string Rdm6300 = "rdm6300";
    public const string Id12La = "id-12la";
    public const string Em18 = "em-18";
    public const string LineScanner = "line-scanner";
    public const string Gm65 = "gm65";
    public const string Pn532 = "pn532";
    public const string Keyboard = "keyboard";
    public const string WiegandSerial = "wiegand-serial";
    public const string Ssi = "ssi";
    public const string De2120 = "de2120";
    public const string Pcsc = "pcsc";
    public const string Osdp = "osdp";
    public const string HidPos = "hid-pos";

    /// <summary>Silence after which a frame of an EM-18 is known to be whole: nothing else marks its end (hardware-notes/em-18.md).</summary>
    public static readonly TimeSpan Em18Silence = TimeSpan.FromMilliseconds(20);

    /// <summary>A reader of optical badge codes.</summary>
    public bool IsOptical => Protocol is LineScanner or Gm65 or Ssi or De2120 or HidPos;

    /// <summary>A reader of UIDs; what is neither reads EM4100 tags.</summary>
    public bool IsContactless => Protocol is Pn532 or Pcsc or Osdp;

    /// <summary>What else stands in its line of kiosk.json.</summary>
    public string Options => Protocol switch
    {
        WiegandSerial => """, "format": "6h" """,
        Keyboard => """, "format": "8h10d" """,
        Osdp => """, "card": "uid" """,
        _ => "",
    };

    /// <summary>The frame on its line, as the module's datasheet has it (hardware-notes).</summary>
    /// <exception cref="InvalidOperationException">It says nothing of its own accord.</exception>
    public byte[] Frame(Badge badge)
    {
        byte check = 0;
        foreach (var part in badge.Tag) check ^= part;
        var text = $"{Convert.ToHexString(badge.Tag)}{check:X2}";
        return Protocol switch
        {
            Rdm6300 => Encoding.ASCII.GetBytes($"\u0002{text}\u0003"),
            Id12La => Encoding.ASCII.GetBytes($"\u0002{text}\r\n\u0003"),
            Em18 => Encoding.ASCII.GetBytes(text),
            WiegandSerial => Encoding.ASCII.GetBytes($"{Convert.ToHexString(badge.Tag.AsSpan(2))}\r"),
            Keyboard => KeyRecords.Type(FormattableString.Invariant($"{badge.Low32:D10}"), Environment.TickCount64 * 1000),
            LineScanner or De2120 => Encoding.ASCII.GetBytes(badge.Code + "\r"),
            // It is set to either form.
            Gm65 when badge.Number % 2 == 0 => GrowModule.WithProtocol(Encoding.ASCII.GetBytes(badge.Code)),
            Gm65 => Encoding.ASCII.GetBytes(badge.Code + "\r"),
            Ssi => SsiScanner.Scan(Encoding.ASCII.GetBytes(badge.Code)),
            HidPos => Report(badge.Code),
            _ => throw new InvalidOperationException($"no frames of {Protocol} are known here"),
        };
    }

    /// <summary>
    /// A byte within the frame before which it can be cut so that neither part is a badge by itself: where silence ends a text its terminator need
    /// not come, and a GM65's text without its head is a plain scan.
    /// </summary>
    public int Cut(byte[] frame, Random chance)
    {
        const int Gm65Head = 3;
        var whole = frame.AsSpan().TrimEnd((byte)'\r').Length;
        int cut;
        do cut = chance.Next(1, whole);
        while (Protocol == Gm65 && frame[0] != (byte)'K' && cut == Gm65Head);
        return cut;
    }

    private static byte[] Report(string text)
    {
        var report = new byte[64];
        (report[0], report[1]) = (0x02, (byte)text.Length);
        "]Q1"u8.CopyTo(report.AsSpan(2));
        Encoding.ASCII.GetBytes(text).CopyTo(report, 5);
        return report;
    }
}

/// <summary>A badge in all forms; which one counts is for its reader to say.</summary>
internal sealed class Badge
{
    private const int Symbols = 15;

    /// <summary>The n-th badge; the low 16 bits of its tag are its own, so that no two look alike at any level.</summary>
    public Badge(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, 0xFFFF);
        Number = number;
        Tag = [0x0F, 0x03, 0x00, (byte)(number >> 8), (byte)(number & 0xFF)];
        Uid = [0x9E, (byte)(number >> 8), (byte)(number & 0xFF), 0x66];
        Span<byte> symbols = stackalloc byte[Symbols];
        symbols.Clear();
        for (var (i, rest) = (0, number); rest > 0; i++, rest /= 32) symbols[i] = (byte)(rest % 32);
        Code = BadgeToken.Format(symbols);
    }

    public int Number { get; }

    public byte[] Tag { get; }

    public byte[] Uid { get; }

    public string Code { get; }

    /// <summary>The number printed on a tag.</summary>
    public long Low32 => Convert.ToInt64(Convert.ToHexString(Tag.AsSpan(1)), 16);
}

/// <summary>Somebody with a badge.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Reader">Where they tap.</param>
internal sealed record Person(int Number, GateReader Reader)
{
    public Badge Badge { get; } = new(Number);

    public string StaffCode => FormattableString.Invariant($"N{Number}");

    /// <summary>As the screen shows it.</summary>
    public string Name => FormattableString.Invariant($"Người {Number}");

    public string BadgeText => Reader.IsOptical ? Badge.Code : Convert.ToHexString(Reader.IsContactless ? Badge.Uid : Badge.Tag);

    public string BadgeKind => Reader.IsOptical ? "kc1" : Reader.IsContactless ? "uid" : "em10h";

    public byte[] Frame => Reader.Frame(Badge);
}
