using System.Globalization;
using Xunit.Abstractions;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>
/// Judgements by the clock: a busy machine's figures say nothing of the product, so they are always said and only judged where somebody says that the
/// machine does nothing else (<c>KYCUONG_QUIET=1</c>).
/// </summary>
internal static class QuietMachine
{
    /// <summary>Whether somebody said so.</summary>
    public static bool IsQuiet => Environment.GetEnvironmentVariable("KYCUONG_QUIET") == "1";

    /// <summary>Says how long something took; on a quiet machine it must have been within the limit.</summary>
    public static void Judge(ITestOutputHelper output, string what, TimeSpan took, TimeSpan limit)
    {
        var said = string.Create(CultureInfo.InvariantCulture, $"{what} {took.TotalMilliseconds:0} ms (limit {limit.TotalMilliseconds:0} ms, {(IsQuiet ? "judged" : "only said: the machine may be busy")})");
        output.WriteLine(said);
        Assert.True(!IsQuiet || took <= limit, said);
    }
}
