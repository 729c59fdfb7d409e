using System.Globalization;
using System.Runtime.InteropServices;
using KyCuong.Kiosk.Resources;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Transports.Com;

/// <summary>What Windows' error numbers (winerror.h) mean of a serial line. Pure but for the system's own words.</summary>
internal static class ComError
{
    public const int Pending = 997;
    public const int Aborted = 995;

    private const int InvalidFunction = 1;
    private const int FileNotFound = 2;
    private const int PathNotFound = 3;
    private const int AccessDenied = 5;
    private const int InvalidHandle = 6;
    private const int BadCommand = 22;
    private const int GeneralFailure = 31;
    private const int SharingViolation = 32;
    private const int DeviceDoesNotExist = 55;
    private const int InvalidParameter = 87;
    private const int NoSuchDevice = 433;
    private const int NotConnected = 1167;
    private const int NotFound = 1168;

    /// <summary>Opening failed. Windows says "access denied" of a line that another program has: serial lines themselves are open to every account.</summary>
    public static TransportException AtOpen(string name, int error) => error switch
    {
        FileNotFound or PathNotFound or DeviceDoesNotExist or NoSuchDevice or NotConnected or NotFound =>
            new TransportException(ReaderFault.NotFound, TransportText.ComNotThere(name)),
        AccessDenied or SharingViolation => new TransportException(ReaderFault.Busy, TransportText.ComHeld(name)),
        _ => new TransportException(ReaderFault.Io, TransportText.CannotOpen(name, Say(error))),
    };

    /// <summary>What was opened does not answer the first question to a serial line.</summary>
    public static TransportException AtFirstQuestion(string name, int error) => error is InvalidFunction or InvalidHandle or InvalidParameter
        ? new TransportException(ReaderFault.SettingsRefused, TransportText.ComNotSerial(name))
        : WhileOpen(name, error);

    /// <summary>The line does not take settings.</summary>
    public static TransportException AtSettings(string name, LineSettings line, int error) => error == InvalidParameter
        ? new TransportException(ReaderFault.SettingsRefused, TransportText.SettingRefused(name, line.ToString(), Say(error)))
        : WhileOpen(name, error);

    /// <summary>A call failed on an open line. Drivers put a pulled plug in many ways.</summary>
    public static TransportException WhileOpen(string name, int error) => error switch
    {
        AccessDenied or InvalidHandle or BadCommand or GeneralFailure or DeviceDoesNotExist or NoSuchDevice or Aborted or NotConnected or NotFound or FileNotFound =>
            new TransportException(ReaderFault.Unplugged, TransportText.Unplugged(name)),
        _ => new TransportException(ReaderFault.Io, TransportText.Failed(name, Say(error))),
    };

    private static string Say(int error) => string.Create(CultureInfo.InvariantCulture, $"{Marshal.GetPInvokeErrorMessage(error).Trim()} ({error})");
}
