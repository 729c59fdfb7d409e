namespace KyCuong.Server.Features.Imports;

/// <summary>
/// One row of a file: the line on which it starts, from 1, and its cells, NFC and trimmed, null where empty. A row the
/// file's grammar does not allow has a fault (a sentence) instead of cells.
/// </summary>
internal readonly record struct TableRow(int Line, string?[] Cells, string? Fault = null);
