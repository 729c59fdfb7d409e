using KyCuong.Kiosk.Resources;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Transports.Pcsc;

/// <summary>The machine's PC/SC service and the readers it has.</summary>
public static class PcscReaders
{
    /// <summary>Stands for the only reader there is.</summary>
    public const string Any = "*";

    /// <summary>The one for this system.</summary>
    internal static IPcsc Native { get; } = OperatingSystem.IsWindows() ? new WinSCard() : new PcscLite();

    /// <summary>The readers' names in the service's order; none where PC/SC is not installed, does not run or may not be used.</summary>
    public static IReadOnlyList<string> List()
    {
        try
        {
            if (Native.Establish(out var context) != PcscCode.Success)
                return [];
            Native.List(context, out var readers);
            Native.Release(context);
            return readers;
        }
        catch (Exception e) when (IsNotInstalled(e))
        {
            return [];
        }
    }

    /// <summary>True when a reader of that name is meant by what the configuration says: the name itself, its beginning, or <see cref="Any"/>.</summary>
    public static bool IsMeant(string reader, string name)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return name == Any || reader.StartsWith(name, StringComparison.Ordinal);
    }

    /// <summary>The reader that is meant: the one of exactly that name, else the only one whose name so begins. Pure.</summary>
    /// <param name="readers">What there is.</param>
    /// <param name="name">What the configuration says.</param>
    /// <exception cref="TransportException">There is none, or there are several; names them.</exception>
    internal static string Choose(IReadOnlyList<string> readers, string name)
    {
        if (readers.Contains(name))
            return name;
        var meant = readers.Where(reader => IsMeant(reader, name)).ToList();
        return meant switch
        {
            [var only] => only,
            [] => throw new TransportException(ReaderFault.NotFound, TransportText.PcscNotThere(NameOf(name))),
            _ => throw new TransportException(ReaderFault.SettingsRefused, TransportText.PcscSeveral(NameOf(name), string.Join("; ", meant))),
        };
    }

    internal static string NameOf(string name) => new ReaderAddress.Pcsc(name).ToString();

    internal static bool IsNotInstalled(Exception e) => e is DllNotFoundException or EntryPointNotFoundException;
}
