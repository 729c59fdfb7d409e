using System.Reflection;
using KyCuong.Kiosk.Taps;
using KyCuong.Protos;

namespace KyCuong.Kiosk.Agent;

/// <summary>This program's version, as it stands in the journal and on the wire.</summary>
public static class KioskVersion
{
    /// <summary>ASCII, within the contract's bound.</summary>
    public static string Text { get; } = Utf8Text.Ascii(
        typeof(KioskVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0", ContractLimits.VersionBytes);
}
