namespace KyCuong.Kiosk.Resources;

/// <summary>Why a server is not believed, an enrolment or a renewal failed, or an identity cannot be used. Vietnamese, from <c>EnrolmentText.resx</c>. Thread-safe.</summary>
public static class EnrolmentText
{
    private static readonly TextSource Source = new(typeof(EnrolmentText));

    public static string NoCertificate => Source.Say();
    public static string OtherAgency(string name) => Source.Say([name]);
    public static string OtherAuthority => Source.Say();
    public static string NamesNoServer => Source.Say();
    public static string ForeignAuthority => Source.Say();
    public static string WrongPurpose => Source.Say();
    public static string NeverJudged => Source.Say();
    public static string BadAnswer(string what) => Source.Say([what]);
    public static string AnswerOfOtherAgency(string certified, string said) => Source.Say([certified, said]);
    public static string AnswerOfOtherAuthority => Source.Say();
    public static string CodeRefused => Source.Say();
    public static string TooManyTries => Source.Say();
    public static string NotUnderstood(string detail) => Source.Say([detail]);
    public static string NoServerOfOurs(string server) => Source.Say([server]);
    public static string Unreachable(string server, string detail) => Source.Say([server, detail]);
    public static string RenewedElsewhere => Source.Say();
    public static string IssuedWrongly => Source.Say();
    public static string IssuedForOther(string name) => Source.Say([name]);
    public static string IssuedUnusable(string why) => Source.Say([why]);
    public static string IdentityDamaged(string directory, string why) => Source.Say([directory, why]);
    public static string FactMissing(string file, string key) => Source.Say([file, key]);
    public static string BadgeKeyLength(int bytes) => Source.Say([bytes]);
}
