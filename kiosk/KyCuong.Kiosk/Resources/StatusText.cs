namespace KyCuong.Kiosk.Resources;

/// <summary>What <c>status</c> prints for people. Vietnamese, from <c>StatusText.resx</c>. Thread-safe.</summary>
public static class StatusText
{
    private static readonly TextSource Source = new(typeof(StatusText));

    public static string Kiosk => Source.Say();
    public static string Server => Source.Say();
    public static string State => Source.Say();
    public static string Certificate => Source.Say();
    public static string Journal => Source.Say();
    public static string Acknowledged => Source.Say();
    public static string Reader => Source.Say();
    public static string KioskIs(string code, string name, string agency) => Source.Say([code, name, agency]);
    public static string Retired(string reason) => Source.Say([reason]);
    public static string NotRunning => Source.Say();
    public static string OutOfService(string why) => Source.Say([why]);
    public static string Linked => Source.Say();
    public static string NotLinked => Source.Say();
    public static string CertificateEnds(string end) => Source.Say([end]);
    public static string JournalEmpty => Source.Say();
    public static string JournalHas(ulong first, ulong last, string epoch) => Source.Say([first, last, epoch]);
    public static string AcknowledgedTo(ulong sequence, ulong unsent) => Source.Say([sequence, unsent]);
    public static string Lost => Source.Say();
    public static string LostEntries(ulong first, ulong last, string epoch) => Source.Say([first, last, epoch]);
    public static string NoReaders => Source.Say();
    public static string ReaderIs(string id, string protocol, string port, string direction, string state) => Source.Say([id, protocol, port, direction, state]);
    public static string Ambiguous => Source.Say();
    public static string AmbiguousAre(string badges, string reader, string level) => Source.Say([badges, reader, level]);
    public static string DirectionIn => Source.Say();
    public static string DirectionOut => Source.Say();
    public static string DirectionBoth => Source.Say();
    public static string Working => Source.Say();
    public static string Opening => Source.Say();
    public static string Fault(string fault) => Source.Say([fault]);
    public static string FaultNotFound => Source.Say();
    public static string FaultAccessDenied => Source.Say();
    public static string FaultBusy => Source.Say();
    public static string FaultUnplugged => Source.Say();
    public static string FaultNoAnswer => Source.Say();
    public static string FaultSettingsRefused => Source.Say();
    public static string FaultIo => Source.Say();
    public static string FaultGarbled => Source.Say();
    public static string FaultUnknown => Source.Say();
}
