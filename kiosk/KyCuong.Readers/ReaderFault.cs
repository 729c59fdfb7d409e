namespace KyCuong.Readers;

/// <summary>
/// What can be wrong with a reader, in the contract's words. <see cref="Garbled"/> comes from the bytes, <see cref="NoAnswer"/>,
/// <see cref="SettingsChanged"/> and the last three from drivers that talk to their reader, <see cref="SettingsRefused"/> from both sides; the rest is
/// found by the owner of the port.
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

    /// <summary>The port is no serial line, or port or reader does not take a setting.</summary>
    SettingsRefused,

    /// <summary>The operating system reports another error.</summary>
    Io,

    /// <summary>Bytes keep coming and none make a frame: wrong speed, wrong protocol, or a damaged line.</summary>
    Garbled,

    /// <summary>The line is open and the reader does not answer: no power, switched to another speed or interface, a wire off.</summary>
    NoAnswer,

    /// <summary>A setting that the kiosk had made was found otherwise: by somebody's set-up code, or because the reader lost its power.</summary>
    SettingsChanged,

    /// <summary>The reader takes encrypted commands only, which the kiosk does not give. Nothing is read.</summary>
    SecureOnly,

    /// <summary>The reader says that its case was opened or that it was taken off the wall.</summary>
    Tampered,

    /// <summary>The reader says that its supply fails.</summary>
    PowerFailed,
}
