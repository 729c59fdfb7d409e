using System.Text;

namespace KyCuong.Server.Features.Imports;

/// <summary>Text of a cell, whichever file it came from. Pure.</summary>
internal static class TableText
{
    /// <summary>NFC, trimmed, null when nothing is left. Broken Unicode stays as it is, for the checks to refuse.</summary>
    public static string? Clean(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length == 0) return null;
        try
        {
            return trimmed.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return trimmed;
        }
    }
}
