using System.Buffers.Binary;
using System.Text;
using KyCuong.Readers;

namespace KyCuong.Fuzz.References;

/// <summary>
/// Whether a badge that a driver read stands in the bytes that it heard since the line was opened, in the form that the reader gives it,
/// and with its right checksum where the form has one. Written from the readers' pages, without the drivers' code. What stands there by
/// chance is a badge for this and for the driver: of random bytes in an EM4100 frame one in 256, in a frame of a PN532 one in 65,536 (two sums), of an
/// OSDP or PC/SC record one in 65,536, of an SSI packet one in 65,536; a line scanner's, a keyboard's and a Wiegand converter's text has no checksum at all.
/// </summary>
internal static class Evidence
{
    /// <summary>True when it stands there.</summary>
    public static bool Supports(string reader, ReaderOptions options, byte[] heard, RawRead read)
    {
        var value = read.Value.ToArray();
        return reader switch
        {
            "rdm6300" => HasFrame(heard, value, "\u0002", "\u0003"),
            "id-12la" => HasFrame(heard, value, "\u0002", "\r\n\u0003"),
            "em-18" => HasFrame(heard, value, "", ""),
            "pn532" => Pn532(heard).Any(data => Contains(data, [(byte)value.Length, .. value])),
            "pcsc" => Pcsc(heard).Any(data => Contains(data, [.. value, 0x90, 0x00])),
            "osdp" => Osdp(heard).Any(data => HasBits(data, value) || HasBits(data, [.. value.Reverse()]) || Latin(data).Contains(Convert.ToHexString(value), StringComparison.OrdinalIgnoreCase)),
            "wiegand-serial" => HasText(Latin(heard), options, read),
            "keyboard" => HasText(KeysPressed(heard), options, read),
            // A scan may come in several packets, and one of them twice.
            "ssi" => InOrder([.. Ssi(heard).SelectMany(data => data)], value),
            "line-scanner" => Latin(heard).Contains(Latin(value), StringComparison.Ordinal),
            // A module's replies may stand within a text, and a report ends anywhere in one: its characters, in order.
            "gm65" or "de2120" or "hid-pos" => InOrder(heard, value),
            _ => throw new InvalidOperationException($"say what a read of {reader} looks like on its line"),
        };
    }

    /// <summary>As the vectors name a read.</summary>
    public static string NameOf(RawRead read) => KyCuong.Readers.Tests.Outcome.Of(read);

    private static bool HasFrame(byte[] heard, byte[] tag, string head, string tail)
    {
        var sum = tag.Aggregate(0, (x, b) => x ^ b).ToString("X2", null);
        return Latin(heard).Contains(head + Convert.ToHexString(tag) + sum + tail, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Some stretch of the text spells it, by the second decoder of spellings.</summary>
    private static bool HasText(string text, ReaderOptions options, RawRead read)
    {
        var (name, form) = (NameOf(read), KyCuong.Readers.Cards.CardFormats.NameOf(options.Format));
        for (var length = 6; length <= 20; length++)
        {
            for (var at = 0; at + length <= text.Length; at++)
            {
                var stretch = text.Substring(at, length);
                if ((form == "kc1" ? Spelling.BadgeCode(stretch, withCheck: false) : Spelling.Read(form, stretch)) == name) return true;
            }
        }

        return false;
    }

    /// <summary>
    /// What the keys say that went down, by their places on a keyboard: type 1, code, value 1, the last eight bytes of a record
    /// of Linux. Shift and what types no text are left out; so may be a comma that another key types.
    /// </summary>
    private static string KeysPressed(byte[] heard)
    {
        const string Places = "1234567890-=\0\0QWERTYUIOP[]\0\0ASDFGHJKL;'`\0\\ZXCVBNM,./\0*\0 ";
        const string Keypad = "789-456+1230.";
        var pressed = new StringBuilder();
        for (var i = 0; i + 8 <= heard.Length; i++)
        {
            if (heard[i] != 1 || heard[i + 1] != 0 || BinaryPrimitives.ReadInt32LittleEndian(heard.AsSpan(i + 4)) != 1) continue;
            var code = BinaryPrimitives.ReadUInt16LittleEndian(heard.AsSpan(i + 2));
            var key = code is >= 2 and < 60 && code - 2 < Places.Length ? Places[code - 2] : code is >= 71 and <= 83 ? Keypad[code - 71] : '\0';
            if (key != '\0') pressed.Append(key == ';' ? ':' : key);
        }

        return pressed.ToString();
    }

    /// <summary>00 FF, length and its complement, D5 4B, data, and a sum of zero; or the form with FF FF and two bytes of length (UM0701-02, 6.2.1).</summary>
    private static IEnumerable<byte[]> Pn532(byte[] heard)
    {
        for (var at = 0; at + 8 <= heard.Length; at++)
        {
            if (heard[at] != 0 || heard[at + 1] != 0xFF) continue;
            var (length, begin) = (heard[at + 2] + heard[at + 3]) % 256 == 0 ? ((int)heard[at + 2], at + 4) : (-1, 0);
            if (heard[at + 2] == 0xFF && heard[at + 3] == 0xFF && (heard[at + 4] + heard[at + 5] + heard[at + 6]) % 256 == 0) (length, begin) = ((heard[at + 4] * 256) + heard[at + 5], at + 7);
            if (length < 2 || begin + length >= heard.Length) continue;
            var data = heard.AsSpan(begin, length + 1).ToArray();
            if (data.Sum(b => b) % 256 == 0 && data[0] == 0xD5 && data[1] == 0x4B) yield return data[2..^1];
        }
    }

    /// <summary>C5, kind, length u16, data, CRC of all that but the C5: the kiosk's own records of what its PC/SC service said.</summary>
    private static IEnumerable<byte[]> Pcsc(byte[] heard)
    {
        for (var at = 0; at + 6 <= heard.Length; at++)
        {
            if (heard[at] != 0xC5) continue;
            var length = 4 + (heard[at + 2] * 256) + heard[at + 3];
            if (at + length + 2 > heard.Length) continue;
            if (Crc.Of(heard.Skip(at + 1).Take(length - 1), 0) == BinaryPrimitives.ReadUInt16BigEndian(heard.AsSpan(at + length))) yield return heard.AsSpan(at + 4, length - 4).ToArray();
        }
    }

    /// <summary>53, address of a reply, length u16 little-endian, control, 50 (bits) or 51 (digits), data, CRC or sum (SIA OSDP 2.1.7).</summary>
    private static IEnumerable<byte[]> Osdp(byte[] heard)
    {
        for (var at = 0; at + 8 <= heard.Length; at++)
        {
            if (heard[at] != 0x53 || heard[at + 1] < 0x80) continue;
            var length = heard[at + 2] + (heard[at + 3] * 256);
            if (length < 8 || at + length > heard.Length || heard[at + 5] is not (0x50 or 0x51)) continue;
            var packet = heard.AsSpan(at, length).ToArray();
            if ((packet[4] & 4) != 0 && Crc.Of(packet[..^2], 0x1D0F) == BinaryPrimitives.ReadUInt16LittleEndian(packet.AsSpan(length - 2))) yield return packet[6..^2];
            else if ((packet[4] & 4) == 0 && packet.Sum(b => b) % 256 == 0) yield return packet[6..^1];
        }
    }

    /// <summary>Length, F3, 00, status, type, text, checksum: all bytes and the checksum come to zero; or FF F4 length u16 F4 00 status type text.</summary>
    private static IEnumerable<byte[]> Ssi(byte[] heard)
    {
        for (var at = 0; at + 7 <= heard.Length; at++)
        {
            var isLong = heard[at] == 0xFF && heard[at + 1] == 0xF4;
            if (!isLong && heard[at + 1] != 0xF3) continue;
            var length = isLong ? (heard[at + 2] * 256) + heard[at + 3] : heard[at];
            var head = isLong ? 8 : 5;
            if (length < head || at + length + 2 > heard.Length) continue;
            var sum = heard.Skip(at).Take(length).Sum(b => b) + BinaryPrimitives.ReadUInt16BigEndian(heard.AsSpan(at + length));
            if (sum % 65536 == 0) yield return heard.AsSpan(at + head, length - head).ToArray();
        }
    }

    private static bool HasBits(byte[] data, byte[] value) =>
        string.Concat(data.Select(b => b.ToString("B8", null))).Contains(string.Concat(value.Select(b => b.ToString("B8", null))), StringComparison.Ordinal);

    private static bool InOrder(byte[] heard, byte[] value)
    {
        var at = 0;
        foreach (var b in heard)
            if (at < value.Length && b == value[at]) at++;
        return at == value.Length;
    }

    private static bool Contains(byte[] data, byte[] part) => data.AsSpan().IndexOf(part) >= 0;

    private static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);
}
