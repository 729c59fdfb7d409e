using System.Reflection;
using System.Text;
using KyCuong.Testing;

namespace KyCuong.Readers.Tests;

/// <summary>Nothing of a citizen card's code may stay: not in the refusal, not in the driver.</summary>
public sealed class NationalIdTests
{
    private const string Card = "079199001234||Nguyễn Văn Thử|30041999|Nam|Số 1, Đường Thử|22122022";

    public static TheoryData<string, bool> Scans => new() { { "line-scanner", false }, { "gm65", false }, { "gm65", true }, { "ssi", false }, { "ssi", true }, { "de2120", false }, { "hid-pos", false }, { "wiegand-serial", false } };

    [Theory, MemberData(nameof(Scans))]
    public void Refusal_does_not_even_hold_its_length(string reader, bool withProtocol)
    {
        var sink = new Sink();
        Scan(reader, withProtocol, sink);
        var refused = Assert.Single(sink.Refusals);
        Assert.Equal((ReadError.NationalId, 0), (refused.Reason, refused.RawLength));
    }

    [Theory, MemberData(nameof(Scans))]
    public void Buffer_is_wiped_when_the_scan_was_judged(string reader, bool withProtocol)
    {
        var buffers = Buffers(Scan(reader, withProtocol, new Sink()), new HashSet<object>(ReferenceEqualityComparer.Instance)).ToList();
        Assert.NotEmpty(buffers);
        Assert.All(buffers, b => Assert.False(b.AsSpan().ContainsAnyExcept((byte)0)));
    }

    // Of the driver and its parts, not of its sink.
    private static IEnumerable<byte[]> Buffers(object owner, HashSet<object> seen) => !seen.Add(owner) ? [] : owner.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
        .Select(f => f.GetValue(owner))
        .SelectMany(v => v switch
        {
            byte[] buffer => [buffer],
            IReaderSink or Delegate or null => [],
            _ when v.GetType().IsClass && v.GetType().Namespace!.StartsWith("KyCuong", StringComparison.Ordinal) => Buffers(v, seen),
            _ => (IEnumerable<byte[]>)[],
        });

    private static IReaderDriver Scan(string reader, bool withProtocol, Sink sink)
    {
        var driver = ReaderCatalog.Find(reader)!.New(ReaderOptions.Default, sink);
        var text = Encoding.UTF8.GetBytes(Card);
        driver.Opened(0);
        driver.Bytes((reader, withProtocol) switch
        {
            ("ssi", false) => SsiScanner.Scan(text),
            ("ssi", true) => SsiScanner.LongScan(text),
            ("hid-pos", _) => [.. text.Chunk(HidPosData).SelectMany((part, i) => Report(part, goesOn: (i + 1) * HidPosData < text.Length))],
            (_, true) => GrowModule.WithProtocol(text),
            (_, false) => [.. text, 0x0D, 0x0A],
        }, 1);
        return driver;
    }

    private const int HidPosData = 56;

    private static byte[] Report(byte[] part, bool goesOn)
    {
        var report = new byte[64];
        (report[0], report[1], report[63]) = (0x02, (byte)part.Length, goesOn ? (byte)1 : (byte)0);
        "]Q1"u8.CopyTo(report.AsSpan(2));
        part.CopyTo(report, 5);
        return report;
    }

    private sealed class Sink : IReaderSink
    {
        public List<RefusedRead> Refusals { get; } = [];

        public void Read(RawRead read) => Assert.Fail("a citizen card is no badge");

        public void Refused(RefusedRead refused) => Refusals.Add(refused);

        public void Send(ReadOnlySpan<byte> bytes)
        {
        }

        public void Fault(ReaderFault fault, long t)
        {
        }

        public void Working(long t)
        {
        }

        public void ReadTogether(RawRead first, RawRead? second)
        {
        }

        public void Nothing(long t)
        {
        }
    }
}
