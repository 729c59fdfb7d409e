using KyCuong.Readers;

namespace KyCuong.Fuzz.Targets;

/// <summary>The one list of what is fuzzed. Every reader of the catalogue is there by itself.</summary>
internal static class TargetList
{
    private static readonly Dictionary<string, Func<ITarget>> All = Make();

    /// <summary>Their names, readers first.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>A new one.</summary>
    public static ITarget Make(string name) => All[name]();

    private static Dictionary<string, Func<ITarget>> Make()
    {
        var all = ReaderCatalog.All.ToDictionary(reader => reader.Id, reader => (Func<ITarget>)(() => new DriverTarget(reader.Id)));
        all.Add("spelling", () => new SpellingTarget());
        all.Add("enrolment-code", () => new EnrolmentCodeTarget());
        all.Add("canonical", () => new CanonicalTarget());
        all.Add("kiosk-message", () => new EntryMessageTarget());
        all.Add("stored-message", () => new StoredMessageTarget());
        all.Add("salvage", () => new SalvageTarget());
        all.Add("wal", () => new WalTarget());
        all.Add("grpc-frames", () => new GrpcFrameTarget());
        all.Add("grpc-headers", () => new GrpcHeaderTarget());
        all.Add("http2-frames", () => new Http2Target());
        all.Add("certificate", () => new CertificateTarget());
        all.Add("certificate-request", () => new RequestTarget());
        all.Add("sealed", () => new SealedTarget());
        all.Add("csv", () => new CsvTarget());
        all.Add("xlsx", () => new XlsxTarget());
        all.Add("apply", () => new ApplyTarget());
        all.Add("photo", () => new PhotoTarget());
        return all;
    }
}
