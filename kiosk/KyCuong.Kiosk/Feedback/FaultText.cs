using KyCuong.Kiosk.Resources;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Feedback;

/// <summary>What is wrong with a reader, in a few Vietnamese words. Pure.</summary>
public static class FaultText
{
    /// <summary>The words; "unknown" for what a newer contract may add.</summary>
    public static string Of(FaultCode? fault) => fault switch
    {
        FaultCode.NotFound => StatusText.FaultNotFound,
        FaultCode.AccessDenied => StatusText.FaultAccessDenied,
        FaultCode.Busy => StatusText.FaultBusy,
        FaultCode.Unplugged => StatusText.FaultUnplugged,
        FaultCode.NoAnswer => StatusText.FaultNoAnswer,
        FaultCode.SettingsRefused => StatusText.FaultSettingsRefused,
        FaultCode.Io => StatusText.FaultIo,
        FaultCode.Garbled => StatusText.FaultGarbled,
        _ => StatusText.FaultUnknown,
    };
}
