using System.Text.Json;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Features.Decisions;

/// <summary><c>… list</c>: all that was decided of one kind, withdrawn or not.</summary>
internal static class DecisionList
{
    /// <summary>Prints the rows: a table, or with <c>--format json</c> an array. What all kinds have, the document first, ends each object.</summary>
    /// <param name="context">Where to, and in which form.</param>
    /// <param name="kind">As in <c>KIND.none</c>, said when there is no row, and the name of the number.</param>
    /// <param name="rows">In order.</param>
    /// <param name="number">The row's number.</param>
    /// <param name="json">Writes what is the kind's own.</param>
    /// <param name="table">An empty table.</param>
    /// <param name="cells">The row's cells, the number first.</param>
    public static int Write<T>(CommandContext context, string kind, IReadOnlyList<T> rows, Func<T, long> number, Action<Utf8JsonWriter, T> json, PeopleTable table, Func<T, string[]> cells)
        where T : IWithdrawable
    {
        if (context.Json)
        {
            context.Console.Out.WriteLine(JsonText.Of(writer =>
            {
                writer.WriteStartArray();
                foreach (var row in rows)
                {
                    writer.WriteStartObject();
                    writer.WriteNumber(kind, number(row));
                    json(writer, row);
                    writer.WriteString("document", row.Document);
                    writer.WriteString("by", row.DecidedBy);
                    writer.WriteString("withdrawnBy", row.WithdrawnDocument);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            }));
            return 0;
        }

        if (rows.Count == 0)
        {
            context.Console.Out.WriteLine(DecisionText.Get($"{kind}.none"));
            return 0;
        }

        foreach (var row in rows) table.Add(cells(row));
        table.Write(context.Console);
        return 0;
    }
}
