using System.Globalization;
using System.Text;

namespace KyCuong.Fuzz.References;

/// <summary>
/// A second decoder of the canonical encoding of a journal entry, written from the layout in <c>CanonicalEntry</c>'s description and the
/// limits and enumerations of <c>journal.proto</c>. Says an entry as text, one field after another; null: it is none.
/// </summary>
internal sealed class CanonicalText
{
    private readonly byte[] _bytes;
    private readonly StringBuilder _text = new();
    private int _at;

    private CanonicalText(byte[] bytes) => _bytes = bytes;

    /// <summary>The fields of an encoding.</summary>
    public static string? Read(byte[] bytes)
    {
        try
        {
            return new CanonicalText(bytes).Entry();
        }
        catch (NotOneException)
        {
            return null;
        }
    }

    private string Entry()
    {
        Must(_bytes.Length is >= 130 and <= 1024);
        Must(Hex(4) == "4B434501");
        var kind = (int)Whole(1);
        Say("kind", kind);
        Say("kiosk", Whole(8));
        Say("epoch", Hex(16));
        var sequence = Whole(8);
        Must(sequence > 0);
        Say("sequence", sequence);
        Say("previous", Hex(32));
        Say("wall", Signed());
        Say("boot", NotNegative());
        Say("bootid", Hex(16));
        var synced = Whole(1);
        Must(synced <= 1);
        var (offset, uncertainty, age) = (Signed(), Signed(), Signed());
        Must(synced == 1 ? uncertainty >= 0 && age >= 0 : (offset, uncertainty, age) == (0, 0, 0));
        if (synced == 1) Say("estimate", $"{offset} {uncertainty} {age}");
        Must(Whole(4) == (ulong)(_bytes.Length - 130));
        Body(kind);
        Must(_at == _bytes.Length);
        return _text.ToString();
    }

    private void Body(int kind)
    {
        switch (kind)
        {
            case 3:
                Reader();
                Say("technology", OneOf(1, 2, 3, 4));
                Say("length", Int());
                Direction(mayBeReader: true);
                var badges = Whole(1);
                Must(badges is >= 1 and <= 8);
                for (var i = 0ul; i < badges; i++) Say("badge", $"{OneOf(1, 2, 3, 4, 5, 10, 11, 20, 21, 30)} {Whole(4)} {Hex(16)}");
                break;
            case 4:
                Reader();
                Say("reason", OneOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
                Say("technology", OneOf(0, 1, 2, 3, 4));
                Say("length", Int());
                var count = Int();
                Must(count >= 1);
                Say("count", count);
                break;
            case 5:
                Reader();
                Say("fault", OneOf(1, 2, 3, 4, 5, 6, 7, 8));
                Say("detail", Text(200));
                break;
            case 6:
                Reader();
                Say("down", NotNegative());
                break;
            case 7:
                Say("offset", Signed());
                Say("round", NotNegative());
                Say("uncertainty", NotNegative());
                break;
            case 8:
                var version = Text(64);
                Must(version.All(char.IsAscii));
                Say("version", version);
                Say("stop", OneOf(1, 2, 3));
                break;
            case 9:
                Say("version", Whole(8));
                Say("sha", Hex(32));
                break;
            case 10:
                Say("reason", OneOf(1, 2));
                break;
            case 11:
                var code = Text(32);
                Must(code.Length > 0 && char.IsAsciiLetterOrDigit(code[0]) && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '/' or '-'));
                Say("code", code);
                Say("check", OneOf(1, 2));
                Direction(mayBeReader: false);
                break;
            default:
                throw new NotOneException();
        }
    }

    private void Reader()
    {
        var id = Text(32);
        Must(id.Length > 0 && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'));
        Say("reader", id);
    }

    private void Direction(bool mayBeReader)
    {
        var direction = OneOf(0, 1, 2);
        var source = OneOf(0, 1, 2);
        Must((direction == 0) == (source == 0) && (mayBeReader || source != 1));
        Say("direction", $"{direction} {source}");
    }

    private ulong Whole(int bytes)
    {
        var number = 0ul;
        foreach (var b in Take(bytes)) number = (number << 8) | b;
        return number;
    }

    private long Signed() => unchecked((long)Whole(8));

    private long NotNegative()
    {
        var number = Signed();
        Must(number >= 0);
        return number;
    }

    private long Int()
    {
        var number = Whole(4);
        Must(number <= int.MaxValue);
        return (long)number;
    }

    private ulong OneOf(params ulong[] known)
    {
        var number = Whole(1);
        Must(known.Contains(number));
        return number;
    }

    private string Text(int most)
    {
        var bytes = Take((int)Whole(2)).ToArray();
        var text = Encoding.UTF8.GetString(bytes);
        Must(bytes.Length <= most && Encoding.UTF8.GetBytes(text).SequenceEqual(bytes));
        return text;
    }

    private string Hex(int bytes) => Convert.ToHexString(Take(bytes));

    private ReadOnlySpan<byte> Take(int count)
    {
        Must(_bytes.Length - _at >= count);
        _at += count;
        return _bytes.AsSpan(_at - count, count);
    }

    private void Say<T>(string name, T value) => _text.Append(CultureInfo.InvariantCulture, $"{name}={value};");

    private static void Must(bool holds)
    {
        if (!holds) throw new NotOneException();
    }

    private sealed class NotOneException : Exception;
}
