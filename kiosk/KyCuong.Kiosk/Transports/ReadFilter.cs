using KyCuong.Kiosk.Resources;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Transports;

/// <summary>What stands between a driver and the events of its reader: one tap a presence, a bounded number of refusals.</summary>
internal sealed class ReadFilter(Presence presence, ReaderState state, IReaderEvents events) : IReaderSink
{
    private readonly RefusalBudget _refusals = new();

    /// <summary>The open line, for what the driver sends; set at each opening.</summary>
    public ITransport? Line { get; set; }

    /// <inheritdoc cref="Presence.DueAt"/>
    public long? DueAt => presence.DueAt;

    /// <inheritdoc cref="Presence.Silent"/>
    public void Silent(long t) => presence.Silent(t);

    public void Read(RawRead read)
    {
        state.Proven(read.At);
        if (presence.IsTap(read))
            events.Tap(read);
    }

    public void ReadTogether(RawRead first, RawRead? second)
    {
        state.Proven(first.At);
        if (!presence.BeginsTogether(first, second))
            return;
        var choice = TwoCards.Choose(events.IsKnown(first), second is not null && events.IsKnown(second));
        if (choice == TwoCardsChoice.Neither)
        {
            Refused(Beside(ReadError.TwoCards, first));
            return;
        }

        var (taken, other) = choice == TwoCardsChoice.First ? (first, second) : (second!, first);
        if (!presence.IsTaken(taken))
        {
            presence.Take(taken);
            events.Tap(taken);
        }

        // One that was a tap a moment ago stands in the journal already.
        if (other is null || !presence.IsTaken(other))
            Refused(Beside(ReadError.CardBeside, other ?? taken));
    }

    public void Nothing(long t) => presence.Nothing(t);

    public void Refused(RefusedRead refused)
    {
        // A text that was understood and refused proves the line as well as a badge does.
        if (refused.WasUnderstood)
            state.Proven(refused.At);
        if (_refusals.Passes(refused))
            events.Refused(refused);
        else
            events.RefusedAgain(refused);
    }

    public void Send(ReadOnlySpan<byte> bytes) => Line?.Write(bytes);

    public void Fault(ReaderFault fault, long t) => state.Down(fault, Sentence(fault), t);

    public void Working(long t) => state.Working(t);

    public void Remark(ReaderRemark remark) => state.Remark(remark switch
    {
        ReaderRemark.CommandsRefused => TransportText.ReaderCommandsRefused,
        _ => throw new ArgumentOutOfRangeException(nameof(remark), remark, "This remark has no sentence."),
    });

    /// <summary>Reports the refusals that were only counted and whose window ended by <paramref name="t"/>.</summary>
    public void ReportCounted(long t)
    {
        foreach (var refused in _refusals.Due(t))
            events.RefusalsCounted(refused);
    }

    private static RefusedRead Beside(ReadError reason, RawRead read) => new(reason, read.Technology, read.RawLength, read.At);

    private static string Sentence(ReaderFault fault) => fault switch
    {
        ReaderFault.Garbled => TransportText.Garbled,
        ReaderFault.NoAnswer => TransportText.ReaderSilent,
        ReaderFault.SettingsRefused => TransportText.ReaderSettingRefused,
        ReaderFault.SettingsChanged => TransportText.ReaderSettingChanged,
        ReaderFault.SecureOnly => TransportText.ReaderSecureOnly,
        ReaderFault.Tampered => TransportText.ReaderTampered,
        ReaderFault.PowerFailed => TransportText.ReaderPowerFailed,
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "No driver finds this fault."),
    };
}
