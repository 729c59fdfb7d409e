using System.Text.Json;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Apply;

/// <summary>
/// Brings the store to what an apply file declares: all of it in one transaction or nothing. Declaring the same again
/// changes nothing; what a file does not mention stays. Each change raises the roster version once, so that kiosks hear.
/// </summary>
internal sealed class Applier(KyCuongDb db, long nowUs)
{
    private const string DefaultZone = "Asia/Ho_Chi_Minh";
    private const string DefaultRestDays = """["Sat","Sun"]""";
    private readonly ApplyReport _report = new();

    /// <summary>
    /// Checks the file against the store and writes what is new. With problems in the list nothing has been written; the
    /// caller commits only without.
    /// </summary>
    public async Task<ApplyReport> ApplyAsync(ApplyFile file, string? chosenAgency, ProblemList problems, CancellationToken cancel)
    {
        // With no agency to compare with, what is wrong in the file itself is the answer.
        if (problems.Count > 0 && file.Agency is null && !await db.Agencies.AnyAsync(cancel)) return _report;
        var draft = await LoadAsync(await AgencyOfAsync(file, chosenAgency, cancel), cancel);
        ApplyCheck.Check(file, draft, problems, _report.Notes);
        if (problems.Count > 0) return _report;

        var agency = await WriteAgencyAsync(file.Agency, draft.Agency, cancel);
        var units = await WriteUnitsAsync(file, draft, agency.AgencyId, cancel);
        WriteSchedules(file, draft, agency.AgencyId);
        WriteAssignments(file, draft, agency.AgencyId, units);
        WriteCalendar(file, draft, agency.AgencyId);
        WritePolicy(file, agency);
        if (_report.IsChange) agency.RosterVersion++;
        await db.SaveChangesAsync(cancel);
        _report.Agency = agency.Code;
        _report.RosterVersion = agency.RosterVersion;
        return _report;
    }

    private async Task<AgencyRow?> AgencyOfAsync(ApplyFile file, string? chosen, CancellationToken cancel)
    {
        if (file.Agency is not { } declared) return await AgencyChoice.FindAsync(db, chosen, cancel);
        if (chosen is not null && chosen != declared.Code) throw new CommandException(ApplyText.Get("agency.other", declared.Code, chosen));
        return await db.Agencies.SingleOrDefaultAsync(row => row.Code == declared.Code, cancel);
    }

    private async Task<ApplyDraft> LoadAsync(AgencyRow? agency, CancellationToken cancel)
    {
        if (agency is null) return new ApplyDraft(null, [], [], [], [], [], [], new Dictionary<string, long>(), Array.Empty<PostingRow>().ToLookup(row => row.StaffId), false);
        var id = agency.AgencyId;
        return new ApplyDraft(
            agency,
            await db.Units.Where(row => row.AgencyId == id).OrderBy(row => row.UnitId).ToListAsync(cancel),
            await db.UnitHeads.Where(row => row.AgencyId == id).OrderBy(row => row.UnitId).ThenBy(row => row.FromDate).ToListAsync(cancel),
            await db.Schedules.Where(row => row.AgencyId == id).OrderBy(row => row.ScheduleId).ToListAsync(cancel),
            await db.Assignments.Where(row => row.AgencyId == id).OrderBy(row => row.AssignmentId).ToListAsync(cancel),
            await db.Holidays.Where(row => row.AgencyId == id).OrderBy(row => row.Date).ToListAsync(cancel),
            await db.DaySwaps.Where(row => row.AgencyId == id).OrderBy(row => row.OffDate).ToListAsync(cancel),
            await db.Staff.AsNoTracking().Where(row => row.AgencyId == id && row.FullName != "").ToDictionaryAsync(row => row.Code, row => row.StaffId, cancel),
            (await db.Postings.AsNoTracking().Where(row => row.AgencyId == id).OrderBy(row => row.PostingId).ToListAsync(cancel)).ToLookup(row => row.StaffId),
            await db.ResolvedTaps.AnyAsync(row => row.AgencyId == id, cancel));
    }

    private async Task<AgencyRow> WriteAgencyAsync(AgencyDeclaration? declared, AgencyRow? row, CancellationToken cancel)
    {
        if (declared is null) return row!;
        var added = row is null;
        row ??= new AgencyRow { Code = declared.Code, Name = declared.Name!, TimeZone = DefaultZone, RestDays = DefaultRestDays, Policy = "{}", CreatedUs = nowUs };
        if (added) db.Agencies.Add(row);
        row.Name = declared.Name ?? row.Name;
        row.Superior = declared.Superior.Or(row.Superior);
        row.TimeZone = declared.TimeZone ?? row.TimeZone;
        if (declared.RestDays is { } days) row.RestDays = JsonSerializer.Serialize(days.Select(Grammar.Day));
        Note(ApplyPart.Agency, row, added, declared.Code);
        await db.SaveChangesAsync(cancel);
        return row;
    }

    private async Task<Dictionary<string, UnitRow>> WriteUnitsAsync(ApplyFile file, ApplyDraft draft, long agency, CancellationToken cancel)
    {
        var units = draft.Units.ToDictionary(unit => unit.Code);
        var added = new HashSet<string>(StringComparer.Ordinal);
        foreach (var declared in file.Units)
        {
            if (units.ContainsKey(declared.Code)) continue;
            var row = new UnitRow { AgencyId = agency, Code = declared.Code, Name = declared.Name };
            db.Units.Add(units[declared.Code] = row);
            added.Add(declared.Code);
        }

        // Parents need identities.
        await db.SaveChangesAsync(cancel);
        var codes = units.Values.ToDictionary(unit => unit.UnitId, unit => unit.Code);
        foreach (var declared in file.Units)
        {
            var row = units[declared.Code];
            row.Name = declared.Name;
            row.HeadStaffCode = declared.Head.Or(row.HeadStaffCode);
            var parent = declared.Parent.Or(row.ParentUnitId is { } id ? codes[id] : null);
            row.ParentUnitId = parent is null ? null : units[parent].UnitId;
            Note(ApplyPart.Units, row, added.Contains(declared.Code), declared.Code);
            WriteHeads(declared, row, draft);
        }

        return units;
    }

    /// <summary>Heads by date: a change of head does not alter who answered for the days before.</summary>
    private void WriteHeads(UnitDeclaration declared, UnitRow unit, ApplyDraft draft)
    {
        foreach (var head in declared.Heads)
        {
            var row = draft.Heads.FirstOrDefault(one => one.UnitId == unit.UnitId && one.FromDate == head.From);
            var name = $"{declared.Code} {Grammar.Date(head.From)}";
            if (head.Remove)
            {
                if (row is not null) db.UnitHeads.Remove(row);
                _report.Add(ApplyPart.Heads, row is null ? ApplyOutcome.Unchanged : ApplyOutcome.Removed, name);
                continue;
            }

            var added = row is null;
            row ??= new UnitHeadRow { UnitId = unit.UnitId, FromDate = head.From, AgencyId = unit.AgencyId };
            if (added) db.UnitHeads.Add(row);
            row.StaffCode = head.Staff;
            Note(ApplyPart.Heads, row, added, name);
        }
    }

    private void WriteSchedules(ApplyFile file, ApplyDraft draft, long agency)
    {
        var versions = draft.Schedules.ToDictionary(row => (row.Code, row.FromDate));
        foreach (var declared in file.Schedules)
        {
            var schedule = declared.Schedule;
            var definition = ScheduleFormat.ToJson(schedule);
            var added = !versions.TryGetValue((schedule.Code, schedule.From), out var row);
            row ??= new ScheduleRow { AgencyId = agency, Code = schedule.Code, Name = schedule.Name, FromDate = schedule.From, Definition = definition };
            if (added) db.Schedules.Add(row);
            row.Name = schedule.Name;
            row.ToDate = schedule.To;
            row.Definition = definition;
            Note(ApplyPart.Schedules, row, added, $"{schedule.Code} {Grammar.Date(schedule.From)}");
        }
    }

    private void WriteAssignments(ApplyFile file, ApplyDraft draft, long agency, Dictionary<string, UnitRow> units)
    {
        var stored = draft.Assignments.ToDictionary(draft.KeyOf);
        foreach (var declared in file.Assignments)
        {
            var key = AssignmentKey.Of(declared);
            var added = !stored.TryGetValue(key, out var row);
            row ??= new AssignmentRow
            {
                AgencyId = agency,
                UnitId = declared.Unit is { } unit ? units[unit].UnitId : null,
                StaffId = declared.Staff is { } staff ? draft.Staff[staff] : null,
                ScheduleCode = declared.Schedule,
                FromDate = declared.From,
                Mode = declared.Adds ? "add" : "replace",
                Dates = key.Dates,
            };
            if (added) db.Assignments.Add(row);
            row.ToDate = declared.To;
            Note(ApplyPart.Assignments, row, added, $"{declared.Target} {declared.Schedule}");
        }

        foreach (var declared in file.Removed.Assignments)
            Remove(ApplyPart.Assignments, stored.GetValueOrDefault(AssignmentKey.Of(declared)), declared.Node, $"{declared.Target} {declared.Schedule}");
    }

    private void WriteCalendar(ApplyFile file, ApplyDraft draft, long agency)
    {
        var holidays = draft.Holidays.ToDictionary(row => row.Date);
        foreach (var declared in file.Holidays)
        {
            var added = !holidays.TryGetValue(declared.Date, out var row);
            row ??= new HolidayRow { AgencyId = agency, Date = declared.Date, Name = declared.Name! };
            if (added) db.Holidays.Add(row);
            row.Name = declared.Name!;
            row.Notice = declared.Notice;
            Note(ApplyPart.Holidays, row, added, Grammar.Date(declared.Date));
        }

        foreach (var declared in file.Removed.Holidays)
            Remove(ApplyPart.Holidays, holidays.GetValueOrDefault(declared.Date), declared.Node, Grammar.Date(declared.Date));

        var swaps = draft.Swaps.ToDictionary(row => row.OffDate);
        foreach (var declared in file.Swaps)
        {
            var added = !swaps.TryGetValue(declared.Off, out var row);
            row ??= new DaySwapRow { AgencyId = agency, OffDate = declared.Off };
            if (added) db.DaySwaps.Add(row);
            row.WorkedDate = declared.Worked;
            row.Notice = declared.Notice;
            Note(ApplyPart.Swaps, row, added, $"{Grammar.Date(declared.Off)} ↔ {Grammar.Date(declared.Worked)}");
        }

        foreach (var declared in file.Removed.Swaps)
        {
            var row = swaps.GetValueOrDefault(declared.Off);
            Remove(ApplyPart.Swaps, row, declared.Node, row is null ? Grammar.Date(declared.Off) : $"{Grammar.Date(row.OffDate)} ↔ {Grammar.Date(row.WorkedDate)}");
        }
    }

    private void WritePolicy(ApplyFile file, AgencyRow agency)
    {
        var policy = GatePolicy.Parse(agency.Policy);
        foreach (var (setting, on) in file.Gate)
        {
            _report.Add(ApplyPart.Policy, policy.Is(setting) == on ? ApplyOutcome.Unchanged : ApplyOutcome.Changed, $"gate.{GatePolicy.Key(setting)} = {(on ? "true" : "false")}");
            policy = policy.With(setting, on);
        }

        var retention = RetentionPolicy.Parse(agency.Policy);
        foreach (var (kind, days) in file.Retention)
        {
            _report.Add(ApplyPart.Policy, retention.Days(kind) == days ? ApplyOutcome.Unchanged : ApplyOutcome.Changed, $"retention.{RetentionPolicy.Key(kind)} = {days}");
            retention = retention.With(kind, days);
        }

        agency.Policy = retention.AddTo(policy.ToJson());
    }

    /// <summary>Takes a row back; one that is not there is told, for it may have been spelled otherwise.</summary>
    private void Remove(ApplyPart part, object? row, SourceNode node, string name)
    {
        if (row is null) _report.Notes.Add(new ApplyNote(node.Line, node.Path, ApplyText.Get("remove.absent", name)));
        else db.Remove(row);
        _report.Add(part, row is null ? ApplyOutcome.Unchanged : ApplyOutcome.Removed, name);
    }

    /// <summary>The change tracker knows whether a row says something else than the store.</summary>
    private void Note(ApplyPart part, object row, bool added, string name) =>
        _report.Add(part, added ? ApplyOutcome.Added : db.Entry(row).State == EntityState.Modified ? ApplyOutcome.Changed : ApplyOutcome.Unchanged, name);
}
