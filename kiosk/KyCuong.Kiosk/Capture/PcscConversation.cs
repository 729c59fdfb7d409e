using System.Buffers.Binary;
using KyCuong.Readers;
using KyCuong.Readers.Pcsc;

namespace KyCuong.Kiosk.Capture;

/// <summary>
/// The talk with a PC/SC reader, in the transport's records (<see cref="PcscRecord"/>): its name, its states, the answers to what it is asked at the
/// beginning, and those to the question for a card's UID. What its light and its buzzer answered depends on what the kiosk thought of a card
/// and is left out.
/// </summary>
internal sealed class PcscConversation : IConversation
{
    private const int HeadBytes = 4;
    private const int CrcBytes = 2;
    private const int CodeBytes = sizeof(uint);
    private const int StatusBytes = 2;
    private const uint Empty = 0x0010;

    /// <summary>PC/SC part 3, 3.2.2.1.3: GET DATA, UID.</summary>
    private static readonly byte[] GetUid = [0xFF, 0xCA, 0x00, 0x00, 0x00];

    /// <summary>Silence after which the rest of a record is not waited for, microseconds; the driver waits no longer.</summary>
    private const long Silence = 100_000;

    /// <summary>How commands to light and buzzer begin: ACR122U API 2.04, 6.2; ACR1252U reference manual, escape commands.</summary>
    private static readonly byte[][] Lights = [[0xFF, 0x00, 0x40], [0xE0, 0x00, 0x00, 0x28], [0xE0, 0x00, 0x00, 0x29]];

    private readonly List<byte> _record = [];
    private readonly List<byte[]> _setup = [];
    private PcscRecordKind? _answer;
    private bool _asksCard;
    private bool _asksLight;
    private bool _isForCards;
    private long _lastAt;
    private bool _isSetUp;
    private byte[]? _name;
    private PcscState? _state;
    private (byte[]? Name, byte[][] Setup, PcscState? State) _front = (null, [], null);

    /// <inheritdoc/>
    public void Opened()
    {
        _record.Clear();
        _answer = null;
        Begin(null);
    }

    /// <inheritdoc/>
    public void Sent(ReadOnlySpan<byte> bytes)
    {
        if (!PcscRecord.TryParse(bytes, out var kind, out var command)) return;
        _answer = kind == PcscRecordKind.Transmit ? PcscRecordKind.Transmitted : PcscRecordKind.Controlled;
        _asksCard = kind == PcscRecordKind.Transmit && command.SequenceEqual(GetUid);
        _asksLight = false;
        foreach (var light in Lights) _asksLight |= command.StartsWith(light);
        _isForCards = command is [0xFF, ..];
    }

    /// <inheritdoc/>
    public IReadOnlyList<CapturedChunk> Came(CapturedChunk chunk)
    {
        var picked = new List<CapturedChunk>();
        if (chunk.At - _lastAt >= Silence) _record.Clear();
        _lastAt = chunk.At;
        foreach (var b in chunk.Bytes)
        {
            _record.Add(b);
            if (_record.Count < HeadBytes || _record.Count < HeadBytes + BinaryPrimitives.ReadUInt16BigEndian([_record[2], _record[3]]) + CrcBytes) continue;
            byte[] record = [.. _record];
            _record.Clear();
            if (PcscRecord.TryParse(record, out var kind, out var payload) && IsPart(kind, payload, record)) picked.Add(chunk with { Bytes = record });
        }

        return picked;
    }

    /// <inheritdoc/>
    /// <remarks>A card that lies there when a part begins was read in the part before: the new driver is told of an empty reader.</remarks>
    public IReadOnlyList<byte[]> Front()
    {
        var (name, setup, state) = _front;
        _front = (_name, [.. _setup], _state);
        if (name is null) return [];
        if (state is not { } known) return [name, .. setup];
        var word = known.HasCard ? (((known.Word >> 16) + 1) << 16) | Empty : known.Word;
        var payload = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(payload, word);
        return [name, .. setup, PcscRecord.Build(PcscRecordKind.State, payload)];
    }

    /// <inheritdoc/>
    public CapturedChunk Respell(CapturedChunk answer, Replay read, Pseudonyms names)
    {
        if (!PcscRecord.TryParse(answer.Bytes, out var kind, out var payload) || kind != PcscRecordKind.Transmitted || payload.Length <= CodeBytes + StatusBytes) return answer;
        var fresh = payload.ToArray();
        var data = fresh.AsSpan(CodeBytes..^StatusBytes);
        // What has no card's length may be anything that a card holds.
        if (data.Length is 4 or 7 or 10) UidNames.Of(CredentialForm.Uid, data, names).CopyTo(data);
        else data.Fill(Respelling.Filler);
        return answer with { Bytes = PcscRecord.Build(kind, fresh) };
    }

    private bool IsPart(PcscRecordKind kind, ReadOnlySpan<byte> payload, byte[] record)
    {
        switch (kind)
        {
            case PcscRecordKind.Reader:
                _answer = null;
                // What was given is wiped when it has been written.
                Begin([.. record]);
                return true;
            case PcscRecordKind.State:
                if (payload.Length == sizeof(uint)) _state = new PcscState(BinaryPrimitives.ReadUInt32BigEndian(payload));
                return true;
            case PcscRecordKind.Transmitted or PcscRecordKind.Controlled when kind == _answer:
                _answer = null;
                _isSetUp |= _asksCard;
                if (_asksLight) return false;
                // Refused without a card it is asked once more through the first one, which a later part does not have: there it was accepted at once.
                if (!_isSetUp) _setup.Add(_isForCards ? PcscRecord.Build(kind, 0, [0x90, 0x00]) : [.. record]);
                return true;
            default:
                return false;
        }
    }

    private void Begin(byte[]? name)
    {
        _name = name;
        _state = null;
        _isSetUp = false;
        _setup.Clear();
    }
}
