using System.Text;

namespace KyCuong.Kiosk.Tests.Support;

/// <summary>A folder of one test, gone with it.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kycuong-kiosk-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>No file in it, at any depth, has this text in UTF-8; there must be files.</summary>
    public void AssertNowhere(string secret)
    {
        var files = Directory.GetFiles(Path, "*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        var bytes = Encoding.UTF8.GetBytes(secret);
        foreach (var file in files) Assert.True(System.IO.File.ReadAllBytes(file).AsSpan().IndexOf(bytes) < 0, file);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
