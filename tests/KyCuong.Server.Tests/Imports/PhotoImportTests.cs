using System.Security.Cryptography;
using KyCuong.Server.Features.Imports;
using KyCuong.Testing;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Imports;

public sealed class PhotoImportTests : IAsyncLifetime
{
    private FeatureHost _host = null!;

    public async Task InitializeAsync() => _host = await FeatureHost.WithStaffAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Portraits_are_kept_with_their_hash_and_the_same_folder_again_changes_nothing()
    {
        var folder = new Dictionary<string, byte[]> { ["NV001.jpg"] = Portrait.Jpeg(1), ["NV002.JPEG"] = Portrait.Jpeg(2), ["Thumbs.db"] = [1], [".DS_Store"] = [1] };
        var version = await RosterVersionAsync();
        Assert.Equal(0, await _host.ImportPhotosAsync(folder, asJson: true));
        Assert.Equal((2, 2, 0, 0), Counts());
        Assert.Equal(version + 1, await RosterVersionAsync());
        Assert.Equal([("NV001", 1), ("NV002", 2)], await StoredAsync());

        Assert.Equal(0, await _host.ImportPhotosAsync(folder, asJson: true));
        Assert.Equal((2, 0, 0, 2), Counts());
        Assert.Equal(version + 1, await RosterVersionAsync());

        // One changed, one new under another name, one not in the folder.
        Assert.Equal(0, await _host.ImportPhotosAsync(new Dictionary<string, byte[]> { ["NV001.png"] = Portrait.Jpeg(11), ["NV003.jpg"] = Portrait.Jpeg(1) }));
        Assert.Contains("đã nhập 2 ảnh: 1 thêm mới, 1 thay đổi, 0 giữ nguyên", _host.Out, StringComparison.Ordinal);
        Assert.Equal(version + 2, await RosterVersionAsync());
        Assert.Equal([("NV001", 11), ("NV002", 2), ("NV003", 1)], await StoredAsync());
        await using var db = _host.Store.NewReader();
        Assert.Equal([("photos", 2L), ("photos", 2L)], (await db.Imports.Where(row => row.Kind == "photos").ToListAsync()).Select(row => (row.Kind, row.Changed)));
    }

    [Fact]
    public async Task Every_bad_file_is_named_with_its_reason_and_then_nothing_is_taken()
    {
        Assert.Equal(1, await _host.ImportPhotosAsync(new Dictionary<string, byte[]>
        {
            ["NV001.jpg"] = Portrait.Jpeg(1),
            ["NV001.png"] = Portrait.Jpeg(2),
            ["NV002.jpg"] = "GIF89a"u8.ToArray(),
            ["NV003.jpg"] = Portrait.Jpeg(3, bytes: PhotoFolder.LargestPhoto + 1),
            ["NV009.jpg"] = Portrait.Jpeg(9),
            ["ghi chú.txt"] = [1],
            ["nv001.jpg"] = Portrait.Jpeg(1),
        }));
        foreach (var (file, reason) in ((string, string)[])[
            ("NV001.png", "cùng người với tệp NV001.jpg"), ("NV002.jpg", "không phải JPEG hay PNG"), ("NV003.jpg", "dài 102.401 byte, nhiều hơn 102.400"),
            ("NV009.jpg", "không có người mang mã số \"NV009\""), ("ghi chú.txt", "không phải ảnh .jpg"), ("nv001.jpg", "không có người mang mã số \"nv001\"")])
            Assert.Contains(_host.Error.Split('\n'), line => line.StartsWith($"  {file}: ", StringComparison.Ordinal) && line.Contains(reason, StringComparison.Ordinal));
        Assert.Contains("anh: chưa nhập gì vì có 6 chỗ chưa đúng.", _host.Error, StringComparison.Ordinal);
        Assert.Empty(await StoredAsync());
    }

    [Theory]
    [InlineData(100, 100, 0)]
    [InlineData(2000, 2000, 0)]
    [InlineData(99, 100, 1)]
    [InlineData(100, 99, 1)]
    [InlineData(2001, 100, 1)]
    [InlineData(100, 2001, 1)]
    public async Task A_portrait_has_sides_of_100_to_2000_pixels(int width, int height, int exit)
    {
        Assert.Equal(exit, await _host.ImportPhotosAsync(new Dictionary<string, byte[]> { ["NV001.jpg"] = Portrait.Jpeg(1, width, height) }));
        if (exit == 1) Assert.Contains($"ảnh rộng {width}, cao {height} điểm ảnh", _host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_portrait_may_be_as_large_as_the_kiosks_take() =>
        Assert.Equal(0, await _host.ImportPhotosAsync(new Dictionary<string, byte[]> { ["NV001.jpg"] = Portrait.Jpeg(1, bytes: PhotoFolder.LargestPhoto) }));

    [Fact]
    public async Task An_empty_folder_is_told()
    {
        var error = await Assert.ThrowsAsync<Server.Cli.CommandException>(() => _host.ImportPhotosAsync(new Dictionary<string, byte[]> { ["desktop.ini"] = [1] }));
        Assert.Contains("không có ảnh nào", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_with_a_slash_is_written_with_an_underscore_where_nobody_else_is_meant()
    {
        Assert.Equal(0, await _host.ImportAsync("staff", "staff_code,full_name,unit,from\n12/VP,Lý A,VP,2026-01-01\n13/VP,Lý B,VP,2026-01-01\n13_VP,Lý C,VP,2026-01-01\n1/4/A,Lý D,VP,2026-01-01\n1/4_A,Lý E,VP,2026-01-01\n"));
        Assert.Equal(0, await _host.ImportPhotosAsync(new Dictionary<string, byte[]> { ["12_VP.jpg"] = Portrait.Jpeg(1), ["13_VP.jpg"] = Portrait.Jpeg(2) }));
        Assert.Equal([("12/VP", 1), ("13_VP", 2)], await StoredAsync());
        Assert.Equal(1, await _host.ImportPhotosAsync(new Dictionary<string, byte[]> { ["1_4_A.jpg"] = Portrait.Jpeg(1) }));
    }

    [Fact]
    public async Task A_name_whose_marks_are_characters_of_their_own_is_the_same_name()
    {
        Assert.Equal(0, await _host.ImportAsync("staff", "staff_code,full_name,unit,from\nCÁN01,Lý A,VP,2026-01-01\n"));
        Assert.Equal(0, await _host.ImportPhotosAsync(new Dictionary<string, byte[]> { ["CÁN01.jpg".Normalize(System.Text.NormalizationForm.FormD)] = Portrait.Jpeg(1) }));
        Assert.Equal([("CÁN01", 1)], await StoredAsync());
    }

    private (int Rows, int Added, int Changed, int Unchanged) Counts()
    {
        int Number(string name) => _host.Json().GetProperty(name).GetInt32();
        return (Number("rows"), Number("added"), Number("changed"), Number("unchanged"));
    }

    private async Task<long> RosterVersionAsync()
    {
        await using var db = _host.Store.NewReader();
        return (await db.Agencies.SingleAsync()).RosterVersion;
    }

    /// <summary>By staff code, the number that <see cref="Portrait"/> was made with.</summary>
    private async Task<List<(string Staff, int Number)>> StoredAsync()
    {
        await using var db = _host.Store.NewReader();
        var rows = await (from photo in db.StaffPhotos join person in db.Staff on photo.StaffId equals person.StaffId orderby person.Code select new { person.Code, photo.Sha256, photo.Content }).ToListAsync();
        Assert.All(rows, row => Assert.Equal(SHA256.HashData(row.Content), row.Sha256));
        Assert.All(rows, row => Assert.Equal(Portrait.Jpeg(row.Content[6]), row.Content));
        return [.. rows.Select(row => (row.Code, (int)row.Content[6]))];
    }
}
