using KyCuong.Rules;
using KyCuong.Server.Ingest;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Features.Days;

/// <summary>A judged day of one person: one verdict for each schedule in force.</summary>
internal sealed record JudgedDay(PersonData Person, IReadOnlyList<ShiftVerdict> Verdicts)
{
    /// <summary>What stands beside the late arrivals of each verdict, in the order of <see cref="Verdicts"/>.</summary>
    public required IReadOnlyList<IReadOnlyList<LateEvidence>> Evidence { get; init; }

    /// <summary>The verdicts, each with what stands beside its late arrivals.</summary>
    public IEnumerable<(ShiftVerdict Verdict, IReadOnlyList<LateEvidence> Evidence)> Shifts => Verdicts.Zip(Evidence);

    /// <summary>The leave on the date, with whether it came after the shift had begun ("bổ sung sau").</summary>
    public IEnumerable<(LeaveEntry Entry, bool Afterwards)> LeaveOf(ShiftVerdict verdict, TimeZoneInfo zone)
    {
        DuePart[] hours = [.. Verdicts.Where(one => one is { Inputs.Due: true, Assignment.Mode: AssignmentMode.Replace }).SelectMany(one => one.Inputs.Sessions)];
        return verdict.Inputs.LeaveEntries.Select(entry => (entry, LeaveTiming.IsAfterwards(entry, verdict.Inputs, hours, zone)));
    }
}

/// <summary>The answer to a question about a date.</summary>
internal sealed record DayAnswer(AgencyData Agency, DateOnly Date, Instant Now, IReadOnlyList<JudgedDay> Days)
{
    /// <summary>Decisions that gave taps their instants.</summary>
    public required IReadOnlyDictionary<TapKey, TimeDecisionRow> Settled { get; init; }
}

/// <summary>Judges a date: of one person, of a unit with those below it, or of the agency.</summary>
internal static class DayQuery
{
    /// <summary>People by staff code; those without a posting on the date are left out.</summary>
    public static async Task<DayAnswer> RunAsync(ServerStore store, string? agencyCode, DateOnly date, string? staff, string? unit, Func<TimeZoneInfo, Instant> now, CancellationToken cancel)
    {
        await using var db = store.NewReader();
        var agency = await AgencyData.LoadAsync(db, agencyCode, (date, date), cancel);
        var only = staff is null ? null : agency.Person(staff);
        var top = unit is null ? (long?)null : agency.Unit(unit).UnitId;
        var people = (only is null ? agency.People : [only])
            .Where(person => person.Record.On(date) is { } posting && (top is not { } at || agency.Rules.Units.Within(posting.Unit, at)))
            .OrderBy(person => person.Row.Code, StringComparer.Ordinal);
        var assessor = new PersonAssessor(agency.Rules);
        await using var session = store.OpenReader();
        var taps = PersonTaps.Read(session, agency, assessor.TapRange(date, date), only?.Row.StaffId);
        var moment = now(agency.Zone);
        var judged = new List<(PersonData Person, IReadOnlyList<ShiftVerdict> Verdicts)>();
        foreach (var person in people)
        {
            cancel.ThrowIfCancellationRequested();
            judged.Add((person, assessor.Judge(person.Record, date, date, taps.Of(person.Row.StaffId), moment)));
        }

        var queues = GateQueues.Read(session, agency, [.. judged.SelectMany(day => day.Verdicts).SelectMany(LateTap.Of)]);
        using var troubles = new TroubleBefore(session);
        var settled = await SettledTaps.ReadAsync(db, agency.Row.AgencyId, judged.SelectMany(day => day.Verdicts).SelectMany(verdict => verdict.Taps, (_, tap) => tap.Tap), cancel);
        return new DayAnswer(
            agency, date, moment,
            [.. judged.Select(day => new JudgedDay(day.Person, day.Verdicts) { Evidence = [.. day.Verdicts.Select(verdict => LateEvidence.Of(verdict, troubles, queues))] })]) { Settled = settled };
    }
}
