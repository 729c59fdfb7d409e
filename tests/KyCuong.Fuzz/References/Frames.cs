using System.Text;

namespace KyCuong.Fuzz.References;

/// <summary>
/// Makes frames as readers do, of anything, with their checksums right, so that what stands behind the checksum is reached too. Written from
/// the readers' pages. Pure.
/// </summary>
internal static class Frames
{
    /// <summary>A frame of a reader; null: its lines have nothing that random text would not do as well.</summary>
    public static byte[]? Any(string reader, Random random) => reader switch
    {
        "rdm6300" => Tag(random, "\u0002", "\u0003"),
        "id-12la" => Tag(random, "\u0002", "\r\n\u0003"),
        "em-18" => Tag(random, "", ""),
        "pn532" => Pn532(random),
        "pcsc" => Pcsc(random),
        "osdp" => Osdp(random),
        "ssi" => Ssi(random),
        "gm65" => Gm65(random),
        "hid-pos" => HidPos(random),
        "line-scanner" or "de2120" => Encoding.Latin1.GetBytes(Text(random) + (random.Next(4) == 0 ? "" : "\r")),
        "wiegand-serial" => Encoding.Latin1.GetBytes(Number(random) + (random.Next(4) == 0 ? "" : "\r\n")),
        _ => null,
    };

    /// <summary>A badge code, nearly one, or something else that a scanner may see.</summary>
    public static string Text(Random random)
    {
        const string Symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        var code = "KC1:" + string.Concat(Enumerable.Range(0, 16 + (random.Next(6) == 0 ? random.Next(-2, 3) : 0)).Select(_ => Symbols[random.Next(32)]));
        return random.Next(8) switch
        {
            0 => "]Q1" + code,
            1 => code.ToLowerInvariant(),
            2 => "079199001234|" + string.Concat(Enumerable.Repeat("|x", random.Next(8))),
            3 => new string((char)random.Next(32, 255), random.Next(1, 1100)),
            _ => code,
        };
    }

    /// <summary>Digits of some length that a form has, or one more or less.</summary>
    public static string Number(Random random)
    {
        var digits = random.Next(2) == 0 ? "0123456789" : "0123456789ABCDEFabcdef";
        int[] lengths = [1, 6, 8, 8, 9, 10, 10, 11, 13, 14, 15, 20];
        var text = new StringBuilder();
        var length = lengths[random.Next(lengths.Length)] + (random.Next(6) == 0 ? random.Next(-1, 2) : 0);
        for (var i = 0; i < length; i++) text.Append(digits[random.Next(digits.Length)]);
        if (text.Length is 9 or 11 && random.Next(2) == 0) text[^6] = random.Next(2) == 0 ? ',' : '.';
        // Numbers near the edge of what fits.
        if (random.Next(4) == 0 && text.Length > 2) (text[0], text[1]) = ('0', random.Next(2) == 0 ? '0' : '4');
        return text.ToString();
    }

    private static byte[] Tag(Random random, string head, string tail)
    {
        var tag = Noise(random, 5);
        var sum = tag.Aggregate(0, (x, b) => x ^ b) ^ (random.Next(4) == 0 ? 1 << random.Next(8) : 0);
        return Encoding.Latin1.GetBytes(head + Convert.ToHexString(tag) + sum.ToString("X2", null) + tail);
    }

    private static byte[] Pn532(Random random)
    {
        byte[] codes = [0x4B, 0x4B, 0x4B, 0x03, 0x15, 0x33, 0x53, 0x7F];
        List<byte> data = [random.Next(16) == 0 ? (byte)0x7F : (byte)0xD5, codes[random.Next(codes.Length)]];
        var cards = random.Next(4);
        data.Add((byte)cards);
        for (var i = 1; i <= cards && data.Count < 200; i++)
        {
            int[] lengths = [4, 7, 10, random.Next(20)];
            var uid = Noise(random, lengths[random.Next(4)]);
            data.AddRange([(byte)i, (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256), (byte)uid.Length, .. uid]);
            if (random.Next(3) == 0) data.AddRange([(byte)random.Next(12), .. Noise(random, random.Next(12))]);
        }

        var sum = (byte)(-data.Sum(b => b) & 0xFF);
        return random.Next(4) == 0
            ? [0, 0, 0xFF, 0xFF, 0xFF, (byte)(data.Count >> 8), (byte)data.Count, (byte)(-((data.Count >> 8) + (data.Count & 255)) & 0xFF), .. data, sum, 0]
            : [0, 0, 0xFF, (byte)data.Count, (byte)(-data.Count & 0xFF), .. data, sum, 0];
    }

    private static byte[] Pcsc(Random random)
    {
        byte[] body = random.Next(3) switch
        {
            0 => [0, 0, (byte)random.Next(256), (byte)random.Next(256)],
            1 => [0, 0, 0, 0, .. Noise(random, random.Next(13)), 0x90, 0],
            _ => Noise(random, random.Next(random.Next(8) == 0 ? 520 : 40)),
        };
        byte[] covered = [(byte)random.Next(7), (byte)(body.Length >> 8), (byte)body.Length, .. body];
        var crc = Crc.Of(covered, 0);
        return [0xC5, .. covered, (byte)(crc >> 8), (byte)crc];
    }

    private static byte[] Osdp(Random random)
    {
        byte[] codes = [0x40, 0x41, 0x45, 0x46, 0x48, 0x49, 0x4A, 0x4B, 0x50, 0x50, 0x50, 0x51, 0x53];
        var code = codes[random.Next(codes.Length)];
        var bits = random.Next(90);
        byte[] data = code == 0x50
            ? [(byte)random.Next(3), (byte)random.Next(3), (byte)bits, 0, .. Noise(random, Math.Max(0, ((bits + 7) / 8) + (random.Next(6) == 0 ? random.Next(-1, 2) : 0)))]
            : Noise(random, random.Next(40));
        var crc = random.Next(2) == 0;
        var length = 6 + data.Length + (crc ? 2 : 1);
        List<byte> packet = [0x53, (byte)(0x80 | (random.Next(8) == 0 ? 1 : 0)), (byte)length, (byte)(length >> 8), (byte)(random.Next(4) | (crc ? 4 : 0) | (random.Next(16) == 0 ? 8 : 0)), code, .. data];
        var check = Crc.Of(packet, 0x1D0F);
        if (crc) packet.AddRange([(byte)check, (byte)(check >> 8)]);
        else packet.Add((byte)(-packet.Sum(b => b) & 0xFF));
        return [.. packet];
    }

    private static byte[] Ssi(Random random)
    {
        byte[] codes = [0xF3, 0xF3, 0xF3, 0xF3, 0xD0, 0xD1, 0xC6, 0xA4, 0xF6];
        var text = Encoding.Latin1.GetBytes(Text(random));
        // In pieces, now and then.
        if (random.Next(3) == 0) text = text[..random.Next(text.Length + 1)];
        var status = (byte)(random.Next(4) == 0 ? random.Next(4) : 0);
        List<byte> packet = text.Length > 240 || random.Next(4) == 0
            ? [0xFF, 0xF4, (byte)((text.Length + 8) >> 8), (byte)(text.Length + 8), 0xF4, 0, status, 0xF1, .. text]
            : [(byte)(text.Length + 5), codes[random.Next(codes.Length)], 0, status, 0xF1, .. text];
        var sum = -packet.Sum(b => b) & 0xFFFF;
        return [.. packet, (byte)(sum >> 8), (byte)sum];
    }

    private static byte[] Gm65(Random random)
    {
        var text = Encoding.Latin1.GetBytes(Text(random));
        byte[] reply = random.Next(2) == 0 ? [0, 0, 1, (byte)random.Next(256)] : [0, 0, (byte)random.Next(8), .. Noise(random, random.Next(8))];
        var crc = Crc.Of(reply, 0);
        return random.Next(3) switch
        {
            0 => [.. text, 0x0D],
            1 => [3, (byte)(text.Length >> 8), (byte)text.Length, .. text],
            _ => [(byte)random.Next(2, 4), .. reply, (byte)(crc >> 8), (byte)crc],
        };
    }

    private static byte[] HidPos(Random random)
    {
        var text = Encoding.Latin1.GetBytes(Text(random));
        var reports = new List<byte>();
        var at = 0;
        do
        {
            var part = text.AsSpan(at, Math.Min(text.Length - at, 1 + random.Next(56))).ToArray();
            at += part.Length;
            reports.AddRange([2, (byte)(part.Length + (random.Next(16) == 0 ? 1 : 0)), .. "]Q1"u8, .. part, .. new byte[56 - part.Length], (byte)'s', 0, (byte)(at < text.Length ? 1 : 0)]);
        }
        while (at < text.Length && reports.Count < 2000);
        return [.. reports];
    }

    private static byte[] Noise(Random random, int count)
    {
        var noise = new byte[count];
        random.NextBytes(noise);
        return noise;
    }
}
