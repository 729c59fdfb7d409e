using KyCuong.Readers.SetupCodes;

namespace KyCuong.Readers.Gm65;

/// <summary>
/// The GROW modules' setting of set-up codes, zone byte 03, bit 1 (1 = no set-up by code); the other bits stay as they were. Asking asks for two
/// bytes, so that no late acknowledgement, which has one, passes for the answer.
/// </summary>
internal sealed class Gm65SetupCodes : ISetupCodeSwitch
{
    /// <summary>Bytes in an answer to <see cref="Ask"/>; the first is the setting.</summary>
    public const int BytesAsked = 2;

    private const int SetupCodeZone = 0x0003;
    private const int NoSetupByCode = 0x02;

    private static readonly byte[] Heartbeat = ModuleCommand.Heartbeat();
    private static readonly byte[] ReadZone = ModuleCommand.Read(SetupCodeZone, BytesAsked);

    public byte[] SignOfLife => Heartbeat;

    public byte[] Ask => ReadZone;

    public bool IsOff(byte setting) => (setting & NoSetupByCode) != 0;

    public byte[] SwitchOff(byte setting) => ModuleCommand.Write(SetupCodeZone, (byte)(setting | NoSetupByCode));
}
