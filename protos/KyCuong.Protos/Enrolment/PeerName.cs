using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace KyCuong.Protos.Enrolment;

/// <summary>
/// The names in certificates, as SAN URIs: <c>kycuong://&lt;agency&gt;/server</c> and <c>kycuong://&lt;agency&gt;/kiosk/&lt;id&gt;</c>.
/// A peer is known by this, never by a host name. Pure.
/// </summary>
public static class PeerName
{
    private const string Scheme = "kycuong://";

    /// <summary>Length of an agency's code at most.</summary>
    public const int AgencyCodeLength = 32;

    /// <summary>True for an agency code: 1 to 32 characters of [A-Z0-9-].</summary>
    public static bool IsAgencyCode(ReadOnlySpan<char> code) =>
        code.Length is > 0 and <= AgencyCodeLength && code.IndexOfAnyExcept(AgencyCodeCharacters) < 0;

    private static readonly System.Buffers.SearchValues<char> AgencyCodeCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    /// <summary>The server's name for this agency.</summary>
    public static string Server(string agency) => $"{Scheme}{agency}/server";

    /// <summary>A kiosk's name.</summary>
    public static string Kiosk(string agency, ulong kioskId) => string.Create(CultureInfo.InvariantCulture, $"{Scheme}{agency}/kiosk/{kioskId}");

    /// <summary>The agency and number in a kiosk's name; false for anything else. Compared to the letter.</summary>
    public static bool TryParseKiosk(string name, [NotNullWhen(true)] out string? agency, out ulong kioskId)
    {
        agency = null;
        kioskId = 0;
        if (!name.StartsWith(Scheme, StringComparison.Ordinal)) return false;
        var parts = name[Scheme.Length..].Split('/');
        if (parts is not [var code, "kiosk", var id] || !IsAgencyCode(code)) return false;
        if (!ulong.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out kioskId) || Kiosk(code, kioskId) != name) return false;
        agency = code;
        return true;
    }
}
