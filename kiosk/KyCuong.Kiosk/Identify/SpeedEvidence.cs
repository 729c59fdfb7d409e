using System.Numerics;

namespace KyCuong.Kiosk.Identify;

/// <summary>What bytes that nobody understood say of the line's settings.</summary>
public enum LineDoubt
{
    /// <summary>Nothing: they look like text, or are too few.</summary>
    None,

    /// <summary>Mostly bytes that no reader's text has: another speed, or an inverted or loose wire.</summary>
    Speed,

    /// <summary>Seven data bits and even parity, read as eight.</summary>
    EvenParity,

    /// <summary>Seven data bits and odd parity, read as eight.</summary>
    OddParity,
}

/// <summary>Counts bytes by what they may be, to tell a wrong speed. Keeps no byte. One thread.</summary>
public sealed class SpeedEvidence
{
    /// <summary>Fewer bytes say nothing.</summary>
    public const int FewestBytes = 8;

    /// <summary>Fewer bytes say nothing of the parity.</summary>
    public const int FewestForParity = 12;

    private long _all;
    private long _text;
    private long _high;
    private long _even;
    private long _textWithoutParity;

    /// <summary>Bytes seen.</summary>
    public long Count => _all;

    /// <summary>More bytes of the line.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            _all++;
            if (IsText(b)) _text++;
            if (IsText((byte)(b & 0x7F))) _textWithoutParity++;
            if (b >= 0x80) _high++;
            if (BitOperations.PopCount(b) % 2 == 0) _even++;
        }
    }

    /// <summary>What they say, if no driver recognised anything among them.</summary>
    public LineDoubt Judge()
    {
        if (_all >= FewestForParity && _high > 0 && _textWithoutParity == _all)
        {
            if (_even == _all) return LineDoubt.EvenParity;
            if (_even == 0) return LineDoubt.OddParity;
        }

        return _all >= FewestBytes && _text * 4 < _all * 3 ? LineDoubt.Speed : LineDoubt.None;
    }

    private static bool IsText(byte b) => b is (>= 0x20 and <= 0x7E) or 0x02 or 0x03 or 0x09 or 0x0A or 0x0D;
}
