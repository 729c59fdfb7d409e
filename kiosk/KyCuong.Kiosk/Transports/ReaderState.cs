using KyCuong.Readers;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Transports;

/// <summary>Whether a reader works, and the saying of it: each change once, to the events and to the log.</summary>
/// <param name="readerId">The reader's name in the configuration.</param>
/// <param name="converses"><see cref="IReaderProtocol.Converses"/>: only the driver says that the reader works.</param>
/// <param name="events">Hears each change.</param>
/// <param name="logger">Likewise.</param>
internal sealed partial class ReaderState(string readerId, bool converses, IReaderEvents events, ILogger logger)
{
    private ReaderFault? _fault;

    public bool IsReady { get; private set; }

    /// <summary>
    /// A fault. Its repetition says nothing new, nor does "not there" after "lost" (it is the same unplugged reader), nor "no answer"
    /// after "garbled": on such a line none can be made out.
    /// </summary>
    public void Down(ReaderFault fault, string what, long t)
    {
        if (!IsReady && (fault == _fault || (IsAbsence(fault) && IsAbsence(_fault)) || (fault == ReaderFault.NoAnswer && _fault == ReaderFault.Garbled)))
            return;
        IsReady = false;
        _fault = fault;
        LogFault(logger, readerId, fault, what);
        events.Faulted(fault, what, t);
    }

    /// <summary>The line has stayed open. That does not mend a garbled one.</summary>
    public void Open(long t)
    {
        if (_fault != ReaderFault.Garbled)
            Proven(t);
    }

    /// <summary>Something was understood. That is no answer to what a driver asks its reader.</summary>
    public void Proven(long t)
    {
        if (!converses)
            Working(t);
    }

    /// <summary>The reader works.</summary>
    public void Working(long t)
    {
        if (IsReady)
            return;
        IsReady = true;
        _fault = null;
        LogReady(logger, readerId);
        events.Ready(t);
    }

    /// <summary>Something to know of a reader that works.</summary>
    public void Remark(string what) => LogRemark(logger, readerId, what);

    private static bool IsAbsence(ReaderFault? fault) => fault is ReaderFault.NotFound or ReaderFault.Unplugged;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reader {ReaderId} does not work ({Fault}): {What}")]
    private static partial void LogFault(ILogger logger, string readerId, ReaderFault fault, string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "Reader {ReaderId} is ready")]
    private static partial void LogReady(ILogger logger, string readerId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Reader {ReaderId}: {What}")]
    private static partial void LogRemark(ILogger logger, string readerId, string what);
}
