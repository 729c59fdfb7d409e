namespace KyCuong.Kiosk.Screen;

/// <summary>The colour of a panel; never alone, always with an icon and words.</summary>
public enum Tone
{
    /// <summary>Green: recorded.</summary>
    Good,

    /// <summary>Blue: recorded, and nothing more to say.</summary>
    Plain,

    /// <summary>Amber: recorded, and late.</summary>
    Late,

    /// <summary>Red: not a badge that may be used here, or not recorded.</summary>
    Bad,
}

/// <summary>What is heard. Three that nobody confuses.</summary>
public enum Sound
{
    /// <summary>Two short rising tones.</summary>
    Accepted,

    /// <summary>Two falling tones.</summary>
    Late,

    /// <summary>One long low tone.</summary>
    Refused,
}

/// <summary>One verdict as the page shows it, its texts ready to be shown. Immutable.</summary>
/// <param name="Id">Grows with each panel of a run.</param>
/// <param name="Tone">Colour and icon.</param>
/// <param name="Title">The verdict.</param>
/// <param name="Name">Of the person; null when nobody is named.</param>
/// <param name="Unit">Of the person; null likewise.</param>
/// <param name="Initial">First letter of the given name, in place of a missing portrait; null likewise.</param>
/// <param name="Photo">Address of the portrait on this page; null for none.</param>
/// <param name="Time">When, <c>HH:mm:ss</c> of the agency.</param>
/// <param name="Sound">What is heard.</param>
/// <param name="Speech">What is spoken; null for nothing.</param>
/// <param name="ShowMs">How long it stays, ms.</param>
public sealed record Panel(
    long Id, Tone Tone, string Title, string? Name, string? Unit, string? Initial, string? Photo, string Time, Sound Sound, string? Speech, int ShowMs);
