using System.Numerics;
using System.Text;
using KyCuong.Readers;
using KyCuong.Readers.Cards;

namespace KyCuong.Kiosk.Capture;

/// <summary>
/// The talk with an OSDP reader: of all its replies those with a card that answer what was asked just before. A vector has them as replies to a poll of
/// sequence 2, so they are given with that sequence, and where two come too close for it the second a little later. Keys that
/// were pressed are given in no form.
/// </summary>
internal sealed class BusConversation(ReaderOptions options) : IConversation
{
    /// <summary>From one reply of sequence 2 to the next poll of that sequence, and some more, microseconds.</summary>
    private const long NextPoll = 130_000;

    /// <summary>Silence that ends a packet, microseconds.</summary>
    private const long DefaultSilence = 60_000;

    private const int MostBytes = 1440;
    private const int VectorSequence = 2;
    private const byte Busy = 0x79;
    private const byte RawCard = 0x50;
    private const byte FormattedCard = 0x51;
    private const int RawHead = 5;       // code, reader, format, number of bits in two bytes
    private const int FormattedHead = 4; // code, reader, direction, number of characters

    private readonly List<byte> _packet = [];
    private long _lastAt;
    private long _givenAt = long.MinValue / 2;
    private int _asked = -1; // sequence

    /// <summary>True for polls and questions about the reader, whatever their sequence: they are said again and again.</summary>
    public static bool IsUsual(ReadOnlySpan<byte> command) =>
        command.IndexOf(BusPacket.Start) is >= 0 and var start && command.Length > start + BusPacket.Head && command[start + BusPacket.Head] is 0x60 or 0x61 or 0x62 or 0x64;

    /// <inheritdoc/>
    public void Opened()
    {
        _packet.Clear();
        (_asked, _givenAt) = (-1, long.MinValue / 2);
    }

    /// <inheritdoc/>
    public void Sent(ReadOnlySpan<byte> bytes)
    {
        var start = bytes.IndexOf(BusPacket.Start);
        _asked = start >= 0 && bytes.Length > start + BusPacket.Head ? bytes[start + 4] & BusPacket.SequenceBits : -1;
    }

    /// <inheritdoc/>
    public IReadOnlyList<CapturedChunk> Came(CapturedChunk chunk)
    {
        List<CapturedChunk> answers = [];
        if (chunk.At - _lastAt >= (options.Silence is { } silence ? (long)silence.TotalMicroseconds : DefaultSilence)) _packet.Clear();
        _lastAt = chunk.At;
        foreach (var b in chunk.Bytes)
        {
            if (Next(b) is not { } packet || packet[1] != (options.Address | BusPacket.ReplyBit) || !BusPacket.IsGood(packet)) continue;
            var body = BusPacket.Body(packet);
            if (_asked != (packet[4] & BusPacket.SequenceBits) || body[0] == Busy || (packet[4] & BusPacket.SecurityBit) != 0) continue;
            _asked = -1;
            if (body[0] is not (RawCard or FormattedCard)) continue;
            _givenAt = Math.Max(chunk.At, _givenAt + NextPoll);
            answers.Add(new CapturedChunk(_givenAt, BusPacket.Build(packet[1], (packet[4] & BusPacket.CrcBit) | VectorSequence, body)));
        }

        return answers;
    }

    /// <inheritdoc/>
    public CapturedChunk Respell(CapturedChunk answer, Replay read, Pseudonyms names)
    {
        var body = BusPacket.Body(answer.Bytes).ToArray();
        if (body[0] == FormattedCard && body.Length > FormattedHead) Text(body.AsSpan(FormattedHead), read, names);
        else if (body[0] == RawCard && body.Length > RawHead) Bits(body.AsSpan(RawHead), body[3] | (body[4] << 8), names);
        return answer with { Bytes = BusPacket.Build(answer.Bytes[1], answer.Bytes[4], body) };
    }

    private void Text(Span<byte> text, Replay read, Pseudonyms names)
    {
        foreach (var card in read.Reads)
            foreach (var (old, fresh) in Spelling.All(card.Form, card.Value.Span, options).Zip(Spelling.All(card.Form, names.Of(card.Form, card.Value.Span), options)))
            {
                if (!Ascii.EqualsIgnoreCase(text, old)) continue;
                Encoding.ASCII.GetBytes(text.ContainsAnyInRange((byte)'a', (byte)'z') ? fresh.ToLowerInvariant() : fresh, text);
                return;
            }

        text.Fill(Respelling.Filler);
    }

    /// <summary>The card's bits, the highest of the first byte first; of Wiegand a parity that was wrong stays wrong.</summary>
    private void Bits(Span<byte> data, int bits, Pseudonyms names)
    {
        if (FormOf(bits) is not { } form || data.Length != (bits + 7) / 8)
        {
            data.Clear();
            return;
        }

        var hasParity = bits is 26 or 34;
        var all = new BigInteger(data, isUnsigned: true, isBigEndian: true) >> ((8 * data.Length) - bits);
        var number = hasParity ? (all >> 1) & Ones(bits - 2) : all;
        var value = Padded(number, (hasParity ? bits - 2 : bits) / 8);
        if (options.Card == CardBits.UidReversed) Array.Reverse(value);
        var fresh = UidNames.Of(form, value, names);
        if (options.Card == CardBits.UidReversed) Array.Reverse(fresh);
        var other = new BigInteger(fresh, isUnsigned: true, isBigEndian: true);
        if (hasParity) other = WithParity(other, bits) ^ (WithParity(number, bits) ^ all);
        Padded(other << ((8 * data.Length) - bits), data.Length).CopyTo(data);
    }

    private CredentialForm? FormOf(int bits) => (options.Card, bits) switch
    {
        (CardBits.Wiegand, 26) => CredentialForm.Wiegand26,
        (CardBits.Wiegand, 34) => CredentialForm.Wiegand34,
        (CardBits.Tag, 40) => CredentialForm.EmTag,
        (CardBits.Tag, 32 or 34) => CredentialForm.EmLow32,
        (CardBits.Tag, 26) => CredentialForm.EmLow24,
        (CardBits.Uid or CardBits.UidReversed, 32 or 34 or 56 or 80) => CredentialForm.Uid,
        _ => null,
    };

    /// <summary>A bit in front that makes the first half even, one behind that makes the second half odd.</summary>
    private static BigInteger WithParity(BigInteger number, int bits)
    {
        var half = (bits / 2) - 1;
        return ((BigInteger.PopCount(number >> half) % 2) << (bits - 1)) | (number << 1) | ((BigInteger.PopCount(number & Ones(half)) + 1) % 2);
    }

    private static BigInteger Ones(int count) => (BigInteger.One << count) - 1;

    private static byte[] Padded(BigInteger number, int length)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[Math.Max(0, length - bytes.Length)], .. bytes.AsSpan(Math.Max(0, bytes.Length - length))];
    }

    private byte[]? Next(byte b)
    {
        if (_packet.Count == 0 && b != BusPacket.Start) return null;
        _packet.Add(b);
        if (_packet.Count < BusPacket.Head) return null;
        var length = _packet[2] | (_packet[3] << 8);
        if (length < BusPacket.Head + 1 + BusPacket.CheckBytes(_packet[4]) || length > MostBytes)
        {
            // That 53 began nothing; another may stand behind it.
            byte[] rest = [.. _packet.Skip(1)];
            _packet.Clear();
            foreach (var one in rest) Next(one);
            return null;
        }

        if (_packet.Count < length) return null;
        byte[] packet = [.. _packet];
        _packet.Clear();
        return packet;
    }
}
