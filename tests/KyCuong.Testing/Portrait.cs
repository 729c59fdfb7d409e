using System.Buffers.Binary;

namespace KyCuong.Testing;

/// <summary>Files that say of themselves that they are JPEG pictures; there is nothing to see in them.</summary>
public static class Portrait
{
    /// <summary>SOI, a comment, a frame header, EOI. Another number makes another file.</summary>
    public static byte[] Jpeg(byte number, int width = 300, int height = 400, int bytes = 60)
    {
        var file = new byte[bytes];
        ((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF, 0xFE, 0, 3, number, 0xFF, 0xC0, 0, 11, 8]).CopyTo(file);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(12), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(14), (ushort)width);
        ((ReadOnlySpan<byte>)[0xFF, 0xD9]).CopyTo(file.AsSpan(bytes - 2));
        return file;
    }
}
