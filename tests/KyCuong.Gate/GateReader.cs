using System.Text;
using KyCuong.Protos.Badges;

namespace KyCuong.Gate;

/// <summary>A reader of the gate under test: its line and what it says for a badge.</summary>
/// <param name="Id">In the kiosk's configuration.</param>
/// <param name="Protocol">What it speaks.</param>
/// <param name="Address">Where the kiosk finds it.</param>
internal sealed record GateReader(string Id, string Protocol, string Address)
{
    /// <summary>A reader of optical badge codes; others read EM4100 tags.</summary>
    public bool IsOptical => Protocol == LineScanner;

    public const string Rdm6300 = "rdm6300";
    public const string Id12La = "id-12la";
    public const string Em18 = "em-18";
    public const string LineScanner = "line-scanner";

    /// <summary>Silence after which a frame of an EM-18 is known to be whole: nothing else marks its end (hardware-notes/em-18.md).</summary>
    public static readonly TimeSpan Em18Silence = TimeSpan.FromMilliseconds(20);

    /// <summary>The frame on its line, as the module's datasheet has it (hardware-notes).</summary>
    public byte[] Frame(Badge badge)
    {
        if (IsOptical) return Encoding.ASCII.GetBytes(badge.Code + "\r");
        byte check = 0;
        foreach (var part in badge.Tag) check ^= part;
        var text = $"{Convert.ToHexString(badge.Tag)}{check:X2}";
        return Encoding.ASCII.GetBytes(Protocol switch
        {
            Rdm6300 => $"\u0002{text}\u0003",
            Id12La => $"\u0002{text}\r\n\u0003",
            Em18 => text,
            _ => throw new InvalidOperationException($"no frames of {Protocol} are known here"),
        });
    }
}

/// <summary>A badge in both forms; which one counts is for its reader to say.</summary>
internal sealed class Badge
{
    private const int Symbols = 15;

    /// <summary>The n-th badge; the low 24 bits of its tag are its own, so that no two look alike at any level.</summary>
    public Badge(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, 0xFFFFFF);
        Tag = [0x0F, 0x03, (byte)(number >> 16), (byte)((number >> 8) & 0xFF), (byte)(number & 0xFF)];
        Span<byte> symbols = stackalloc byte[Symbols];
        symbols.Clear();
        for (var (i, rest) = (0, number); rest > 0; i++, rest /= 32) symbols[i] = (byte)(rest % 32);
        Code = BadgeToken.Format(symbols);
    }

    public byte[] Tag { get; }

    public string Code { get; }
}

/// <summary>Somebody with a badge.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Reader">Where they tap.</param>
internal sealed record Person(int Number, GateReader Reader)
{
    public Badge Badge { get; } = new(Number);

    public string StaffCode => FormattableString.Invariant($"N{Number}");

    /// <summary>As the screen shows it.</summary>
    public string Name => FormattableString.Invariant($"Người {Number}");

    public string BadgeText => Reader.IsOptical ? Badge.Code : Convert.ToHexString(Badge.Tag);

    public string BadgeKind => Reader.IsOptical ? "kc1" : "em10h";

    public byte[] Frame => Reader.Frame(Badge);
}
