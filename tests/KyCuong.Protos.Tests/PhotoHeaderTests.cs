using KyCuong.Protos.Photos;

namespace KyCuong.Protos.Tests;

/// <summary>Pictures as another program writes them (vectors/make_photos.py).</summary>
public sealed class PhotoHeaderTests
{
    public static TheoryData<string, string, string> Pictures()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var fields in Vectors.Read("photos.txt")) data.Add(fields[0], fields[1], fields[2]);
        return data;
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void A_picture_is_known_by_its_bytes(string what, string hex, string expected) =>
        Assert.True(Said(Convert.FromHexString(hex)) == expected, $"{what}: {Said(Convert.FromHexString(hex))}");

    [Fact]
    public void Cut_off_anywhere_or_with_any_byte_altered_a_picture_never_throws()
    {
        foreach (var fields in Vectors.Read("photos.txt"))
        {
            var file = Convert.FromHexString(fields[1]);
            for (var i = 0; i < file.Length; i++)
            {
                PhotoHeader.Of(file.AsSpan(0, i));
                foreach (var value in (byte[])[0x00, 0xFF, (byte)(file[i] ^ 1)])
                {
                    var altered = (byte[])file.Clone();
                    altered[i] = value;
                    if (PhotoHeader.Of(altered) is { } header) Assert.True(header is { Width: > 0, Height: > 0 });
                }
            }
        }
    }

    [Theory]
    [InlineData(PhotoFormat.Jpeg, "image/jpeg")]
    [InlineData(PhotoFormat.Png, "image/png")]
    public void A_format_is_named_as_HTTP_names_it(PhotoFormat format, string type) => Assert.Equal(type, new PhotoHeader(format, 1, 1).ContentType);

    private static string Said(byte[] file) => PhotoHeader.Of(file) is { } header ? $"{header.Format} {header.Width} {header.Height}".ToLowerInvariant() : "none";
}
