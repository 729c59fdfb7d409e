namespace KyCuong.Server.Features.Summaries;

/// <summary>The people of a summary, one row each; columns bear the names of the JSON.</summary>
internal static class SummaryCsv
{
    /// <summary>The file.</summary>
    public static byte[] Write(SummaryResult summary)
    {
        var csv = new CsvWriter();
        csv.Text("staff").Text("name").Text("unit").Text("position");
        foreach (var figure in Figure.All) csv.Text(figure.Name);
        csv.EndRow();
        foreach (var line in summary.People)
        {
            csv.Text(line.Person.Row.Code).Text(line.Person.Row.FullName).Text(line.Unit.Code).Text(line.Posting.Position);
            foreach (var figure in Figure.All) csv.Number(figure.Of(line.Period.Total));
            csv.EndRow();
        }

        return csv.ToBytes();
    }
}
