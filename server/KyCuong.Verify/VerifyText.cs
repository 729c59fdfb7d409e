using System.Globalization;
using System.Resources;

namespace KyCuong.Verify;

/// <summary>The sentences of VerifyText.resx.</summary>
internal static class VerifyText
{
    private static readonly CultureInfo Vietnamese = Numbers();
    private static readonly ResourceManager Resources = new(typeof(VerifyText));

    public static string Get(string key, params object?[] values)
    {
        var text = Resources.GetString(key, CultureInfo.InvariantCulture) ?? throw new MissingManifestResourceException($"No text \"{key}\".");
        return values.Length == 0 ? text : string.Format(Vietnamese, text, values);
    }

    private static CultureInfo Numbers()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (culture.NumberFormat.NumberGroupSeparator, culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberDecimalDigits) = (".", ",", 0);
        return culture;
    }
}
