namespace KyCuong.Server.Store.Log;

/// <summary>What an entry of the log says. The numbers are hashed and never change.</summary>
public enum LogKind : byte
{
    /// <summary>The log begins; what the store held before follows as it was then.</summary>
    Begun = 1,

    /// <summary>A row has this content from now on.</summary>
    Written = 2,

    /// <summary>A row is gone.</summary>
    Removed = 3,

    /// <summary>Entries of a kiosk's journal, one after the other.</summary>
    Received = 4,

    /// <summary>Entries of a kiosk's journal are not waited for any more: its disk lost them.</summary>
    Lost = 5,

    /// <summary>Imported taps, by the numbers of their rows.</summary>
    Imported = 6,

    /// <summary>A row was erased by the order of a tombstone, whose hash is the digest; or, of the log itself, an entry lost its key.</summary>
    Erased = 7,
}
