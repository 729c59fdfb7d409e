namespace KyCuong.Kiosk.Resources;

/// <summary>Why the journal cannot be opened or takes no entries. Vietnamese, from <c>JournalText.resx</c>. Thread-safe.</summary>
public static class JournalText
{
    private static readonly TextSource Source = new(typeof(JournalText));

    public static string CannotOpen(string path, string why) => Source.Say([path, why]);
    public static string Newer(string path, long version, int known) => Source.Say([path, version, known]);
    public static string SettingNotTaken(string path, string setting, string actual, string expected) => Source.Say([path, setting, actual, expected]);
    public static string Closed => Source.Say();
    public static string InUse(string path) => Source.Say([path]);
    public static string SyncNotReported(string where) => Source.Say([where]);
    public static string TooManyDamaged(string path, int files, string why) => Source.Say([path, files, why]);
    public static string OutOfService(string path, string why) => Source.Say([path, why]);
}
