namespace KyCuong.Kiosk;

/// <summary>Something the operator must put right. The message is one sentence: what, where, what to do.</summary>
public sealed class KioskException : Exception
{
    /// <summary>Exit code of a command that failed.</summary>
    public const int Failed = 1;

    /// <summary>Exit code of wrong usage or configuration.</summary>
    public const int WrongUsage = 2;

    /// <summary>A command that failed.</summary>
    public KioskException(string message, Exception? inner = null) : this(message, Failed, inner) { }

    private KioskException(string message, int exitCode, Exception? inner) : base(message, inner) => ExitCode = exitCode;

    /// <summary>What the process answers with.</summary>
    public int ExitCode { get; }

    /// <summary>Wrong usage or configuration.</summary>
    public static KioskException Usage(string message, Exception? inner = null) => new(message, WrongUsage, inner);
}
