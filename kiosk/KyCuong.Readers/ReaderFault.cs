namespace KyCuong.Readers;

/// <summary>What can be wrong with a reader. Drivers raise <see cref="Garbled"/>; the rest is found by the owner of the port.</summary>
public enum ReaderFault
{
    /// <summary>There is no such port, or nobody answers at the address: unplugged, or a wrong name.</summary>
    NotThere,

    /// <summary>Another program holds the port.</summary>
    Busy,

    /// <summary>The service's user may not open the port.</summary>
    NotAllowed,

    /// <summary>The port is no serial line, or does not take the settings.</summary>
    WrongSettings,

    /// <summary>It was open and went away, or stopped working.</summary>
    Lost,

    /// <summary>Bytes keep coming and none make a frame: wrong speed, wrong protocol, or a damaged line.</summary>
    Garbled,
}
