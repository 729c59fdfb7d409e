namespace KyCuong.Kiosk.Transports.Pcsc;

/// <summary>Return codes of PC/SC, the same in pcsclite.h and winerror.h.</summary>
internal static class PcscCode
{
    public const uint Success = 0;
    public const uint Cancelled = 0x80100002;
    public const uint UnknownReader = 0x80100009;
    public const uint Timeout = 0x8010000A;
    public const uint ReaderUnavailable = 0x80100017;
    public const uint NoService = 0x8010001D;
    public const uint ServiceStopped = 0x8010001E;
    public const uint NoReaders = 0x8010002E;

    /// <summary>The user is turned away; of an open context, that the daemon has just died (seen from pcsc-lite 1.9.9).</summary>
    public const uint SecurityViolation = 0x8010006A;

    // What a client of pcsc-lite sees of a daemon that died: its socket is closed, or its context belongs to another one.
    public const uint InternalError = 0x80100001;
    public const uint InvalidHandle = 0x80100003;
    public const uint CommunicationError = 0x80100013;

    // Constants of the calls.
    public const uint ScopeSystem = 2;
    public const uint Shared = 2;
    public const uint Direct = 3;
    public const uint AnyProtocol = 3; // T=0 or T=1
    public const uint LeaveCard = 0;
}
