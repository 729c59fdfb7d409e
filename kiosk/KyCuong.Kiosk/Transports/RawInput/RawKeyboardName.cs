using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace KyCuong.Kiosk.Transports.RawInput;

/// <summary>
/// Which keyboard of a Windows machine: maker and product, and the instance where several are alike. Compared as Windows names raw input devices,
/// <c>\\?\HID#VID_08FF&amp;PID_0009&amp;MI_00#7&amp;2A5B&amp;0&amp;0000#{884b96c3-…}</c>. Pure.
/// </summary>
/// <param name="Hardware">E.g. <c>VID_08FF&amp;PID_0009</c>, upper case; may go on with <c>&amp;MI_00</c>.</param>
/// <param name="Instance">E.g. <c>7&amp;2A5B&amp;0&amp;0000</c>; null = the only one.</param>
public sealed partial record RawKeyboardName(string Hardware, string? Instance)
{
    /// <summary>Reads what an operator writes, <c>VID_xxxx&amp;PID_xxxx[#instance]</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RawKeyboardName? name)
    {
        var match = Written().Match(text.ToUpperInvariant());
        name = match.Success ? new RawKeyboardName(match.Groups[1].Value, match.Groups[2].Success ? match.Groups[2].Value : null) : null;
        return match.Success;
    }

    /// <summary>Reads what Windows calls a raw input device; null when it has no maker and product (a laptop's own keyboard).</summary>
    public static RawKeyboardName? OfDevice(string device) =>
        device.Split('#') is [_, var hardware, var instance, ..] && TryParse($"{hardware}#{instance}", out var name) ? name : null;

    /// <summary>True when a device may be the one that this name means.</summary>
    public bool Means(RawKeyboardName device) =>
        (device.Hardware == Hardware || device.Hardware.StartsWith(Hardware + "&", StringComparison.Ordinal)) && (Instance is null || device.Instance == Instance);

    /// <inheritdoc/>
    public override string ToString() => Instance is null ? Hardware : $"{Hardware}#{Instance}";

    [GeneratedRegex(@"^(VID_[0-9A-F]{4}&PID_[0-9A-F]{4}(?:&[A-Z0-9_]{1,16}){0,3})(?:#([A-Z0-9&._-]{1,64}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Written();
}
