using System.Buffers.Binary;

namespace KyCuong.Testing;

/// <summary>
/// Types on an imagined keyboard: the records of 64-bit Linux's event device, 24 bytes each, as a reader in factory settings makes
/// them: a key every 8 ms, upper case with Shift, each packet ended by a mark.
/// </summary>
public static class KeyRecords
{
    private const ushort Enter = 28;
    private const ushort LeftShift = 42;

    private static readonly (string Keys, int First)[] Rows = [("1234567890-=", 2), ("QWERTYUIOP[]", 16), ("ASDFGHJKL;'`", 30), ("\\ZXCVBNM,./", 43)];

    /// <summary>The text, then Enter.</summary>
    /// <param name="text">Upper-case letters, digits and punctuation of the US layout without Shift, and <c>:</c> and <c>|</c>.</param>
    /// <param name="startUs">The kernel's stamp of the first key, microseconds.</param>
    /// <param name="keyUs">Time from one key to the next, microseconds.</param>
    public static byte[] Type(string text, long startUs = 1_000_000_000, long keyUs = 8_000)
    {
        ArgumentNullException.ThrowIfNull(text);
        var records = new List<byte>();
        var t = startUs;
        foreach (var c in text)
        {
            Press(records, t, keyUs, char.IsAsciiLetterUpper(c) || c is ':' or '|' ? [LeftShift, CodeOf(c)] : [CodeOf(c)]);
            t += keyUs;
        }

        Press(records, t, keyUs, [Enter]);
        return [.. records];
    }

    private static ushort CodeOf(char c)
    {
        var key = c switch { ':' => ';', '|' => '\\', _ => c };
        foreach (var (keys, first) in Rows)
        {
            if (keys.IndexOf(key, StringComparison.Ordinal) is >= 0 and var place)
                return (ushort)(first + place);
        }

        throw new ArgumentException($"no key types '{c}' here");
    }

    private static void Press(List<byte> records, long t, long keyUs, ushort[] codes)
    {
        foreach (var value in (ReadOnlySpan<int>)[1, 0])
        {
            foreach (var code in codes)
                Add(records, t, 1, code, value);
            Add(records, t, 0, 0, 0);
            t += keyUs / 2;
        }
    }

    private static void Add(List<byte> records, long t, ushort type, ushort code, int value)
    {
        Span<byte> record = stackalloc byte[24];
        BinaryPrimitives.WriteInt64LittleEndian(record, t / 1_000_000);
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], t % 1_000_000);
        BinaryPrimitives.WriteUInt16LittleEndian(record[16..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(record[18..], code);
        BinaryPrimitives.WriteInt32LittleEndian(record[20..], value);
        records.AddRange(record);
    }
}
