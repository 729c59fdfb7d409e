using System.Globalization;
using System.Text;
using KyCuong.Kiosk.Agent;
using KyCuong.Readers;
using KyCuong.Readers.Cards;

namespace KyCuong.Kiosk.Capture;

/// <summary>
/// What a reader and the kiosk said to each other, written as vectors (tests/KyCuong.Readers.Tests/vectors): a part of the session a line, cut where
/// the line was silent, each with other cards in place of the true ones (<see cref="Respelling"/>). A part is written only when a new driver
/// makes of it the same reads, card for card; otherwise, and of protocols whose cards cannot be spelt anew, times and lengths
/// are written. Of a reader that is asked again and again only the answers with cards are written (<see cref="IConversation"/>), and what it says to the
/// rest once. What else the kiosk sent stands in comments. Bytes wait in memory until their part is written. One thread.
/// </summary>
/// <param name="reader">The reader's name.</param>
/// <param name="protocol">What it speaks; null = not known.</param>
/// <param name="options">As its driver has them.</param>
/// <param name="file">Where to write.</param>
internal sealed class CaptureSession(string reader, IReaderProtocol? protocol, ReaderOptions options, CaptureFile file)
{
    /// <summary>Silence that parts a session, microseconds: longer than any that a known protocol waits for the rest of a frame.</summary>
    public const long Quiet = 4_000_000;

    /// <summary>A part of more bytes ends at the next pause between two frames.</summary>
    public const int PartBytes = 32 * 1024;

    /// <summary>A part of more bytes is cut wherever it is.</summary>
    public const int MostBytes = 128 * 1024;

    /// <summary>A vector begins so long after its line is opened, microseconds (VectorFile).</summary>
    private const long Lead = 1_000_000;

    private const long Pause = 30_000;

    private readonly Pseudonyms _names = new();
    private readonly IConversation? _conversation = IConversation.Of(protocol, options);
    private readonly IReadOnlyDictionary<string, byte[]> _answers = ReaderAnswers.Of(protocol, options);
    private readonly List<CapturedChunk> _picked = [];
    private readonly List<CapturedChunk> _came = [];
    private readonly List<CapturedChunk> _sent = [];
    private bool _begun;
    private int _bytes;
    private int _parts;
    private long _openedAt;
    private bool _isFirst;
    private long _lastAt;

    /// <summary>The line was opened.</summary>
    public void Opened(long t)
    {
        End();
        _conversation?.Opened();
        (_openedAt, _lastAt, _isFirst) = (t, t, true);
    }

    /// <summary>Bytes came from the reader.</summary>
    public void Came(ReadOnlySpan<byte> bytes, long t)
    {
        if (!file.IsOpen || bytes.IsEmpty) return;
        if (t - _lastAt >= Quiet || _bytes >= MostBytes || (_bytes >= PartBytes && t - _lastAt >= Pause)) End();
        var chunk = new CapturedChunk(t, bytes.ToArray());
        _came.Add(chunk);
        if (_conversation is not null) _picked.AddRange(_conversation.Came(chunk));
        _bytes += bytes.Length;
        _lastAt = t;
    }

    /// <summary>Bytes went to the reader.</summary>
    public void Sent(ReadOnlySpan<byte> bytes, long t)
    {
        if (!file.IsOpen) return;
        if (t - _lastAt >= Quiet) End();
        _conversation?.Sent(bytes);
        if (_conversation is not null && IsUsual(bytes)) return;
        _sent.Add(new CapturedChunk(t, bytes.ToArray()));
        _bytes += bytes.Length;
    }

    /// <summary>Time passed; a part that silence has ended is written.</summary>
    public void Tick(long t)
    {
        if (_bytes > 0 && t - _lastAt >= Quiet) End();
    }

    /// <summary>Writes what waits.</summary>
    public void End()
    {
        if (_bytes == 0) return;
        if (!_begun) file.Write(Head());
        _begun = true;
        file.Write(Part());
        foreach (var chunk in _came.Concat(_picked)) Array.Clear(chunk.Bytes);
        _came.Clear();
        _picked.Clear();
        _sent.Clear();
        _bytes = 0;
        _isFirst = false;
    }

    private string Head()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# A session of reader {reader}, captured with KyCuong {KioskVersion.Text}. The cards are pseudonyms, {(char)Respelling.Filler} stands for text that is not written.\n");
        text.Append("# @ms as in every vector; below 0 = that long before the second after the opening has passed. Lines with > are what the kiosk sent.\n");
        text.Append(CultureInfo.InvariantCulture, $"source: captured from {protocol?.Id ?? "an unknown reader"}; model and firmware: (please add)\n");
        if (protocol is not null) text.Append(CultureInfo.InvariantCulture, $"options: end={options.End} aim={options.Aim}{Card()}{(options.Prefix.Length > 0 && !options.Prefix.Contains(' ', StringComparison.Ordinal) ? " prefix=" + options.Prefix : "")}{(options.Silence is { } silence ? string.Create(CultureInfo.InvariantCulture, $" silence={(int)silence.TotalMilliseconds}") : "")}{(protocol.Formats.Count > 0 ? " format=" + CardFormats.NameOf(options.Format) : "")}\n");
        foreach (var (command, answer) in _answers) text.Append(CultureInfo.InvariantCulture, $"answer: {Hex(Convert.FromHexString(command))} => {Hex(answer)}\n");
        return text.ToString();
    }

    // Readers whose cards' bits are set have an address, too.
    private string Card() => _conversation is BusConversation ? string.Create(CultureInfo.InvariantCulture, $" card={CardBitsNames.NameOf(options.Card)} address={options.Address}") : "";

    // What is asked again and again, whatever sequence it has, tells nothing.
    private bool IsUsual(ReadOnlySpan<byte> command) => _answers.ContainsKey(Convert.ToHexString(command)) || (_conversation is BusConversation && BusConversation.IsUsual(command));

    private string Part()
    {
        _parts++;
        var first = _came.Count == 0 ? _sent[0].At : _sent.Count == 0 ? _came[0].At : Math.Min(_came[0].At, _sent[0].At);
        // Only the opening may matter to what follows it at once.
        var zero = _isFirst ? Math.Min(first, _openedAt + Lead) : first;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {(zero - _openedAt) / 1000} ms after the opening\n");
        foreach (var sent in _sent) text.Append(CultureInfo.InvariantCulture, $"# @{(sent.At - zero) / 1000} > {Hex(sent.Bytes)}\n");
        if (_came.Count == 0) return text.ToString();
        if (_conversation is not null)
        {
            var front = _conversation.Front();
            if (_picked.Count == 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"# {_came.Sum(chunk => chunk.Bytes.Length)} bytes came, no card among them\n");
                return text.ToString();
            }

            // Each is what is asked for when it comes, so the first may come when vectors begin.
            List<CapturedChunk> picked = [.. front.Select(record => new CapturedChunk(Lead, record)), .. _picked.Select(chunk => chunk with { At = Lead + ((chunk.At - _picked[0].At) / 1000 * 1000) })];
            if (!TryWrite(picked, text, (before, chunks) => [.. chunks.Select(chunk => _conversation.Respell(chunk, before, _names))])) Lengths(picked, text);
            return text.ToString();
        }

        zero = _isFirst ? Math.Min(_came[0].At, _openedAt + Lead) : _came[0].At;
        // As it will be read back: whole milliseconds, a second after the opening.
        List<CapturedChunk> played = [.. _came.Select(chunk => chunk with { At = Lead + ((chunk.At - zero) / 1000 * 1000) })];
        if (!CanRespell || !TryWrite(played, text, (before, chunks) => Respelling.Of(protocol!, options, chunks, before, _names))) Lengths(played, text);
        return text.ToString();
    }

    private bool CanRespell => protocol is not null && Respelling.Knows(protocol) && !options.Prefix.Contains(' ', StringComparison.Ordinal);

    private bool TryWrite(List<CapturedChunk> played, StringBuilder text, Func<Replay, List<CapturedChunk>, List<CapturedChunk>> respell)
    {
        if (protocol is null) return false;
        var before = Replay.Of(protocol, options, played);
        var chunks = respell(before, played);
        var after = Replay.Of(protocol, options, chunks);
        var same = before.Reads.Count == after.Reads.Count && before.Reads.Zip(after.Reads).All(pair =>
            pair.First.Form == pair.Second.Form && pair.Second.Value.Span.SequenceEqual(_names.Of(pair.First.Form, pair.First.Value.Span)));
        if (!same || Betrays(before, chunks)) return false;
        if (before.HasNationalId) text.Append("# a citizen card's code was scanned; nothing of it is written\n");
        if (chunks.Count == 0) return true;
        text.Append(CultureInfo.InvariantCulture, $"{reader}, part {_parts} |");
        foreach (var chunk in chunks) text.Append(CultureInfo.InvariantCulture, $" @{(chunk.At - Lead) / 1000} {Hex(chunk.Bytes)}");
        text.Append(" | ").AppendJoin(' ', after.Outcomes.Count == 0 ? ["none"] : after.Outcomes).Append('\n');
        return true;
    }

    // What was left by mistake would be a person's number on somebody's desk: looked for once more in what is to be written.
    private bool Betrays(Replay before, List<CapturedChunk> chunks)
    {
        var bytes = chunks.SelectMany(chunk => chunk.Bytes).ToArray();
        var text = Encoding.Latin1.GetString(bytes);
        return before.Reads.Any(read =>
            Spelling.All(read.Form, read.Value.Span, options).Any(spelling => text.Contains(spelling, StringComparison.OrdinalIgnoreCase))
            || bytes.AsSpan().IndexOf(read.Value.Span) >= 0 || bytes.Reverse().ToArray().AsSpan().IndexOf(read.Value.Span) >= 0);
    }

    private static void Lengths(List<CapturedChunk> played, StringBuilder text)
    {
        foreach (var chunk in played) text.Append(CultureInfo.InvariantCulture, $"# @{(chunk.At - Lead) / 1000} < {chunk.Bytes.Length} bytes\n");
    }

    private static string Hex(byte[] bytes) => string.Join(' ', bytes.Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));
}
