using System.Buffers.Binary;
using System.Text;
using KyCuong.Readers;
using KyCuong.Readers.LineScanner;

namespace KyCuong.Kiosk.Capture;

/// <summary>
/// The bytes of a part of a session with other cards in place of the true ones, of the same length. Only what is known to be harmless is kept:
/// control bytes, heads and sums of frames, answers of the reader, identifiers in front of a badge code. Every other character is
/// <see cref="Filler"/>; the scan of a citizen card's code is left out whole. Pure.
/// </summary>
internal sealed class Respelling
{
    /// <summary>Stands for a character that is not written.</summary>
    public const byte Filler = (byte)'X';

    private const int AimLength = 3;

    /// <summary>Acknowledged, refused, parameter, revision, event: an SSI scanner's packets that hold no scan.</summary>
    private static readonly byte[] SsiAnswers = [0xD0, 0xD1, 0xC6, 0xA4, 0xF6];

    private enum Kind : byte
    {
        Unknown,
        Kept,
        Card,
        Dropped,
    }

    private readonly byte[] _bytes;
    private readonly byte[] _came; // as it came
    private readonly Kind[] _kinds;

    private Respelling(byte[] bytes)
    {
        _bytes = bytes;
        _came = [.. bytes];
        _kinds = new Kind[bytes.Length];
    }

    /// <summary>The protocols whose cards can be spelt anew. Of others only lengths are written.</summary>
    public static bool Knows(IReaderProtocol protocol) => protocol.Port == ReaderPort.Keyboard || protocol.Id is "rdm6300" or "id-12la" or "em-18" or "line-scanner" or "wiegand-serial" or "gm65" or "de2120" or "ssi" or "hid-pos" or "pn532" or "osdp" or "pcsc";

    /// <summary>The chunks anew; a chunk of which nothing is left is left out.</summary>
    /// <param name="protocol">Known (<see cref="Knows"/>).</param>
    /// <param name="options">As the driver has them.</param>
    /// <param name="chunks">What came.</param>
    /// <param name="read">What the driver made of it.</param>
    /// <param name="names">Who stands for whom.</param>
    public static List<CapturedChunk> Of(IReaderProtocol protocol, ReaderOptions options, IReadOnlyList<CapturedChunk> chunks, Replay read, Pseudonyms names)
    {
        if (protocol.Port == ReaderPort.Keyboard)
            return KeyRespelling.Knows(options.Format) ? KeyRespelling.Of(options, chunks, read, names) : KeyRetyping.Of(options, chunks, read, names);
        var work = new Respelling([.. chunks.SelectMany(chunk => chunk.Bytes)]);
        foreach (var card in read.Reads.DistinctBy(card => (card.Form, Convert.ToHexString(card.Value.Span)))) work.Replace(card, options, names);
        work.KeepInFront(options);
        switch (protocol.Id)
        {
            case "gm65":
                work.Gm65(read.HasNationalId);
                break;
            case "ssi":
                foreach (var texts in SsiTexts.Of(work._came)) work.ReplaceJoined(texts, read, options, names);
                work.Ssi(read.HasNationalId);
                break;
            case "hid-pos":
                foreach (var scan in HidPosScans.Of(chunks, options)) work.HidPos(scan, read, options, names);
                break;
        }

        if (protocol.Id is not ("ssi" or "hid-pos")) work.KeepControls();
        return work.Cut(chunks, read.HasNationalId);
    }

    private void Replace(RawRead card, ReaderOptions options, Pseudonyms names)
    {
        var before = Spelling.All(card.Form, card.Value.Span, options);
        var after = Spelling.All(card.Form, names.Of(card.Form, card.Value.Span), options);
        foreach (var (old, fresh) in before.Zip(after))
        {
            for (var i = 0; i + old.Length <= _bytes.Length; i++)
            {
                var place = _bytes.AsSpan(i, old.Length);
                if (!Ascii.EqualsIgnoreCase(place, old) || _kinds.AsSpan(i, old.Length).Contains(Kind.Card)) continue;
                var isLower = place.ContainsAnyInRange((byte)'a', (byte)'z');
                Encoding.ASCII.GetBytes(isLower ? fresh.ToLowerInvariant() : fresh, place);
                _kinds.AsSpan(i, old.Length).Fill(Kind.Card);
            }
        }
    }

    /// <summary>The same where a text lies in several pieces: the places of its characters, in order. What was sent again is there once and is given beside it.</summary>
    private void ReplaceJoined(JoinedText joined, Replay read, ReaderOptions options, Pseudonyms names)
    {
        var text = Encoding.Latin1.GetString([.. joined.Places.Select(place => _came[place])]);
        foreach (var card in read.Reads)
        {
            foreach (var (old, fresh) in Spelling.All(card.Form, card.Value.Span, options).Zip(Spelling.All(card.Form, names.Of(card.Form, card.Value.Span), options)))
            {
                for (var i = text.IndexOf(old, StringComparison.Ordinal); i >= 0; i = text.IndexOf(old, i + old.Length, StringComparison.Ordinal))
                {
                    for (var k = 0; k < old.Length; k++)
                    {
                        var place = joined.Places[i + k];
                        (_bytes[place], _kinds[place]) = ((byte)fresh[k], Kind.Card);
                    }
                }
            }
        }

        foreach (var (from, to) in joined.Copies) (_bytes[to], _kinds[to]) = (_bytes[from], _kinds[from]);
    }

    /// <summary>Reports of one scan: heads, identifier and flags are kept, of the text the badge; what stands behind the text, from a scan before, is wiped.</summary>
    private void HidPos(HidPosScan scan, Replay read, ReaderOptions options, Pseudonyms names)
    {
        ReplaceJoined(new JoinedText(scan.Text, []), read, options, names);
        var isCard = scan.Text.Any(place => _kinds[place] == Kind.Card);
        foreach (var place in scan.All)
        {
            if (read.HasNationalId && !isCard) _kinds[place] = Kind.Dropped;
            else if (_kinds[place] == Kind.Unknown) _kinds[place] = Kind.Kept;
        }

        var prefix = scan.Text.TakeWhile(place => _kinds[place] == Kind.Kept).ToArray();
        var keepsPrefix = isCard && options.Prefix.Length > 0 && prefix.Length == options.Prefix.Length && prefix.Select(place => (char)_came[place]).SequenceEqual(options.Prefix);
        foreach (var place in scan.Text)
            if (_kinds[place] == Kind.Kept && _came[place] >= 0x20 && !(keepsPrefix && Array.IndexOf(prefix, place) >= 0)) _bytes[place] = Filler;
        foreach (var place in scan.Wiped)
            if (_kinds[place] != Kind.Dropped) _bytes[place] = 0;
    }

    /// <summary>Keeps an identifier of the symbology, and the prefix that is set, where a card follows.</summary>
    private void KeepInFront(ReaderOptions options)
    {
        for (var i = 1; i < _bytes.Length; i++)
        {
            if (_kinds[i] != Kind.Card || _kinds[i - 1] == Kind.Card) continue;
            var start = i;
            if (start >= AimLength && _bytes[start - 3] == ']' && char.IsAsciiLetter((char)_bytes[start - 2]) && char.IsAsciiDigit((char)_bytes[start - 1])) start -= AimLength;
            var prefix = options.Prefix.Length;
            if (start >= prefix && Ascii.Equals(_bytes.AsSpan(start - prefix, prefix), options.Prefix)) start -= prefix;
            _kinds.AsSpan(start..i).Fill(Kind.Kept);
        }
    }

    private void KeepControls()
    {
        for (var i = 0; i < _bytes.Length; i++)
            if (_bytes[i] < 0x20 && _kinds[i] == Kind.Unknown) _kinds[i] = Kind.Kept;
    }

    /// <summary>Replies are kept whole when their CRC is right, of scans with protocol the head.</summary>
    private void Gm65(bool dropUnknown)
    {
        for (var i = 0; i + 4 <= _bytes.Length; i++)
        {
            if (_kinds[i] != Kind.Unknown || _bytes[i] is not (0x02 or 0x03)) continue;
            var length = BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(i + 1));
            if (length == 0)
            {
                var end = i + 4 + _bytes[i + 3] + 2;
                if (end > _bytes.Length || Crc(_bytes.AsSpan((i + 1)..(end - 2))) != BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(end - 2))) continue;
                _kinds.AsSpan(i..end).Fill(Kind.Kept);
                i = end - 1;
            }
            else if (_bytes[i] == 0x03 && i + 3 + length <= _bytes.Length)
            {
                var scan = _kinds.AsSpan(i + 3, length);
                if (dropUnknown && !scan.Contains(Kind.Card)) _kinds.AsSpan(i, 3 + length).Fill(Kind.Dropped);
                else _kinds.AsSpan(i, 3).Fill(Kind.Kept);
                i += 2 + length;
            }
        }
    }

    /// <summary>Packets with a right sum: heads are kept, answers whole, of scans the badge; then the sum is made anew.</summary>
    private void Ssi(bool dropUnknown)
    {
        const int head = 4;
        const int longHead = 7;
        const int sum = 2;
        const byte decode = 0xF3;
        const byte longDecode = 0xF4;
        for (var i = 0; i < _bytes.Length; i++)
        {
            if (_bytes[i] == 0)
            {
                _kinds[i] = Kind.Kept;
                continue;
            }

            var isLong = _bytes[i] == 0xFF && i + longHead <= _bytes.Length && _bytes[i + 1] == longDecode;
            var length = isLong ? BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(i + 2)) : _bytes[i];
            var start = isLong ? longHead : head;
            if (length < start || i + length + sum > _bytes.Length) continue;
            var packet = _bytes.AsSpan(i, length + sum);
            var isScan = (isLong || packet[1] == decode) && packet[start - 2] == 0;
            // A damaged scan stays as damaged as it was; other damage is no packet.
            var damage = SumOf(_came.AsSpan(i, length + sum));
            if (damage != 0 && !isScan) continue;
            var kinds = _kinds.AsSpan(i, length + sum);
            if (kinds.Contains(Kind.Card) || isScan)
            {
                if (dropUnknown && !kinds.Contains(Kind.Card))
                {
                    kinds.Fill(Kind.Dropped);
                }
                else
                {
                    // The first byte of the data is the kind of code.
                    kinds[..Math.Min(start + 1, length)].Fill(Kind.Kept);
                    for (var k = start + 1; k < length; k++)
                    {
                        if (packet[k] < 0x20) kinds[k] = Kind.Kept;
                        if (kinds[k] == Kind.Unknown) packet[k] = Filler;
                    }

                    BinaryPrimitives.WriteUInt16BigEndian(packet[length..], 0);
                    BinaryPrimitives.WriteUInt16BigEndian(packet[length..], (ushort)((damage - SumOf(packet)) & 0xFFFF));
                    kinds[length..].Fill(Kind.Kept);
                }
            }
            else if (Array.IndexOf(SsiAnswers, packet[1]) >= 0)
            {
                kinds.Fill(Kind.Kept);
            }

            i += length + sum - 1;
        }
    }

    /// <summary>Of a packet with its checksum; 0 when that is right.</summary>
    private static int SumOf(ReadOnlySpan<byte> packet)
    {
        var total = (int)BinaryPrimitives.ReadUInt16BigEndian(packet[^2..]);
        foreach (var b in packet[..^2]) total += b;
        return total & 0xFFFF;
    }

    private List<CapturedChunk> Cut(IReadOnlyList<CapturedChunk> chunks, bool dropUnknown)
    {
        var cut = new List<CapturedChunk>();
        var at = 0;
        foreach (var chunk in chunks)
        {
            var bytes = new List<byte>(chunk.Bytes.Length);
            for (var end = at + chunk.Bytes.Length; at < end; at++)
            {
                if (_kinds[at] is Kind.Kept or Kind.Card) bytes.Add(_bytes[at]);
                else if (_kinds[at] == Kind.Unknown && !dropUnknown) bytes.Add(Filler);
            }

            if (bytes.Count > 0) cut.Add(chunk with { Bytes = [.. bytes] });
        }

        return cut;
    }

    // CRC-16/XMODEM, as the manuals of these modules have it.
    private static ushort Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0;
        foreach (var b in bytes)
        {
            crc ^= b << 8;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 0x8000) != 0 ? ((crc << 1) ^ 0x1021) & 0xFFFF : crc << 1;
        }

        return (ushort)crc;
    }
}
