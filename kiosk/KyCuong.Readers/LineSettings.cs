using System.Globalization;

namespace KyCuong.Readers;

/// <summary>Parity bit of a serial line.</summary>
public enum LineParity
{
    /// <summary>No parity bit (N).</summary>
    None,

    /// <summary>Even parity (E).</summary>
    Even,

    /// <summary>Odd parity (O).</summary>
    Odd,
}

/// <summary>Settings of a serial line, without flow control, which no supported reader has.</summary>
/// <param name="Baud">Bits per second, <see cref="MinBaud"/> to <see cref="MaxBaud"/>.</param>
/// <param name="DataBits">7 or 8.</param>
/// <param name="Parity">Parity bit.</param>
/// <param name="StopBits">1 or 2.</param>
public readonly record struct LineSettings(int Baud, int DataBits = 8, LineParity Parity = LineParity.None, int StopBits = 1)
{
    /// <summary>Slowest line taken, bits per second.</summary>
    public const int MinBaud = 300;

    /// <summary>Fastest line taken, bits per second.</summary>
    public const int MaxBaud = 4_000_000;

    /// <summary>Reads the usual spelling, e.g. <c>9600 8N1</c> or <c>9600</c>.</summary>
    /// <returns>False when it is none, or its speed is outside <see cref="MinBaud"/> to <see cref="MaxBaud"/>.</returns>
    public static bool TryParse(string text, out LineSettings line)
    {
        ArgumentNullException.ThrowIfNull(text);
        line = default;
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is < 1 or > 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var baud))
            return false;
        if (baud is < MinBaud or > MaxBaud)
            return false;
        var frame = parts.Length == 2 ? parts[1].ToUpperInvariant() : "8N1";
        if (frame.Length != 3 || frame[0] is not ('7' or '8') || frame[1] is not ('N' or 'E' or 'O') || frame[2] is not ('1' or '2'))
            return false;
        var parity = frame[1] switch { 'E' => LineParity.Even, 'O' => LineParity.Odd, _ => LineParity.None };
        line = new LineSettings(baud, frame[0] - '0', parity, frame[2] - '0');
        return true;
    }

    /// <summary>The usual spelling, e.g. <c>9600 8N1</c>; <see cref="TryParse"/> reads it back.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Baud} {DataBits}{(Parity switch { LineParity.Even => 'E', LineParity.Odd => 'O', _ => 'N' })}{StopBits}");
}
