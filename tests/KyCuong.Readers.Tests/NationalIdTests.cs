using System.Reflection;
using System.Text;

namespace KyCuong.Readers.Tests;

/// <summary>Nothing of a citizen card's code may stay: not in the refusal, not in the driver.</summary>
public sealed class NationalIdTests
{
    private const string Card = "079199001234||Nguyễn Văn Thử|30041999|Nam|Số 1, Đường Thử|22122022";

    [Fact]
    public void Refusal_does_not_even_hold_its_length()
    {
        var sink = new Sink();
        Scan(sink);
        var refused = Assert.Single(sink.Refusals);
        Assert.Equal((ReadError.NationalId, 0), (refused.Reason, refused.RawLength));
    }

    [Fact]
    public void Buffer_is_wiped_when_the_scan_was_judged()
    {
        var driver = Scan(new Sink());
        var buffers = driver.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
            .Select(f => f.GetValue(driver)).OfType<byte[]>().ToList();
        Assert.NotEmpty(buffers);
        Assert.All(buffers, b => Assert.False(b.AsSpan().ContainsAnyExcept((byte)0)));
    }

    private static IReaderDriver Scan(Sink sink)
    {
        var driver = ReaderCatalog.Find("line-scanner")!.New(ReaderOptions.Default, sink);
        driver.Opened(0);
        driver.Bytes(Encoding.UTF8.GetBytes(Card + "\r\n"), 1);
        return driver;
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
    }
}
