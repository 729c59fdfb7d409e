namespace KyCuong.Readers.Tests;

/// <summary>What a bad line does to bytes. Pure.</summary>
internal static class LineNoise
{
    /// <summary>The same bytes with one bit turned round; a bit past the end counts from the front again.</summary>
    public static byte[] Flipped(byte[] bytes, int bit)
    {
        var flipped = bytes.ToArray();
        flipped[bit / 8 % bytes.Length] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    /// <summary>Up to 39 bytes of anything.</summary>
    public static byte[] Noise(Random random)
    {
        var noise = new byte[random.Next(40)];
        random.NextBytes(noise);
        return noise;
    }
}
