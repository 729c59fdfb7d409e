using Google.Protobuf;
using KyCuong.Kiosk.Link;
using KyCuong.Protos.V1;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Tests.Link;

public sealed class ServerHeadsTests : IDisposable
{
    private const long Hour = 3_600_000_000;
    private const long Now = 1_778_630_400_000_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("kycuong-heads-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "server-heads.txt");

    [Fact]
    public void One_an_hour_is_kept_and_is_there_after_a_restart()
    {
        var heads = New();
        Assert.Null(heads.Newest);
        heads.Take(Head(5, 1), Now);
        heads.Take(Head(6, 2), Now + Hour - 1);
        heads.Take(Head(7, 3), Now + Hour);
        heads.Take(Head(7, 3), Now + (3 * Hour));
        Assert.Equal(Head(7, 3), heads.Newest);
        Assert.Equal(Head(7, 3), New().Newest);
        Assert.Equal(
            [$"5:{new string('0', 62)}01 2026-05-13T00:00:00Z", $"7:{new string('0', 62)}03 2026-05-13T01:00:00Z"], File.ReadLines(Path));
    }

    [Fact]
    public void A_log_that_became_shorter_is_kept_at_once_beside_what_was()
    {
        var heads = New();
        heads.Take(Head(50, 1), Now);
        heads.Take(Head(40, 2), Now + 1);
        Assert.Equal(Head(40, 2), New().Newest);
        Assert.Equal(2, File.ReadLines(Path).Count());
    }

    [Fact]
    public void What_is_no_head_is_passed_over()
    {
        var heads = New();
        heads.Take(null, Now);
        heads.Take(Head(0, 1), Now);
        heads.Take(new LogHead { Number = 3, Hash = ByteString.CopyFrom(new byte[31]) }, Now);
        Assert.Null(heads.Newest);
        File.WriteAllText(Path, $"x\n5:zz 2026\n\n9:{new string('a', 64)} 2026-05-13T00:00:00Z\n");
        Assert.Equal(9UL, New().Newest!.Number);
    }

    [Fact]
    public void Where_it_cannot_be_written_the_kiosk_goes_on()
    {
        Directory.CreateDirectory(Path + ".new");
        var heads = New();
        heads.Take(Head(5, 1), Now);
        Assert.Null(heads.Newest);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ServerHeads New() => new(Path, NullLogger<ServerHeads>.Instance);

    private static LogHead Head(ulong number, byte last) => new() { Number = number, Hash = ByteString.CopyFrom([.. new byte[31], last]) };
}
