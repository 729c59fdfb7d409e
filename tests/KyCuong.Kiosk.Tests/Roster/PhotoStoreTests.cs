using System.Security.Cryptography;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Roster;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Roster;

public sealed class PhotoStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RecordedLog<PhotoStore> _log = new();

    private DataDirectory Directory => DataDirectory.Open(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_portrait_is_found_under_its_hash_and_nobody_else_may_read_it()
    {
        var store = new PhotoStore(Directory, _log);
        var (name, content) = Picture(1);
        Assert.True(store.Put(name, content));
        var found = store.Find(name)!;
        Assert.Equal("image/jpeg", found.ContentType);
        Assert.Equal(content, found.Content);
        Assert.Equal(content, File.ReadAllBytes(found.Path));
        Assert.Equal(AtomicFile.Private, File.GetUnixFileMode(found.Path));
        Assert.Equal(AtomicFile.PrivateDirectory, File.GetUnixFileMode(Directory.Photos));
    }

    [Fact]
    public void What_is_not_the_portrait_asked_for_or_no_picture_or_too_large_is_not_kept()
    {
        var store = new PhotoStore(Directory, _log);
        Assert.False(store.Put(Picture(1).Name, Picture(2).Content));
        Assert.False(store.Put(NameOf("GIF89a"u8), "GIF89a"u8));
        var large = Portrait.Jpeg(1, bytes: ContractLimits.PhotoBytes + 1);
        Assert.False(store.Put(NameOf(large), large));
        Assert.True(store.Put(NameOf(Portrait.Jpeg(1, bytes: ContractLimits.PhotoBytes)), Portrait.Jpeg(1, bytes: ContractLimits.PhotoBytes)));
        Assert.Single(System.IO.Directory.GetFiles(Directory.Photos));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("../identity/key.pem")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("../../../../../../../../../../../../../../../../../../etc/passwd")]
    public void Only_a_hash_is_looked_for(string? name)
    {
        File.WriteAllBytes(_folder.File("0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"), Picture(1).Content);
        Assert.Null(new PhotoStore(Directory, _log).Find(name));
    }

    [Fact]
    public void What_no_roster_names_is_deleted_with_what_was_left_half_written()
    {
        var store = new PhotoStore(Directory, _log);
        foreach (var number in (byte[])[1, 2, 3]) Assert.True(store.Put(Picture(number).Name, Picture(number).Content));
        File.WriteAllText(Path.Combine(Directory.Photos, Picture(1).Name + ".new"), "");
        store.Keep(new HashSet<string> { Picture(2).Name, Picture(4).Name });
        Assert.Equal([Picture(2).Name], System.IO.Directory.GetFiles(Directory.Photos).Select(path => Path.GetFileName(path)));
        Assert.Equal([Picture(4).Name], store.Missing([Picture(2).Name, Picture(4).Name]));
    }

    [Fact]
    public void A_portrait_spoiled_on_disk_is_never_shown_and_is_missing_from_then_on()
    {
        var store = new PhotoStore(Directory, _log);
        var (name, content) = Picture(1);
        store.Put(name, content);
        content[^5] ^= 1;
        File.WriteAllBytes(Path.Combine(Directory.Photos, name), content);
        Assert.Null(store.Find(name));
        Assert.Equal([name], store.Missing([name]));
        Assert.Contains("spoiled", Assert.Single(_log.Lines), StringComparison.Ordinal);

        File.WriteAllBytes(Path.Combine(Directory.Photos, name), []);
        Assert.Equal([name], store.Missing([name]));
    }

    private static (string Name, byte[] Content) Picture(byte number) => (NameOf(Portrait.Jpeg(number)), Portrait.Jpeg(number));

    private static string NameOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
