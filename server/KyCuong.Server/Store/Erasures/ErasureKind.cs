namespace KyCuong.Server.Store.Erasures;

/// <summary>What is erased together, as tombstones and settings spell it.</summary>
public static class ErasureKind
{
    /// <summary>A person who has left: name, badges, taps, leave, explanations, everything by which somebody is known.</summary>
    public const string Person = "person";

    /// <summary>Taps of badges that nobody is known to hold.</summary>
    public const string UnknownTaps = "unknownTaps";

    /// <summary>Portraits of people who have left.</summary>
    public const string Photos = "photos";

    /// <summary>PINs of people who have left.</summary>
    public const string Pins = "pins";

    /// <summary>Accepted explanations and other decisions about a person's day.</summary>
    public const string Explanations = "explanations";

    /// <summary>Leave, trips, passes and reductions.</summary>
    public const string Leave = "leave";

    /// <summary>Taps, whoever made them.</summary>
    public const string Taps = "taps";
}
