using System.Buffers.Binary;

namespace KyCuong.Protos.Photos;

/// <summary>What a portrait's file is.</summary>
public enum PhotoFormat
{
    /// <summary>JPEG (ITU-T T.81).</summary>
    Jpeg,

    /// <summary>PNG (W3C).</summary>
    Png,
}

/// <summary>What the first bytes of a picture say. The picture itself is not decoded. Pure.</summary>
/// <param name="Format">By the file's own bytes, whatever its name.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public readonly record struct PhotoHeader(PhotoFormat Format, int Width, int Height)
{
    /// <summary>As HTTP names it.</summary>
    public string ContentType => Format == PhotoFormat.Png ? "image/png" : "image/jpeg";

    /// <summary>Reads the header of a whole file. Null: neither JPEG nor PNG, or cut off before its end.</summary>
    public static PhotoHeader? Of(ReadOnlySpan<byte> file) => file.StartsWith(PngSignature) ? OfPng(file) : file.StartsWith(StartOfImage) ? OfJpeg(file) : null;

    private static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> PngEnd => [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82];

    private static ReadOnlySpan<byte> StartOfImage => [0xFF, 0xD8];

    private static ReadOnlySpan<byte> EndOfImage => [0xFF, 0xD9];

    /// <summary>The first chunk is IHDR, length 13: width u32, height u32, …; the last is IEND.</summary>
    private static PhotoHeader? OfPng(ReadOnlySpan<byte> file)
    {
        const int Dimensions = 16;
        if (file.Length < Dimensions + 8 || !file[8..Dimensions].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])) return null;
        if (file[Dimensions..].IndexOf(PngEnd) < 0) return null;
        return Checked(PhotoFormat.Png, BinaryPrimitives.ReadUInt32BigEndian(file[Dimensions..]), BinaryPrimitives.ReadUInt32BigEndian(file[(Dimensions + 4)..]));
    }

    /// <summary>Segments up to the frame header: FF marker, length u16 (with itself); a frame header goes on precision u8, height u16, width u16.</summary>
    private static PhotoHeader? OfJpeg(ReadOnlySpan<byte> file)
    {
        var at = StartOfImage.Length;
        while (at + 9 <= file.Length && file[at] == 0xFF)
        {
            var marker = file[at + 1];
            if (marker == 0xFF)
            {
                // Fill bytes may stand before a marker.
                at++;
                continue;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (IsFrame(marker))
            {
                // The end of a thumbnail inside the segments before is not the picture's.
                return file[at..].IndexOf(EndOfImage) < 0
                    ? null
                    : Checked(PhotoFormat.Jpeg, BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]));
            }

            // No other marker without a length stands before the frame, and the scan never does.
            if (marker is 0x00 or 0x01 or 0xDA or (>= 0xD0 and <= 0xD9) || length < 2) return null;
            at += 2 + length;
        }

        return null;
    }

    /// <summary>SOF0 to SOF15 without DHT, JPG and DAC, which lie among them (T.81 table B.1).</summary>
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static PhotoHeader? Checked(PhotoFormat format, uint width, uint height) =>
        width is 0 or > int.MaxValue || height is 0 or > int.MaxValue ? null : new PhotoHeader(format, (int)width, (int)height);
}
