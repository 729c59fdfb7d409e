using System.Globalization;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Roster;

/// <summary>Badges in force that agree in what a reader said of a card, two or more. Immutable.</summary>
/// <param name="Level">How much of a card's number was compared.</param>
/// <param name="Badges">Their ids on the server and their holders' staff codes, in order of id; a code is empty where nobody holds it.</param>
public sealed record BadgeAmbiguity(CredentialLevel Level, IReadOnlyList<(ulong Badge, string Staff)> Badges)
{
    /// <summary>For people, e.g. "12 (NV001), 15 (NV002)": ids and codes, never a name or a number.</summary>
    public string Listed => string.Join(", ", Badges.Select(badge => badge.Staff.Length == 0
        ? badge.Badge.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{badge.Badge} ({badge.Staff})")));
}
