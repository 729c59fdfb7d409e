namespace KyCuong.Server.Features.Kiosks;

/// <summary>Bounds of the server's half of the kiosk link. What happens at each stands with it.</summary>
internal static class KioskBounds
{
    /// <summary>How long a one-time code may be used (reliability test S3).</summary>
    public static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(15);

    /// <summary>Failed enrolments of one address within <see cref="AddressWindow"/>; then it waits.</summary>
    public const int FailuresPerAddress = 5;

    /// <summary>How long a failed enrolment counts against its address.</summary>
    public static readonly TimeSpan AddressWindow = TimeSpan.FromMinutes(15);

    /// <summary>Failed enrolments of all addresses within <see cref="GlobalWindow"/>; then everyone waits.</summary>
    public const int FailuresInAll = 100;

    /// <summary>How long a failed enrolment counts against all.</summary>
    public static readonly TimeSpan GlobalWindow = TimeSpan.FromMinutes(1);

    /// <summary>Certificates one kiosk is given within a day; then it waits.</summary>
    public const int CertificatesPerDay = 20;

    /// <summary>From the handshake's end to Hello; then the stream ends with DEADLINE_EXCEEDED.</summary>
    public static readonly TimeSpan HelloTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How often a kiosk sends a heartbeat.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(10);

    /// <summary>Silence after which a stream ends with DEADLINE_EXCEEDED: three heartbeats and a little.</summary>
    public static readonly TimeSpan SilenceTimeout = TimeSpan.FromSeconds(35);

    /// <summary>Batches of one stream taken and not yet committed; then the stream is not read further.</summary>
    public const int BatchesInFlight = 16;

    /// <summary>Messages of one stream waiting to be sent; then whoever adds waits.</summary>
    public const int MessagesWaiting = 16;

    /// <summary>Requests for portraits of one stream not yet answered; one more is out of contract.</summary>
    public const int PhotoRequestsWaiting = 4;

    /// <summary>Requests for lost entries of one stream not yet answered; one more is out of contract.</summary>
    public const int EntriesRequestsWaiting = 4;

    /// <summary>Questions for the month's count of one stream not yet answered; one more is answered with nothing.</summary>
    public const int MonthCountsWaiting = 16;

    /// <summary>From a revocation's commit to the end of the kiosk's open stream, at the most, on a server that answers.</summary>
    public static readonly TimeSpan RevocationLimit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often standings, rosters and what is known of kiosks are compared with the store. A look that had just read when a kiosk was revoked is
    /// followed by one that finds it: two of these are within <see cref="RevocationLimit"/>.
    /// </summary>
    public static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(2);

    /// <summary>How often a gate is told of the others. With a heartbeat's age it stays within the minute in which nobody reaches another gate.</summary>
    public static readonly TimeSpan PresenceInterval = TimeSpan.FromSeconds(5);

    /// <summary>After so long the gates' picture is read again though nothing was written: the day may have turned.</summary>
    public static readonly TimeSpan PresenceReread = TimeSpan.FromMinutes(1);

    /// <summary>Bytes of people and badges in one roster chunk, leaving room for the message around them.</summary>
    public const int RosterChunkBytes = 192 * 1024;

    /// <summary>Readers in one Health message; more is out of contract.</summary>
    public const int ReadersPerKiosk = 64;

    /// <summary>Length of a kiosk's code, [A-Z0-9-].</summary>
    public const int KioskCodeLength = 32;

    /// <summary>Length of a kiosk's name, characters.</summary>
    public const int KioskNameLength = 100;
}
