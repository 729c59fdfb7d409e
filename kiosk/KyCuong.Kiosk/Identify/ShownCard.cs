using System.Text;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Identify;

/// <summary>A card for the operator's eyes: enough to tell two apart, unless the operator asked for the number. Pure.</summary>
internal static class ShownCard
{
    private const int Shown = 2;

    public static string Of(RawRead read, bool showNumbers)
    {
        var (kind, number) = read.Form switch
        {
            CredentialForm.BadgeCode => ("", Encoding.ASCII.GetString(read.Value.Span)),
            CredentialForm.EmTag => ("em:", Hex(read)),
            CredentialForm.EmLow32 => ("em32:", Hex(read)),
            CredentialForm.EmLow24 => ("em24:", Hex(read)),
            CredentialForm.EmFirstAndLow16 => ("emA:", Hex(read)),
            CredentialForm.EmSecondAndLow16 => ("emB:", Hex(read)),
            CredentialForm.Uid => ("a:", Hex(read)),
            CredentialForm.Wiegand26 => ("w26:", Hex(read)),
            CredentialForm.Wiegand34 => ("w34:", Hex(read)),
            _ => throw new ArgumentOutOfRangeException(nameof(read), read.Form, "This form of credential has no word."),
        };
        return kind + (showNumbers ? number : new string('·', number.Length - Shown) + number[^Shown..]);
    }

    private static string Hex(RawRead read) => Convert.ToHexString(read.Value.Span);
}
