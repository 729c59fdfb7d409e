using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Spreadsheet;

namespace KyCuong.Server.Features.Summaries;

/// <summary>How a cell looks; the value is its index in the workbook's cell formats.</summary>
internal enum CellLook : uint
{
    /// <summary>As it comes.</summary>
    Plain,

    /// <summary>Name of a body, bold.</summary>
    Body,

    /// <summary>Title of the sheet.</summary>
    Title,

    /// <summary>Line under the title.</summary>
    Subtitle,

    /// <summary>Note under it, italic.</summary>
    Note,

    /// <summary>Header of a column.</summary>
    Header,

    /// <summary>Text in the table.</summary>
    Text,

    /// <summary>Centred text in the table.</summary>
    Centred,

    /// <summary>Whole number.</summary>
    Whole,

    /// <summary>One decimal.</summary>
    Tenths,

    /// <summary>Percentage.</summary>
    Share,

    /// <summary>Text of the sum row.</summary>
    SumText,

    /// <summary>Whole number of the sum row.</summary>
    SumWhole,

    /// <summary>One decimal of the sum row.</summary>
    SumTenths,

    /// <summary>Percentage of the sum row.</summary>
    SumShare,

    /// <summary>Centred bold, for who signs.</summary>
    Signer,

    /// <summary>Centred italic, under who signs.</summary>
    SignerNote,

    /// <summary>Text that runs over several lines, without a frame.</summary>
    Wrapped,

    /// <summary>Heading over a part of the sheet.</summary>
    Heading,
}

/// <summary>The workbook's styles: Times New Roman, as on any paper of an agency.</summary>
internal static class SheetStyles
{
    private const string FontName = "Times New Roman";
    private const uint OneDecimal = 164;
    private const uint Percent = 165;
    private const uint WholeNumber = 166;

    private enum Face : uint { Normal, Bold, Title, Italic, ItalicSmall }

    /// <summary>The style sheet.</summary>
    public static Stylesheet Create() => new(
        new NumberingFormats(
            // Nothing to report is a dash: a page of zeros hides the few numbers that matter.
            new NumberingFormat { NumberFormatId = OneDecimal, FormatCode = "#,##0.0;-#,##0.0;\"–\"" },
            new NumberingFormat { NumberFormatId = Percent, FormatCode = "0.0%" },
            new NumberingFormat { NumberFormatId = WholeNumber, FormatCode = "#,##0;-#,##0;\"–\"" }),
        new Fonts(Font(11), Font(11, bold: true), Font(15, bold: true), Font(11, italic: true), Font(10, italic: true)),
        new Fills(
            new Fill(new PatternFill { PatternType = PatternValues.None }),
            new Fill(new PatternFill { PatternType = PatternValues.Gray125 }),
            Solid("FFDCE6F1"),
            Solid("FFF2F2F2")),
        new Borders(new Border(new LeftBorder(), new RightBorder(), new TopBorder(), new BottomBorder(), new DiagonalBorder()), Hairline()),
        new CellStyleFormats(new CellFormat()),
        new CellFormats(
            Format(CellLook.Plain, Face.Normal),
            Format(CellLook.Body, Face.Bold, horizontal: HorizontalAlignmentValues.Center, wrap: true),
            Format(CellLook.Title, Face.Title, horizontal: HorizontalAlignmentValues.Center, wrap: true),
            Format(CellLook.Subtitle, Face.Normal, horizontal: HorizontalAlignmentValues.Center, wrap: true),
            Format(CellLook.Note, Face.ItalicSmall, horizontal: HorizontalAlignmentValues.Center, wrap: true),
            Format(CellLook.Header, Face.Bold, fill: 2, framed: true, horizontal: HorizontalAlignmentValues.Center, wrap: true),
            Format(CellLook.Text, Face.Normal, framed: true, wrap: true),
            Format(CellLook.Centred, Face.Normal, framed: true, horizontal: HorizontalAlignmentValues.Center),
            Format(CellLook.Whole, Face.Normal, framed: true, number: WholeNumber),
            Format(CellLook.Tenths, Face.Normal, framed: true, number: OneDecimal),
            Format(CellLook.Share, Face.Normal, framed: true, number: Percent),
            Format(CellLook.SumText, Face.Bold, fill: 3, framed: true, horizontal: HorizontalAlignmentValues.Center),
            Format(CellLook.SumWhole, Face.Bold, fill: 3, framed: true, number: WholeNumber),
            Format(CellLook.SumTenths, Face.Bold, fill: 3, framed: true, number: OneDecimal),
            Format(CellLook.SumShare, Face.Bold, fill: 3, framed: true, number: Percent),
            Format(CellLook.Signer, Face.Bold, horizontal: HorizontalAlignmentValues.Center),
            Format(CellLook.SignerNote, Face.Italic, horizontal: HorizontalAlignmentValues.Center),
            Format(CellLook.Wrapped, Face.Normal, wrap: true),
            Format(CellLook.Heading, Face.Bold, horizontal: HorizontalAlignmentValues.Left)),
        new CellStyles(new CellStyle { Name = "Normal", FormatId = 0, BuiltinId = 0 }));

    /// <summary>The look of a figure, in the table or in its sum row.</summary>
    public static CellLook Of(FigureKind kind, bool sum) => kind switch
    {
        FigureKind.Whole => sum ? CellLook.SumWhole : CellLook.Whole,
        FigureKind.Tenths => sum ? CellLook.SumTenths : CellLook.Tenths,
        FigureKind.Share => sum ? CellLook.SumShare : CellLook.Share,
        _ => throw new InvalidOperationException($"No such kind of figure: {kind}."),
    };

    private static Font Font(double size, bool bold = false, bool italic = false)
    {
        var font = new Font();
        if (bold) font.Append(new Bold());
        if (italic) font.Append(new Italic());
        font.Append(new FontSize { Val = size }, new FontName { Val = FontName }, new FontFamilyNumbering { Val = 1 });
        return font;
    }

    private static Fill Solid(string colour) => new(new PatternFill(new ForegroundColor { Rgb = colour }) { PatternType = PatternValues.Solid });

    private static Border Hairline()
    {
        return new Border(Side<LeftBorder>(), Side<RightBorder>(), Side<TopBorder>(), Side<BottomBorder>(), new DiagonalBorder());

        static T Side<T>() where T : BorderPropertiesType, new()
        {
            var side = new T { Style = BorderStyleValues.Thin };
            side.Append(new Color { Rgb = "FF7F7F7F" });
            return side;
        }
    }

    /// <summary>The look is named so that the order of the formats and of the enumeration can be read side by side.</summary>
    private static CellFormat Format(CellLook look, Face face, uint fill = 0, bool framed = false, uint number = 0, HorizontalAlignmentValues? horizontal = null, bool wrap = false)
    {
        _ = look;
        var alignment = new Alignment { Vertical = VerticalAlignmentValues.Center, WrapText = wrap };
        // Text keeps away from the frame; small numbers stand in the middle, as forms have them.
        if (horizontal is { } where) alignment.Horizontal = where;
        else if (number > 0) alignment.Horizontal = HorizontalAlignmentValues.Center;
        else if (framed) (alignment.Horizontal, alignment.Indent) = (HorizontalAlignmentValues.Left, 1);
        return new CellFormat(alignment)
        {
            FontId = (uint)face,
            FillId = fill,
            BorderId = framed ? 1u : 0u,
            NumberFormatId = number,
            FormatId = 0,
            ApplyFont = true,
            ApplyFill = fill > 0,
            ApplyBorder = framed,
            ApplyNumberFormat = number > 0,
            ApplyAlignment = true,
        };
    }
}
