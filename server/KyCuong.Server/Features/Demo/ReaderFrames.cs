using System.Text;

namespace KyCuong.Server.Features.Demo;

/// <summary>What real readers put on the line. Pure.</summary>
internal static class ReaderFrames
{
    /// <summary>An RDM6300 frame: STX, ten hex digits of the tag, two of the XOR of its bytes, ETX.</summary>
    public static byte[] Rdm6300(ReadOnlySpan<byte> tag)
    {
        byte check = 0;
        foreach (var part in tag) check ^= part;
        return Encoding.ASCII.GetBytes($"\u0002{Convert.ToHexString(tag)}{check:X2}\u0003");
    }

    /// <summary>A scanned line with its terminator.</summary>
    public static byte[] Line(string text) => Encoding.ASCII.GetBytes(text + "\r");
}
