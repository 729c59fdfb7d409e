using KyCuong.Readers;

namespace KyCuong.Kiosk.Transports;

/// <summary>A reader's line cannot be opened or went away. The message is one sentence: what, where, what to do.</summary>
public sealed class TransportException : IOException
{
    /// <summary>What happened to the line.</summary>
    public TransportException(ReaderFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>The kind, for counting and for the journal.</summary>
    public ReaderFault Fault { get; }
}
