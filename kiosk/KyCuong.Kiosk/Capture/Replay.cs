using System.Text;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Capture;

/// <summary>
/// What a new driver makes of bytes, as the drivers' tests play a vector: what it says is answered as <see cref="ReaderAnswers"/> has it, and a
/// minute of silence follows.
/// </summary>
internal sealed class Replay : IReaderSink
{
    private const long Rest = 60_000_000;

    private readonly IReadOnlyDictionary<string, byte[]> _answers;
    private readonly Queue<byte[]> _answered = [];

    private Replay(IReadOnlyDictionary<string, byte[]> answers) => _answers = answers;

    /// <summary>The reads, in order.</summary>
    public List<RawRead> Reads { get; } = [];

    /// <summary>Reads and refusals in order, in the words of vectors.</summary>
    public List<string> Outcomes { get; } = [];

    /// <summary>A citizen card's code was among the bytes.</summary>
    public bool HasNationalId { get; private set; }

    public static Replay Of(IReaderProtocol protocol, ReaderOptions options, IReadOnlyList<CapturedChunk> chunks)
    {
        var replay = new Replay(ReaderAnswers.Of(protocol, options));
        var driver = protocol.New(options, replay);
        var now = 0L;
        void WakeUntil(long end)
        {
            while (driver.WakeAt is { } due && due <= end)
            {
                now = Math.Max(now, due);
                driver.Tick(now);
                Hear();
            }
        }

        // At the same instant, once the driver is done.
        void Hear()
        {
            while (replay._answered.TryDequeue(out var answer)) driver.Bytes(answer, now);
        }

        driver.Opened(0);
        Hear();
        WakeUntil(0);
        foreach (var chunk in chunks)
        {
            WakeUntil(chunk.At);
            now = Math.Max(now, chunk.At);
            driver.Bytes(chunk.Bytes, now);
            Hear();
        }

        WakeUntil(now + Rest);
        return replay;
    }

    public void Read(RawRead read)
    {
        Reads.Add(read);
        Outcomes.Add(Word(read));
    }

    public void ReadTogether(RawRead first, RawRead? second)
    {
        Reads.Add(first);
        if (second is not null) Reads.Add(second);
        Outcomes.Add(Word(first) + "+" + (second is null ? "?" : Word(second)));
    }

    public void Nothing(long t)
    {
    }

    public void Refused(RefusedRead refused)
    {
        HasNationalId |= refused.Reason == ReadError.NationalId;
        Outcomes.Add("!" + refused.Reason);
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (_answers.TryGetValue(Convert.ToHexString(bytes), out var answer)) _answered.Enqueue(answer);
    }

    public void Fault(ReaderFault fault, long t)
    {
    }

    public void Working(long t)
    {
    }

    private static string Word(RawRead read)
    {
        var hex = Convert.ToHexString(read.Value.Span);
        return read.Form switch
        {
            CredentialForm.BadgeCode => "kc:" + Encoding.ASCII.GetString(read.Value.Span),
            CredentialForm.EmTag => "em:" + hex,
            CredentialForm.EmLow32 => "em32:" + hex,
            CredentialForm.EmLow24 => "em24:" + hex,
            CredentialForm.EmFirstAndLow16 => "emA:" + hex,
            CredentialForm.EmSecondAndLow16 => "emB:" + hex,
            CredentialForm.Uid => "a:" + hex,
            CredentialForm.Wiegand26 => "w26:" + hex,
            CredentialForm.Wiegand34 => "w34:" + hex,
            _ => throw new InvalidOperationException($"{read.Form} has no word"),
        };
    }
}
