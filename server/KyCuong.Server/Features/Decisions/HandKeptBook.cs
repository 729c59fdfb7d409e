using KyCuong.Server.Cli;
using KyCuong.Server.Judging;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Decisions;

/// <summary>
/// Days kept by hand: who does not tap by which document, what the timekeeper records of each date, and the head's
/// confirmation, which is another person's (design section 6).
/// </summary>
internal static class HandKeptBook
{
    /// <summary>Dates recorded or confirmed at once.</summary>
    public const int MostDays = 92;

    /// <summary>A person does not tap from a date on.</summary>
    public static async Task<int> SetAsync(CommandContext context, string staff, string from, string? to, string document, string by, CancellationToken cancel)
    {
        var paper = Deciding.Document(document);
        var (first, last) = to is null ? (CommandOptions.Date("--from", from), (DateOnly?)null) : Deciding.Dates("--from", from, to);
        await using var deciding = await Deciding.BeginAsync(context, cancel);
        var person = deciding.Agency.Person(staff);
        var until = last ?? DateOnly.MaxValue;
        var other = await deciding.Db.HandKept.Where(row => row.StaffId == person.Row.StaffId && row.WithdrawnUs == null && row.FromDate <= until && (row.ToDate == null || row.ToDate >= first))
            .FirstOrDefaultAsync(cancel);
        if (other is not null) throw new CommandException(DecisionText.Get("handkept.overlap", staff, other.HandKeptId, Deciding.Shown(other.FromDate)));
        var row = new HandKeptRow
        {
            AgencyId = deciding.Agency.Row.AgencyId,
            StaffId = person.Row.StaffId,
            FromDate = first,
            ToDate = last,
            Document = paper,
            DecidedBy = deciding.By(by),
            EnteredUs = deciding.NowUs,
        };
        deciding.Db.HandKept.Add(row);
        await deciding.CommitAsync(cancel);
        context.Console.Out.WriteLine(DecisionText.Get("handkept.set", row.HandKeptId, person.Row.FullName, staff, Deciding.Shown(first), last is { } end ? Deciding.Shown(end) : "…", paper));
        return 0;
    }

    /// <summary>What the timekeeper says of some dates, each of which has to be kept by hand.</summary>
    public static async Task<int> RecordAsync(CommandContext context, string staff, string date, string? to, bool present, int? session, string by, CancellationToken cancel)
    {
        var (first, last) = Range(date, to);
        var index = Deciding.Session(session);
        await using var deciding = await Deciding.BeginAsync(context, cancel);
        var person = deciding.Agency.Person(staff);
        var recorder = deciding.By(by);
        for (var day = first; day <= last; day = day.AddDays(1))
        {
            if (person.Record.HandKeptOn(day) is null) throw new CommandException(DecisionText.Get("handkept.tapping", staff, Deciding.Shown(day)));
            deciding.Db.HandKeptMarks.Add(new HandKeptMarkRow
            {
                AgencyId = deciding.Agency.Row.AgencyId,
                StaffId = person.Row.StaffId,
                Date = day,
                Session = index,
                Present = present,
                RecordedBy = recorder,
                EnteredUs = deciding.NowUs,
            });
        }

        await deciding.CommitAsync(cancel);
        context.Console.Out.WriteLine(DecisionText.Get("handkept.recorded", last.DayNumber - first.DayNumber + 1, person.Row.FullName, staff));
        return 0;
    }

    /// <summary>The head confirms what is recorded and not superseded; the head of the unit of that day or of one above it.</summary>
    public static async Task<int> ConfirmAsync(CommandContext context, string staff, string date, string? to, string by, CancellationToken cancel)
    {
        var (first, last) = Range(date, to);
        await using var deciding = await Deciding.BeginAsync(context, cancel);
        var agency = deciding.Agency;
        var person = agency.Person(staff);
        var head = deciding.By(by);
        var marks = await deciding.Db.HandKeptMarks.Where(row => row.StaffId == person.Row.StaffId && row.ConfirmedUs == null && row.Date >= first && row.Date <= last).OrderBy(row => row.MarkId).ToListAsync(cancel);
        if (marks.Count == 0) throw new CommandException(DecisionText.Get("handkept.nothingToConfirm", staff));
        foreach (var mark in marks)
        {
            if (mark.RecordedBy == head) throw new CommandException(DecisionText.Get("handkept.samePerson", head, Deciding.Shown(mark.Date)));
            if (!Heads(agency, person, mark.Date).Contains(head)) throw new CommandException(DecisionText.Get("handkept.notHead", head, staff, Deciding.Shown(mark.Date), string.Join(", ", Heads(agency, person, mark.Date))));
            (mark.ConfirmedBy, mark.ConfirmedUs) = (head, deciding.NowUs);
        }

        await deciding.CommitAsync(cancel);
        context.Console.Out.WriteLine(DecisionText.Get("handkept.confirmed", marks.Count, person.Row.FullName, staff));
        return 0;
    }

    private static (DateOnly First, DateOnly Last) Range(string date, string? to)
    {
        var (first, last) = Deciding.Dates("--date", date, to);
        return last.DayNumber - first.DayNumber < MostDays ? (first, last) : throw CommandOptions.Wrong("--to", to!, DecisionText.Get("handkept.long", MostDays));
    }

    private static List<string> Heads(AgencyData agency, PersonData person, DateOnly date) => person.Record.On(date) is { } posting
        ? [.. agency.Heads.Chain(posting.Unit, date)]
        : [];
}
