using System.Text.Json;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Ingest;
using KyCuong.Server.Resources;

namespace KyCuong.Server.Judging;

/// <summary>Refused reads and reader faults in the words of an office: the one place for all of them.</summary>
internal static class TroublePhrases
{
    /// <summary>sai mã kiểm tra.</summary>
    public static string Of(RefusalReason reason) => Text.Get($"refusal.{Word(reason)}");

    /// <summary>mất kết nối.</summary>
    public static string Of(FaultCode fault) => Text.Get($"fault.{Word(fault)}");

    /// <summary>lượt đọc không được nhận, sai mã kiểm tra, 2 lần.</summary>
    public static string Of(ReaderTrouble trouble) => trouble.What switch
    {
        RefusedReadEntry refused => Text.Get("trouble.refused", Of(refused.Reason), refused.Count),
        ReaderFaultEntry fault => Text.Get("trouble.fault", Of(fault.Fault)),
        ReaderRecoveryEntry recovery => Text.Get("trouble.recovery", recovery.DownForUs / 1_000_000),
        _ => throw new InvalidOperationException($"No trouble at a reader: {trouble.What.Kind}."),
    };

    /// <summary>The word of the JSON formats: the contract's name in camel case.</summary>
    public static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
