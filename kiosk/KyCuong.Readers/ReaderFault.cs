namespace KyCuong.Readers;

/// <summary>
/// What can be wrong with a reader, in the contract's words. Drivers raise <see cref="Garbled"/>; the rest is found by the owner
/// of the port.
/// </summary>
public enum ReaderFault
{
    /// <summary>There is no such port, or nobody answers at the address: unplugged, or a wrong name.</summary>
    NotFound,

    /// <summary>The service's user may not open the port.</summary>
    AccessDenied,

    /// <summary>Another program holds the port.</summary>
    Busy,

    /// <summary>It was open and went away.</summary>
    Unplugged,

    /// <summary>The port is no serial line, or does not take the settings.</summary>
    SettingsRefused,

    /// <summary>The operating system reports another error.</summary>
    Io,

    /// <summary>Bytes keep coming and none make a frame: wrong speed, wrong protocol, or a damaged line.</summary>
    Garbled,
}
