using System.Globalization;
using System.Resources;
using System.Runtime.CompilerServices;

namespace KyCuong.Kiosk.Resources;

/// <summary>The Vietnamese sentences of one resx file. Each is a member of the class that bears the file's name. Thread-safe.</summary>
/// <param name="marker">The class; the resx file lies beside it.</param>
internal sealed class TextSource(Type marker)
{
    private readonly ResourceManager _resources = new(marker);

    /// <summary>The sentence of the calling member with its places filled in.</summary>
    /// <param name="values">For {0}, {1} …; without any, braces stand for themselves.</param>
    /// <param name="name">The member.</param>
    /// <exception cref="MissingManifestResourceException">There is no such sentence: our own mistake, found by a test.</exception>
    public string Say(ReadOnlySpan<object?> values = default, [CallerMemberName] string name = "")
    {
        var text = _resources.GetString(name, CultureInfo.InvariantCulture)
            ?? throw new MissingManifestResourceException($"{_resources.BaseName} has no text \"{name}\".");
        return values.IsEmpty ? text : string.Format(CultureInfo.InvariantCulture, text, values);
    }
}
