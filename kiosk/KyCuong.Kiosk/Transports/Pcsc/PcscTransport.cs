using System.Globalization;
using System.Text;
using KyCuong.Kiosk.Resources;
using KyCuong.Kiosk.Taps;
using KyCuong.Readers;
using KyCuong.Readers.Pcsc;

namespace KyCuong.Kiosk.Transports.Pcsc;

/// <summary>
/// One reader of the machine's PC/SC service, spoken to in <see cref="PcscRecord"/>s: its name, each change of its state, and an answer
/// to each command, which is carried out inside <see cref="Write"/>. A card that answers slowly holds up this reader's thread and no
/// other. Nothing of a card is remembered between two commands, so a card taken away or changed in between cannot be mistaken.
/// </summary>
public sealed class PcscTransport : ITransport
{
    /// <summary>Longest wait in one call. A wake that comes just before the call is lost to it, and waits as long.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Attempts to connect before a refusal is believed, and the time between two: to pcsc-lite a daemon that dies just then looks like one
    /// that turns the user away.
    /// </summary>
    private const int RefusalTries = 3;
    private static readonly TimeSpan RefusalWait = TimeSpan.FromMilliseconds(100);

    private readonly IPcsc _pcsc;
    private readonly nint _context;
    private readonly string _reader;
    private readonly Queue<byte[]> _records = [];
    private readonly byte[] _answer = new byte[PcscRecord.MaxPayload];
    private int _taken; // bytes of the first record
    private uint _state;
    private uint _plugged;
    private volatile bool _woken;
    private volatile bool _waiting;

    private PcscTransport(IPcsc pcsc, nint context, string reader)
    {
        (_pcsc, _context, _reader) = (pcsc, context, reader);
        _records.Enqueue(PcscRecord.Build(PcscRecordKind.Reader, Encoding.UTF8.GetBytes(Utf8Text.Cut(reader, PcscRecord.MaxPayload))));
    }

    /// <summary>Finds the reader that <paramref name="name"/> means; see <see cref="PcscReaders.Choose"/>.</summary>
    /// <inheritdoc cref="OpenTransport"/>
    public static PcscTransport Open(string name, TimeProvider time, CancellationToken stop) => Open(PcscReaders.Native, name, time, stop);

    internal static PcscTransport Open(IPcsc pcsc, string name, TimeProvider time, CancellationToken stop)
    {
        try
        {
            var code = pcsc.Establish(out var context);
            for (var tries = 1; code == PcscCode.SecurityViolation && tries < RefusalTries; tries++)
            {
                Task.Delay(RefusalWait, time, stop).GetAwaiter().GetResult();
                code = pcsc.Establish(out context);
            }

            Check(code, name);
            try
            {
                Check(pcsc.List(context, out var readers), name);
                return new PcscTransport(pcsc, context, PcscReaders.Choose(readers, name));
            }
            catch
            {
                pcsc.Release(context);
                throw;
            }
        }
        catch (Exception e) when (PcscReaders.IsNotInstalled(e))
        {
            throw new TransportException(ReaderFault.NotFound, TransportText.PcscNotInstalled(PcscReaders.NameOf(name)), e);
        }
    }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer, TimeSpan wait)
    {
        if (_records.Count == 0)
            Wait(wait < LongestWait ? wait : LongestWait);
        if (!_records.TryPeek(out var record))
            return 0;
        var count = Math.Min(buffer.Length, record.Length - _taken);
        record.AsSpan(_taken, count).CopyTo(buffer);
        _taken += count;
        if (_taken == record.Length)
        {
            _records.Dequeue();
            _taken = 0;
        }

        return count;
    }

    /// <inheritdoc/>
    /// <remarks>Takes one whole record of a command.</remarks>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (!PcscRecord.TryParse(bytes, out var kind, out var command))
            throw new ArgumentException("A command to a PC/SC reader is one record.", nameof(bytes));
        var (code, length) = kind switch
        {
            PcscRecordKind.Transmit => Exchange(direct: false, command),
            PcscRecordKind.Control => Exchange(direct: true, command),
            _ => throw new ArgumentException($"A PC/SC reader takes no record of the kind {kind}.", nameof(bytes)),
        };
        _records.Enqueue(PcscRecord.Build(kind == PcscRecordKind.Transmit ? PcscRecordKind.Transmitted : PcscRecordKind.Controlled, code, _answer.AsSpan(0, length)));
    }

    /// <inheritdoc/>
    public void Wake()
    {
        _woken = true;
        // What is cancelled between two waits would be nobody's.
        if (_waiting)
            _pcsc.Cancel(_context);
    }

    /// <inheritdoc/>
    public void Dispose() => _pcsc.Release(_context);

    private static void Check(uint code, string name)
    {
        if (code == PcscCode.Success)
            return;
        var address = PcscReaders.NameOf(name);
        throw code switch
        {
            PcscCode.NoService or PcscCode.ServiceStopped => new TransportException(ReaderFault.NotFound, TransportText.PcscNotRunning(address)),
            PcscCode.SecurityViolation => new TransportException(ReaderFault.AccessDenied, TransportText.PcscDenied(address)),
            _ => new TransportException(ReaderFault.Io, TransportText.CannotOpen(address, Say(code))),
        };
    }

    private static string Say(uint code) => string.Create(CultureInfo.InvariantCulture, $"PC/SC {code:X8}");

    private void Wait(TimeSpan wait)
    {
        Span<PcscLook> looks = [new(_reader, _state, 0), new(IPcsc.PlugAndPlay, _plugged, 0)];
        _waiting = true;
        // Not 0: there it means for ever in some versions.
        var code = _woken ? PcscCode.Cancelled : _pcsc.WaitForChange(_context, looks, (uint)Math.Max(1, Math.Ceiling(wait.TotalMilliseconds)));
        _waiting = false;
        if (code is PcscCode.Cancelled)
            _woken = false;
        if (code is PcscCode.Cancelled or PcscCode.Timeout)
            return;
        if (code != PcscCode.Success)
            throw Lost(code);
        var found = new PcscState(looks[0].Found & ~PcscState.Changed);
        if (!found.HasReader || IsUnlisted(looks[1].Found))
            throw Lost(PcscCode.UnknownReader);
        if (found.Word == _state)
            return;
        _state = found.Word;
        _records.Enqueue(PcscRecord.Build(PcscRecordKind.State, found.Word, []));
    }

    // A reader that came or went; ours may be known as present for a while after it was pulled out.
    private bool IsUnlisted(uint plugged)
    {
        if ((plugged & PcscState.Changed) == 0)
            return false;
        _plugged = plugged & ~PcscState.Changed;
        var code = _pcsc.List(_context, out var readers);
        return code == PcscCode.Success ? !readers.Contains(_reader) : throw Lost(code);
    }

    private (uint Code, int Length) Exchange(bool direct, ReadOnlySpan<byte> command)
    {
        var code = _pcsc.Connect(_context, _reader, direct, out var card);
        if (code != PcscCode.Success)
            return (code, 0);
        code = direct ? _pcsc.Control(card, command, _answer, out var length) : _pcsc.Transmit(card, command, _answer, out length);
        _pcsc.Disconnect(card);
        return (code, length);
    }

    private TransportException Lost(uint code)
    {
        var address = PcscReaders.NameOf(_reader);
        return code switch
        {
            PcscCode.UnknownReader or PcscCode.ReaderUnavailable or PcscCode.NoReaders => new TransportException(ReaderFault.Unplugged, TransportText.Unplugged(address)),
            PcscCode.NoService or PcscCode.ServiceStopped or PcscCode.CommunicationError or PcscCode.InternalError or PcscCode.InvalidHandle or PcscCode.SecurityViolation =>
                new TransportException(ReaderFault.Unplugged, TransportText.PcscNotRunning(address)),
            _ => new TransportException(ReaderFault.Io, TransportText.Failed(address, Say(code))),
        };
    }
}
