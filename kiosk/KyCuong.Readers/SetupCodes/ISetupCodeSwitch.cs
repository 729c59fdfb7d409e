namespace KyCuong.Readers.SetupCodes;

/// <summary>The commands by which a make of scanner has its set-up by code switched off, for <see cref="SetupCodeGuard"/>.</summary>
internal interface ISetupCodeSwitch
{
    /// <summary>A command that every model answers and that changes nothing.</summary>
    public byte[] SignOfLife { get; }

    /// <summary>Asks for the byte that holds the setting.</summary>
    public byte[] Ask { get; }

    /// <summary>True when that byte says that set-up by code is off.</summary>
    public bool IsOff(byte setting);

    /// <summary>Switches it off until the scanner loses its power.</summary>
    /// <param name="setting">The byte as it was found.</param>
    public byte[] SwitchOff(byte setting);
}
