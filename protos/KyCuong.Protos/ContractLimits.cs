namespace KyCuong.Protos;

/// <summary>Bounds both ends keep to. What exceeds one is refused by name, never cut silently.</summary>
public static class ContractLimits
{
    /// <summary>The contract's version in <c>Hello.contract_version</c>.</summary>
    public const uint ContractVersion = 1;

    /// <summary>What of that version is known here, in <c>Welcome.contract_revision</c>.</summary>
    public const uint ContractRevision = 3;

    /// <summary>The first revision whose server answers a <c>PhotoRequest</c>.</summary>
    public const uint PhotosRevision = 1;

    /// <summary>The first revision whose server answers a <c>MonthCountRequest</c>.</summary>
    public const uint MonthCountRevision = 2;

    /// <summary>The first revision whose server takes a <c>SignedHead</c> and answers an <c>EntriesRequest</c>.</summary>
    public const uint HeadsRevision = 3;

    /// <summary>Entries in one journal batch.</summary>
    public const int BatchEntries = 512;

    /// <summary>Bytes in one message, either way.</summary>
    public const int MessageBytes = 256 * 1024;

    /// <summary>Entries a kiosk sends beyond the last acknowledged one.</summary>
    public const int UnacknowledgedEntries = 8 * BatchEntries;

    /// <summary>Hashes of one badge in a tap.</summary>
    public const int BadgeHashesPerTap = 8;

    /// <summary>Bytes in a fault's detail, UTF-8.</summary>
    public const int FaultDetailBytes = 200;

    /// <summary>Bytes in a software version, ASCII.</summary>
    public const int VersionBytes = 64;

    /// <summary>Bytes in a machine name.</summary>
    public const int MachineNameBytes = 64;

    /// <summary>Bytes in a PKCS#10 request, DER.</summary>
    public const int CertificateRequestBytes = 4 * 1024;

    /// <summary>Length of a reader's id, [a-z0-9-].</summary>
    public const int ReaderIdLength = 32;

    /// <summary>Length of a staff code that can be entered at a gate, ASCII.</summary>
    public const int StaffCodeLength = 32;

    /// <summary>Fewest digits of a PIN.</summary>
    public const int ShortestPin = 4;

    /// <summary>Most digits of a PIN.</summary>
    public const int LongestPin = 12;

    /// <summary>The reader that a journal names where a staff code was entered; no configured reader has this id.</summary>
    public const string Keypad = "keypad";

    /// <summary>Days after its end during which a certificate may still renew itself.</summary>
    public const int RenewalGraceDays = 400;

    /// <summary>Days an acknowledged entry stays on the kiosk at least.</summary>
    public const int JournalKeepDays = 400;

    /// <summary>Badge-hash keys in use at once.</summary>
    public const int BadgeKeys = 4;

    /// <summary>Bytes in a portrait.</summary>
    public const int PhotoBytes = 128 * 1024;

    /// <summary>Portraits asked for at once.</summary>
    public const int PhotosPerRequest = 16;

    /// <summary>Entries asked for at once of those a disk lost.</summary>
    public const int EntriesPerRequest = 128;

    /// <summary>Earlier journals that a Hello names.</summary>
    public const int SentJournals = 64;

    /// <summary>
    /// A kiosk's boot-time clock runs at most so many parts per million faster or slower than true time (reliability rule D13, test R13).
    /// Of one that runs worse nothing is promised.
    /// </summary>
    public const int ClockDriftPpm = 500;

    /// <summary>
    /// The most that true time may have gone beside a kiosk's boot-time clock, µs, rounded up. The slow clock is the worse one: while it counts a
    /// second, more than a second has gone by.
    /// </summary>
    /// <param name="bootUs">As the boot-time clock counted, 0 or more.</param>
    public static Int128 ClockDriftUs(Int128 bootUs) => (bootUs * ClockDriftPpm + (1_000_000 - ClockDriftPpm) - 1) / (1_000_000 - ClockDriftPpm);

    /// <summary>True for a reader id of the contract: 1 to 32 characters of [a-z0-9-].</summary>
    public static bool IsReaderId(ReadOnlySpan<char> id) =>
        id.Length is > 0 and <= ReaderIdLength && id.IndexOfAnyExcept(ReaderIdCharacters) < 0;

    /// <summary>True for a staff code of the contract: 1 to 32 of [A-Za-z0-9._/-], the first a letter or digit.</summary>
    public static bool IsStaffCode(ReadOnlySpan<char> code) =>
        code.Length is > 0 and <= StaffCodeLength && char.IsAsciiLetterOrDigit(code[0]) && code.IndexOfAnyExcept(StaffCodeCharacters) < 0;

    /// <summary>True for a PIN of the contract: 4 to 12 digits.</summary>
    public static bool IsPin(ReadOnlySpan<char> pin) => pin.Length is >= ShortestPin and <= LongestPin && !pin.ContainsAnyExceptInRange('0', '9');

    private static readonly System.Buffers.SearchValues<char> StaffCodeCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-");

    private static readonly System.Buffers.SearchValues<char> ReaderIdCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
}
