using System.Globalization;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Queues;

/// <summary>The queues as a table: one line a queue.</summary>
internal static class QueueTable
{
    /// <summary>Writes it.</summary>
    public static void Write(ICommandConsole console, QueueAnswer answer)
    {
        var dates = answer.From == answer.To ? Date(answer.From) : QueueText.Get("title.dates", Date(answer.From), Date(answer.To));
        console.Out.WriteLine(QueueText.Get("title", answer.Agency.Row.Name, dates));
        if (answer.Queues.Count == 0)
        {
            console.Out.WriteLine(QueueText.Get("none"));
            return;
        }

        var table = new PeopleTable(
            [QueueText.Get("date"), QueueText.Get("gate"), QueueText.Get("reader"), QueueText.Get("from"), QueueText.Get("to"), QueueText.Get("people"), QueueText.Get("late")], 5);
        foreach (var queue in answer.Queues)
        {
            var start = queue.Queue.Start.In(answer.Agency.Zone);
            table.Add(
                Date(DateOnly.FromDateTime(start.DateTime)),
                answer.Agency.KiosksById[queue.Queue.Kiosk].Name,
                queue.Queue.Reader,
                Clock(start),
                Clock(queue.Queue.End.In(answer.Agency.Zone)),
                People(queue.Queue),
                string.Join("; ", queue.Late.Select(Late)));
        }

        table.Write(console);
        console.Out.WriteLine(QueueText.Get("note", QueueBook.GapSeconds));
    }

    private static string People(TapQueue queue) => queue.UnknownBadges is > 0 and var unknown
        ? QueueText.Get("people.unknown", queue.Places.Count, unknown)
        : queue.Places.Count.ToString(TextSource.Vietnamese);

    private static string Late(QueuedPerson late)
    {
        var words = QueueText.Get("late.person", late.Person.Row.Code, late.Person.Row.FullName, late.Arrival.Late.Minutes, late.Arrival.Before);
        return late.Standing switch
        {
            FindingStanding.Stands => words,
            FindingStanding.Excused => QueueText.Get("late.excused", words, late.Document),
            FindingStanding.InIncident => QueueText.Get("late.inIncident", words),
            _ => throw new InvalidOperationException($"No such standing: {late.Standing}."),
        };
    }

    private static string Date(DateOnly date) => date.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);

    private static string Clock(DateTimeOffset moment) => moment.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
