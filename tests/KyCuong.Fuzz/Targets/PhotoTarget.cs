using KyCuong.Protos.Photos;

namespace KyCuong.Fuzz.Targets;

/// <summary>A portrait's file: its first bytes say format and size, or that it is none.</summary>
internal sealed class PhotoTarget : ITarget
{
    public string Name => "photo";

    public int Weight => 40;

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        Convert.FromHexString("89504E470D0A1A0A0000000D49484452000000780000005A08020000001A2B3C4D0000000049454E44AE426082"),
        Convert.FromHexString("FFD8FFE000104A46494600010100000100010000FFC0001108005A007803012200021101031101FFDA0008010100003F00AAFFD9"),
    ];

    public long MostAllocated(int inputBytes) => 16 * 1024;

    public string? Take(byte[] input)
    {
        if (PhotoHeader.Of(input) is not { } header) return null;
        if (header.Width < 1 || header.Height < 1) return "a picture without a size";
        return input[0] == (header.Format == PhotoFormat.Png ? 0x89 : 0xFF) ? null : "a picture of another format than it begins as";
    }
}
