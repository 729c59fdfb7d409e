using System.Buffers.Binary;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Capture;

/// <summary>
/// The keys of another card where letters are among them: each line is typed anew, key after key, evenly from its first record to its last and
/// without Shift, but for the colon that each badge code has in the same place. Which keys were pressed with Shift, and how much longer they took,
/// would tell a card's letters from its digits; drivers take letters of either case. A line that is no card is as many X; when a citizen card's code is among them, nothing. Pure.
/// </summary>
internal static class KeyRetyping
{
    private const int RecordBytes = EvdevTransport.RecordBytes;
    private const int AimLength = 3;
    private const long Second = 1_000_000;
    private const long Millisecond = 1_000;
    private const ushort Syn = KeyCodes.Syn;
    private const ushort Key = KeyCodes.Key;
    private const int Pressed = 1;

    private const ushort LeftShift = 42;
    private const ushort RightShift = 54;
    private const char Colon = ':';
    private const char ColonKey = ';';

    // Rows of keys without Shift, and the code of the first; codes of the keypad behind them, for reading only.
    private static readonly (string Keys, ushort First)[] Rows = [("1234567890-=", 2), ("QWERTYUIOP[]", 16), ("ASDFGHJKL;'`", 30), ("\\ZXCVBNM,./", 43), ("789-456+1230.", 71)];

    /// <summary>The chunks anew; none when they are not whole records.</summary>
    public static List<CapturedChunk> Of(ReaderOptions options, IReadOnlyList<CapturedChunk> chunks, Replay read, Pseudonyms names)
    {
        var records = Records(chunks);
        if (records is null) return [];
        var cards = new Dictionary<string, string>();
        foreach (var card in read.Reads)
            foreach (var (old, fresh) in Spelling.All(card.Form, card.Value.Span, options).Zip(Spelling.All(card.Form, names.Of(card.Form, card.Value.Span), options)))
                cards[old] = fresh;

        var typed = new List<CapturedChunk>();
        var (text, start, end) = (new List<char>(), 0, default(ushort?));
        var shift = false;
        for (var i = 0; i < records.Count; i++)
        {
            var record = records[i];
            if (record is { Type: Key, Code: LeftShift or RightShift }) shift = record.Value != 0;
            if (record is { Type: Key, Value: Pressed } && !KeyCodes.IsModifier(record.Code))
            {
                if (KeyCodes.IsEnd(record.Code)) end ??= record.Code;
                else if (end is null) text.Add(CharacterOf(record.Code) is var key && shift && key == ColonKey ? Colon : key);
            }

            // A line goes on to the packet in which its Enter is up again.
            var isEnd = end is not null && record.Type == Syn && i > start && records[i - 1] is { Type: Key, Value: 0 } last && last.Code == end;
            if (!isEnd && i < records.Count - 1) continue;
            var fresh = Fresh(string.Concat(text), options, cards);
            if (text.Count > 0 && (fresh is not null || !read.HasNationalId)) Type(fresh ?? new string((char)Respelling.Filler, text.Count), end, records[start], record, typed);
            text.Clear();
            (start, end) = (i + 1, null);
        }

        return typed;
    }

    /// <summary>The line with another card in it, the set prefix and an identifier of the symbology left in front; null when it is no card.</summary>
    private static string? Fresh(string text, ReaderOptions options, Dictionary<string, string> cards)
    {
        var front = text.StartsWith(options.Prefix, StringComparison.Ordinal) ? options.Prefix.Length : 0;
        if (text.Length >= front + AimLength && text[front] == ']' && char.IsAsciiLetter(text[front + 1]) && char.IsAsciiDigit(text[front + 2])) front += AimLength;
        return cards.TryGetValue(text[front..], out var fresh) ? text[..front] + fresh : cards.GetValueOrDefault(text);
    }

    private static void Type(string text, ushort? end, KeyRecord first, KeyRecord last, List<CapturedChunk> typed)
    {
        var keys = text.Select(KeysOf).Concat(end is { } code ? [[code]] : Array.Empty<ushort[]>()).ToArray();
        // The last key comes up with the last record.
        var (stamps, arrivals) = (last.TimeUs - first.TimeUs, last.At - first.At);
        for (var i = 0; i < keys.Length; i++)
        {
            var (down, up) = (first.TimeUs + (stamps * 2 * i / (2 * keys.Length)), first.TimeUs + (stamps * ((2 * i) + 1) / (2 * keys.Length)));
            var bytes = new List<byte>();
            foreach (var key in keys[i]) Add(bytes, down, Key, key, Pressed);
            Add(bytes, down, Syn, 0, 0);
            foreach (var key in keys[i]) Add(bytes, up, Key, key, 0);
            Add(bytes, up, Syn, 0, 0);
            typed.Add(new CapturedChunk((first.At + (arrivals * i / keys.Length)) / Millisecond * Millisecond, [.. bytes]));
        }
    }

    private static void Add(List<byte> bytes, long timeUs, ushort type, ushort code, int value)
    {
        Span<byte> record = stackalloc byte[RecordBytes];
        BinaryPrimitives.WriteInt64LittleEndian(record, timeUs / Second);
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], timeUs % Second);
        BinaryPrimitives.WriteUInt16LittleEndian(record[16..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(record[18..], code);
        BinaryPrimitives.WriteInt32LittleEndian(record[20..], value);
        bytes.AddRange(record);
    }

    private static List<KeyRecord>? Records(IReadOnlyList<CapturedChunk> chunks)
    {
        var bytes = chunks.SelectMany(chunk => chunk.Bytes.Select(b => (b, chunk.At))).ToArray();
        if (bytes.Length % RecordBytes != 0) return null;
        return [.. bytes.Chunk(RecordBytes).Select(record => Read([.. record.Select(came => came.b)], record[0].At))];
    }

    private static KeyRecord Read(ReadOnlySpan<byte> record, long at) => new(
        at, (BinaryPrimitives.ReadInt64LittleEndian(record) * Second) + BinaryPrimitives.ReadInt64LittleEndian(record[8..]),
        BinaryPrimitives.ReadUInt16LittleEndian(record[16..]), BinaryPrimitives.ReadUInt16LittleEndian(record[18..]), BinaryPrimitives.ReadInt32LittleEndian(record[20..]));

    private static char CharacterOf(ushort code)
    {
        foreach (var (keys, first) in Rows)
            if (code >= first && code < first + keys.Length) return keys[code - first];
        return '\0';
    }

    private static ushort[] KeysOf(char character)
    {
        if (character == Colon) return [LeftShift, .. KeysOf(ColonKey)];
        foreach (var (keys, first) in Rows)
            if (keys.IndexOf(char.ToUpperInvariant(character), StringComparison.Ordinal) is >= 0 and var place) return [(ushort)(first + place)];
        throw new ArgumentOutOfRangeException(nameof(character), character, "no key types it");
    }

    private readonly record struct KeyRecord(long At, long TimeUs, ushort Type, ushort Code, int Value);
}
