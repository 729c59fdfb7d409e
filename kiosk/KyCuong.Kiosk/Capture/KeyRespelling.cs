using System.Buffers.Binary;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;
using KyCuong.Readers.Cards;

namespace KyCuong.Kiosk.Capture;

/// <summary>
/// The same for a reader that types: records of Linux's event device (hardware-notes/keyboard.md) with the keys of another card. Only for numbers of digits;
/// where letters are among them see <see cref="KeyRetyping"/>. A line that is no card has its keys replaced by X; the line of a citizen card's
/// code is left out whole. Pure.
/// </summary>
internal static class KeyRespelling
{
    private const int RecordBytes = EvdevTransport.RecordBytes;
    private const ushort Syn = KeyCodes.Syn;
    private const ushort Key = KeyCodes.Key;
    private const ushort Scan = 4;
    private const ushort MaxKeyboardKey = 0xFF;

    /// <summary>The key X and its usage, for text that is not written.</summary>
    private const ushort XKey = 45;
    private const int XUsage = 0x7001B;

    // Character, key, usage: the row of digits, then the keypad, whose keys stay its keys.
    private static readonly (char Character, ushort Code, int Usage)[] Row =
        [('1', 2, 0x7001E), ('2', 3, 0x7001F), ('3', 4, 0x70020), ('4', 5, 0x70021), ('5', 6, 0x70022), ('6', 7, 0x70023), ('7', 8, 0x70024), ('8', 9, 0x70025), ('9', 10, 0x70026), ('0', 11, 0x70027), (',', 51, 0x70036), ('.', 52, 0x70037)];

    private static readonly (char Character, ushort Code, int Usage)[] Keypad =
        [('7', 71, 0x7005F), ('8', 72, 0x70060), ('9', 73, 0x70061), ('4', 75, 0x7005C), ('5', 76, 0x7005D), ('6', 77, 0x7005E), ('1', 79, 0x70059), ('2', 80, 0x7005A), ('3', 81, 0x7005B), ('0', 82, 0x70062), ('.', 83, 0x70063)];

    /// <summary>True for formats of digits.</summary>
    public static bool Knows(CardFormat format) => format is CardFormat.TagLow32 or CardFormat.TagLow24 or CardFormat.TagPair24 or CardFormat.TagPair32 or CardFormat.TagPairA or CardFormat.TagPairB
        or CardFormat.TagDecimal13 or CardFormat.TagDecimal14 or CardFormat.TagReversed15 or CardFormat.UidDecimal or CardFormat.UidDecimalReversed;

    /// <summary>The chunks anew; none when they are not whole records.</summary>
    public static List<CapturedChunk> Of(ReaderOptions options, IReadOnlyList<CapturedChunk> chunks, Replay read, Pseudonyms names)
    {
        var bytes = chunks.SelectMany(chunk => chunk.Bytes).ToArray();
        if (bytes.Length % RecordBytes != 0) return [];
        var cards = new Dictionary<string, string>();
        foreach (var card in read.Reads)
            foreach (var (old, fresh) in Spelling.All(card.Form, card.Value.Span, options).Zip(Spelling.All(card.Form, names.Of(card.Form, card.Value.Span), options)))
                cards[old] = fresh;

        var dropped = new bool[bytes.Length / RecordBytes];
        var (start, ended) = (0, false);
        for (var i = 0; i < dropped.Length; i++)
        {
            var record = Record(bytes, i);
            ended |= TypeOf(record) == Key && ValueOf(record) == 1 && KeyCodes.IsEnd(CodeOf(record));
            // A line goes on to the packet in which its Enter is up again.
            var isEnd = i == dropped.Length - 1 || (ended && TypeOf(record) == Syn && i > start + 1 && TypeOf(Record(bytes, i - 1)) == Key && ValueOf(Record(bytes, i - 1)) == 0 && KeyCodes.IsEnd(CodeOf(Record(bytes, i - 1))));
            if (!isEnd) continue;
            Respell(bytes, start, i + 1, cards, dropped, read.HasNationalId);
            (start, ended) = (i + 1, false);
        }

        return Cut(chunks, bytes, dropped);
    }

    private static void Respell(byte[] bytes, int start, int end, Dictionary<string, string> cards, bool[] dropped, bool dropUnknown)
    {
        var text = new List<char>();
        for (var i = start; i < end; i++)
        {
            var record = Record(bytes, i);
            if (TypeOf(record) == Key && ValueOf(record) == 1 && IsText(CodeOf(record))) text.Add(CharacterOf(CodeOf(record)));
        }

        var fresh = cards.GetValueOrDefault(string.Concat(text));
        if (fresh is null && dropUnknown)
        {
            Array.Fill(dropped, true, start, end - start);
            return;
        }

        var at = 0;
        var held = new Dictionary<ushort, (ushort Code, int Usage)>();
        for (var i = start; i < end; i++)
        {
            var record = Record(bytes, i);
            if (TypeOf(record) == Scan)
            {
                // It tells the key whose record follows it.
                BinaryPrimitives.WriteInt32LittleEndian(record[20..], 0);
                continue;
            }

            if (TypeOf(record) == Syn) continue;
            if (TypeOf(record) != Key) BinaryPrimitives.WriteInt32LittleEndian(record[20..], 0);
            if (TypeOf(record) != Key || !IsText(CodeOf(record))) continue;
            var code = CodeOf(record);
            if (ValueOf(record) == 1) held[code] = fresh is null || at >= fresh.Length ? (XKey, XUsage) : KeyOf(fresh[at++], isKeypad: code >= Keypad[0].Code && code <= Keypad[^1].Code);
            var key = held.GetValueOrDefault(code, (Code: XKey, Usage: XUsage));
            BinaryPrimitives.WriteUInt16LittleEndian(record[18..], key.Code);
            if (i > start && TypeOf(Record(bytes, i - 1)) == Scan) BinaryPrimitives.WriteInt32LittleEndian(Record(bytes, i - 1)[20..], key.Usage);
        }
    }

    private static List<CapturedChunk> Cut(IReadOnlyList<CapturedChunk> chunks, byte[] bytes, bool[] dropped)
    {
        var cut = new List<CapturedChunk>();
        var at = 0;
        foreach (var chunk in chunks)
        {
            var kept = new List<byte>(chunk.Bytes.Length);
            for (var end = at + chunk.Bytes.Length; at < end; at++)
                if (!dropped[at / RecordBytes]) kept.Add(bytes[at]);
            if (kept.Count > 0) cut.Add(chunk with { Bytes = [.. kept] });
        }

        return cut;
    }

    private static Span<byte> Record(byte[] bytes, int number) => bytes.AsSpan(number * RecordBytes, RecordBytes);

    private static ushort TypeOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt16LittleEndian(record[16..]);

    private static ushort CodeOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt16LittleEndian(record[18..]);

    private static int ValueOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt32LittleEndian(record[20..]);

    private static bool IsText(ushort code) => code <= MaxKeyboardKey && !KeyCodes.IsEnd(code) && !KeyCodes.IsModifier(code);

    private static char CharacterOf(ushort code)
    {
        foreach (var key in (ReadOnlySpan<(char Character, ushort Code, int Usage)>)[.. Row, .. Keypad])
            if (key.Code == code) return key.Character;
        return '\0';
    }

    private static (ushort Code, int Usage) KeyOf(char character, bool isKeypad)
    {
        foreach (var key in (ReadOnlySpan<(char Character, ushort Code, int Usage)>)[.. isKeypad ? Keypad : Row, .. Row])
            if (key.Character == character) return (key.Code, key.Usage);
        return (XKey, XUsage);
    }
}
