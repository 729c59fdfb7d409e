namespace KyCuong.Kiosk.Tests.Support;

/// <summary>Where the tests run from.</summary>
internal static class Repository
{
    /// <summary>The directory that has the solution.</summary>
    public static string Root { get; } = Above(AppContext.BaseDirectory);

    private static string Above(string folder) => File.Exists(Path.Combine(folder, "KyCuong.sln"))
        ? folder
        : Above(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not run inside the repository"));
}
