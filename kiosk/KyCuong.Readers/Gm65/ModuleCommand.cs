namespace KyCuong.Readers.Gm65;

/// <summary>
/// Commands of the GROW modules, <c>7E 00 type length addressH addressL data crcH crcL</c> (GM65 manual, chapter 8): the CRC covers
/// type to data. The length counts the data of a write; of a read it is 1 and the data byte says how many zone bytes are wanted.
/// A module does not answer a command with a wrong CRC.
/// </summary>
internal static class ModuleCommand
{
    private const int ReadZones = 0x07;
    private const int WriteZones = 0x08;
    private const int LifeSign = 0x0A;

    /// <summary>Asks for a sign of life; answered <c>03 00 00 01 00 33 31</c>.</summary>
    public static byte[] Heartbeat() => Build(LifeSign, 0, 0);

    /// <summary>Asks for zone bytes; answered with head 02 and that many bytes.</summary>
    public static byte[] Read(int address, byte count) => Build(ReadZones, address, count);

    /// <summary>Sets one zone byte until the module loses power; answered <c>02 00 00 01 00 33 31</c>.</summary>
    public static byte[] Write(int address, byte value) => Build(WriteZones, address, value);

    private static byte[] Build(int type, int address, byte data)
    {
        byte[] command = [0x7E, 0x00, (byte)type, 0x01, (byte)(address >> 8), (byte)(address & 0xFF), data, 0, 0];
        var crc = Crc16.Of(command.AsSpan(2, 5));
        command[7] = (byte)(crc >> 8);
        command[8] = (byte)(crc & 0xFF);
        return command;
    }
}
