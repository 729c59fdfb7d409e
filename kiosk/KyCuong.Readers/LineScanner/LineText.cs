using System.Text;
using System.Text.Unicode;

namespace KyCuong.Readers.LineScanner;

/// <summary>What a scanned line says: which credential it is, or why it is none. Knows nothing of terminators.</summary>
internal static class LineText
{
    /// <summary>Length of an AIM identifier.</summary>
    private const int AimLength = 3;

    /// <summary>Digits of a citizen's number, the first field of the card's QR code.</summary>
    private const int NationalIdDigits = 12;

    /// <summary>Separators of the seven fields the oldest such card has; later cards have more.</summary>
    private const int NationalIdSeparators = 6;

    /// <summary>Judges a complete line, not empty, whose first byte came at <paramref name="at"/>.</summary>
    public static void Judge(ReadOnlySpan<byte> line, ReaderOptions options, long at, IReaderSink sink)
    {
        var hasPrefix = Ascii.Equals(line[..Math.Min(options.Prefix.Length, line.Length)], options.Prefix);
        var text = hasPrefix ? line[options.Prefix.Length..] : line;
        var symbology = HasAimId(text) ? (char)text[1] : default(char?);
        if (symbology is not null && options.Aim != AimId.None)
            text = text[AimLength..];

        // Before anything else, so that no setting can make such a text count as something that is kept.
        if (IsNationalId(text))
            sink.Refused(new RefusedRead(ReadError.NationalId, Technology.Optical, 0, at));
        else if (!hasPrefix)
            sink.Refused(new RefusedRead(Unwanted(line), Technology.Optical, line.Length, at));
        else if (options.Aim == AimId.QrOnly && symbology != 'Q')
            sink.Refused(new RefusedRead(ReadError.WrongSymbology, Technology.Optical, line.Length, at));
        else
            JudgeForm(text, options.Form, line.Length, at, sink);
    }

    private static void JudgeForm(ReadOnlySpan<byte> text, LineForm form, int rawLength, long at, IReaderSink sink)
    {
        RawRead? read = form switch
        {
            LineForm.BadgeCode => BadgeCodeShape.Fits(text)
                ? new RawRead(Technology.Optical, CredentialForm.BadgeCode, text.ToArray(), text.Length, at)
                : null,
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "not a form of text"),
        };
        if (read is not null)
            sink.Read(read);
        else
            sink.Refused(new RefusedRead(Unwanted(text), Technology.Optical, rawLength, at));
    }

    private static ReadError Unwanted(ReadOnlySpan<byte> text) => IsPlainText(text) ? ReadError.NotInGrammar : ReadError.BadFrame;

    private static bool HasAimId(ReadOnlySpan<byte> line) =>
        line.Length >= AimLength && line[0] == ']' && char.IsAsciiLetter((char)line[1]) && char.IsAsciiDigit((char)line[2]);

    /// <summary>True for a text that begins as the code of a citizen card does; later fields may be mangled.</summary>
    public static bool IsNationalId(ReadOnlySpan<byte> text) =>
        text.Length > NationalIdDigits
        && text[NationalIdDigits] == '|'
        && !text[..NationalIdDigits].ContainsAnyExceptInRange((byte)'0', (byte)'9')
        && text.Count((byte)'|') >= NationalIdSeparators;

    // Control characters and broken UTF-8 are what a wrong line speed makes of a text; a readable text is somebody's other code.
    private static bool IsPlainText(ReadOnlySpan<byte> text) =>
        !text.ContainsAnyInRange((byte)0x00, (byte)0x1F) && !text.Contains((byte)0x7F) && Utf8.IsValid(text);
}
