namespace KyCuong.Fuzz.References;

/// <summary>CRC-16 with polynomial 1021h by its definition, long division of a polynomial, bit after bit. Pure.</summary>
internal static class Crc
{
    /// <summary>The remainder after a register that began with <paramref name="start"/>.</summary>
    public static ushort Of(IEnumerable<byte> bytes, ushort start)
    {
        uint register = start;
        foreach (var b in bytes)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                var outgoing = (register >> 15 & 1) ^ ((uint)b >> bit & 1);
                register = (register << 1 & 0xFFFF) ^ (outgoing * 0x1021);
            }
        }

        return (ushort)register;
    }
}
