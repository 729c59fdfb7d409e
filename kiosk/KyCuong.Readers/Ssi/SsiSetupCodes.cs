using KyCuong.Readers.SetupCodes;

namespace KyCuong.Readers.Ssi;

/// <summary>Parameter EC of SSI scanners, "parameter scanning": 00 = set-up by code is off, 01 = on. GROW and M5Stack give it the same number.</summary>
internal sealed class SsiSetupCodes : ISetupCodeSwitch
{
    /// <summary>The parameter's number.</summary>
    public const byte Parameter = 0xEC;

    private const byte Off = 0x00;

    private static readonly byte[] AskRevision = SsiPacket.WakeAndAskRevision();
    private static readonly byte[] AskParameter = SsiPacket.AskParameter(Parameter);

    public byte[] SignOfLife => AskRevision;

    public byte[] Ask => AskParameter;

    public bool IsOff(byte setting) => setting == Off;

    public byte[] SwitchOff(byte setting) => SsiPacket.SetParameter(Parameter, Off);
}
