using KyCuong.Rules;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using KyCuong.Server.Resources;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Imports;

/// <summary>
/// Staff and where they belong: one row a posting, told apart by staff code and start. A later posting ends the one before
/// it the day before it starts, so a transfer is one more row. Importing the same again changes nothing.
/// </summary>
internal sealed class StaffImport(KyCuongDb db, long agencyId, string agencyCode, TableFile table, ProblemList problems)
{
    public static readonly string[] Required = ["staff_code", "full_name", "unit", "from"];
    public static readonly string[] Optional = ["position", "category", "to", "birth_date", "email", "phone", "card_number"];
    private static readonly string[] Categories = ["Official", "CivilServant", "PublicEmployee", "ContractWorker"];

    private sealed record Row(int Line, string Code, string Name, string Unit, string? Position, string? Category, DateOnly From, DateOnly? To, DateOnly? Birth, string? Email, string? Phone, string? Card);

    /// <summary>Checks all rows and, without problems, writes what is new. The caller commits.</summary>
    public async Task<ImportCounts> RunAsync(CancellationToken cancel)
    {
        var units = await db.Units.Where(unit => unit.AgencyId == agencyId).ToDictionaryAsync(unit => unit.Code, unit => unit.UnitId, cancel);
        var rows = table.Rows.Select(row => Read(new RowReader(table, row, problems), units)).OfType<Row>().ToList();
        var people = rows.GroupBy(row => row.Code).Select(group => group.OrderBy(row => row.From).ToList()).ToList();
        foreach (var person in people) CheckPerson(person);
        if (problems.Count > 0) return default;

        var staff = await db.Staff.Where(row => row.AgencyId == agencyId).ToDictionaryAsync(row => row.Code, cancel);
        // An old file does not bring an erased person back.
        foreach (var person in people)
            if (staff.GetValueOrDefault(person[0].Code) is { FullName: "" }) problems.Add(person[0].Line, "staff_code", person[0].Code, ImportText.Get("staff.erased"));
        if (problems.Count > 0) return default;
        foreach (var person in people)
            if (!staff.ContainsKey(person[0].Code))
                db.Staff.Add(staff[person[0].Code] = new StaffRow { AgencyId = agencyId, Code = person[0].Code, FullName = person[0].Name, NameSort = NameSortKey.Of(person[0].Name) });
        // Postings need identities.
        await db.SaveChangesAsync(cancel);
        var postings = (await db.Postings.Where(row => row.AgencyId == agencyId).OrderBy(row => row.PostingId).ToListAsync(cancel)).ToLookup(row => row.StaffId);
        var (added, changed) = (0, 0);
        foreach (var person in people) Write(person, staff[person[0].Code], postings, units, ref added, ref changed);
        await db.SaveChangesAsync(cancel);
        await CheckHoursAsync(people, cancel);
        return new ImportCounts(rows.Count, added, changed, rows.Count - added - changed);
    }

    /// <summary>
    /// A transfer may put somebody's own duty over the hours of the new unit: an error like any other overlap. Only those with a
    /// schedule of their own can have one that the units have not.
    /// </summary>
    private async Task CheckHoursAsync(List<List<Row>> people, CancellationToken cancel)
    {
        var agency = await AgencyData.LoadAsync(db, agencyCode, null, cancel);
        var own = agency.Rules.Schedules.Assignments.Select(assignment => assignment.Staff).OfType<long>().ToHashSet();
        foreach (var rows in people)
        {
            var person = agency.Person(rows[0].Code);
            if (!own.Contains(person.Row.StaffId)) continue;
            var clash = ShiftClashes.Of(
                agency.Rules.Schedules, agency.Rules.Units, agency.Rules.Calendar, person.Row.StaffId, date => person.Record.On(date)?.Unit,
                person.Postings.Select(posting => posting.UnitId), person.Postings.Select(posting => posting.FromDate)).FirstOrDefault(one => one.Overlap);
            if (clash is null) continue;
            var row = rows.LastOrDefault(one => one.From <= clash.Date) ?? rows[0];
            problems.Add(row.Line, "unit", row.Unit, ImportText.Get("staff.clash", row.Code, clash.Earlier.Schedule.Code, clash.Later.Schedule.Code, Grammar.Date(clash.Date)));
        }
    }

    private static Row? Read(RowReader row, Dictionary<string, long> units)
    {
        var code = row.Code("staff_code");
        var name = row.Text("full_name", required: true, 120);
        var unit = row.Raw("unit", required: true);
        if (unit is not null && !units.ContainsKey(unit)) row.Refuse<string>("unit", unit, ImportText.Get("staff.unit", Shown(units.Keys)));
        var position = row.Text("position", required: false, 120);
        var category = Category(row);
        var from = row.Date("from", required: true);
        var to = row.Date("to");
        if (to < from) row.Refuse<string>("to", Grammar.Date(to!.Value), ImportText.Get("range.reversed", Grammar.Date(from!.Value)));
        var birth = row.Date("birth_date");
        var email = row.Text("email", required: false, 120);
        if (email is not null && (email.Count(c => c == '@') != 1 || email.Contains(' '))) row.Refuse<string>("email", email, ImportText.Get("staff.email"));
        var phone = row.Text("phone", required: false, 40);
        if (phone is not null && !phone.All(c => char.IsAsciiDigit(c) || c is '+' or ' ' or '.' or '-' or '(' or ')')) row.Refuse<string>("phone", phone, ImportText.Get("staff.phone"));
        var card = row.Text("card_number", required: false, 60);
        return code is null || name is null || unit is null || from is null || to < from
            ? null
            : new Row(row.Line, code, name, unit, position, category, from.Value, to, birth, email, phone, card);
    }

    /// <summary>A category by its code name, its Vietnamese name or the usual abbreviation; stored by code name.</summary>
    private static string? Category(RowReader row)
    {
        if (row.Raw("category") is not { } text) return null;
        foreach (var name in Categories)
            if (Is(name) || Is(Resources.Text.Get($"category.{name}")) || ImportText.Get($"category.{name}.short").Split(' ').Any(Is)) return name;
        return row.Refuse<string>("category", text, ImportText.Get("staff.category", string.Join(", ", Categories.Select(name => $"{name} ({Resources.Text.Get($"category.{name}")})"))));

        bool Is(string name) => TextSource.Vietnamese.CompareInfo.Compare(text, name, System.Globalization.CompareOptions.IgnoreCase) == 0;
    }

    /// <summary>Rows of one person, by start, agree about the person and do not overlap.</summary>
    private void CheckPerson(List<Row> rows)
    {
        for (var i = 1; i < rows.Count; i++)
        {
            var (before, row) = (rows[i - 1], rows[i]);
            if (before.From == row.From) problems.Add(row.Line, "from", Grammar.Date(row.From), ImportText.Get("staff.sameStart", before.Line));
            else if (before.To >= row.From) problems.Add(row.Line, "from", Grammar.Date(row.From), ImportText.Get("staff.overlap", before.Line, Grammar.Date(before.To.Value)));
            Same("full_name", row.Name, before.Name);
            Same("birth_date", Shown(row.Birth), Shown(before.Birth));
            Same("email", row.Email, before.Email);
            Same("phone", row.Phone, before.Phone);
            Same("card_number", row.Card, before.Card);

            void Same(string column, string? mine, string? other)
            {
                if (mine is not null && other is not null && mine != other) problems.Add(row.Line, column, mine, ImportText.Get("staff.differs", row.Code, before.Line, other));
            }
        }
    }

    private void Write(List<Row> rows, StaffRow person, ILookup<long, PostingRow> stored, Dictionary<string, long> units, ref int added, ref int changed)
    {
        person.FullName = rows[0].Name;
        if (db.Entry(person).Property(row => row.FullName).IsModified) person.NameSort = NameSortKey.Of(person.FullName);
        if (table.Has("birth_date")) person.BirthDate = rows.Select(row => row.Birth).LastOrDefault(value => value is not null);
        if (table.Has("email")) person.Email = rows.Select(row => row.Email).LastOrDefault(value => value is not null);
        if (table.Has("phone")) person.Phone = rows.Select(row => row.Phone).LastOrDefault(value => value is not null);
        if (table.Has("card_number")) person.CardNumber = rows.Select(row => row.Card).LastOrDefault(value => value is not null);

        var declared = rows.ToDictionary(row => row.From);
        var postings = stored[person.StaffId].ToDictionary(posting => posting.FromDate);
        var fresh = new HashSet<PostingRow>();
        foreach (var row in rows)
        {
            if (!postings.TryGetValue(row.From, out var posting))
            {
                posting = new PostingRow { AgencyId = agencyId, StaffId = person.StaffId, FromDate = row.From };
                db.Postings.Add(postings[row.From] = posting);
                fresh.Add(posting);
            }

            posting.UnitId = units[row.Unit];
            if (table.Has("position") || fresh.Contains(posting)) posting.Position = row.Position;
            if (table.Has("category") || fresh.Contains(posting)) posting.Category = row.Category;
            posting.ToDate = row.To;
        }

        var inOrder = postings.Values.OrderBy(posting => posting.FromDate).ToList();
        for (var i = 0; i + 1 < inOrder.Count; i++)
        {
            var last = inOrder[i + 1].FromDate.AddDays(-1);
            if (inOrder[i].ToDate is null || inOrder[i].ToDate > last) inOrder[i].ToDate = last;
        }

        // Entry looks at one row; asking the tracker to look at all, once a person, would take hours for a province.
        added += fresh.Count;
        var touched = declared.Keys.Count(from => !fresh.Contains(postings[from]) && db.Entry(postings[from]).State == EntityState.Modified);
        // A change of the person alone, or of a posting that the file does not name, is counted once, on the first row.
        var elsewhere = db.Entry(person).State == EntityState.Modified || inOrder.Any(posting => !declared.ContainsKey(posting.FromDate) && db.Entry(posting).State == EntityState.Modified);
        changed += touched == 0 && elsewhere && fresh.Count < rows.Count ? 1 : touched;
    }

    private static string? Shown(DateOnly? date) => date is { } day ? Grammar.Date(day) : null;

    private static string Shown(IEnumerable<string> codes)
    {
        var some = codes.Order(StringComparer.Ordinal).Take(21).ToList();
        return some.Count == 0 ? "–" : string.Join(", ", some.Take(20)) + (some.Count > 20 ? ", …" : "");
    }
}
