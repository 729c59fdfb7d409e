using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Support;

/// <summary>A test with a real PC/SC service. Where it is not installed the test is skipped, in CI it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PcscFactAttribute : FactAttribute
{
    public PcscFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CI") != "true")
            Skip = PcscService.Missing;
    }
}
