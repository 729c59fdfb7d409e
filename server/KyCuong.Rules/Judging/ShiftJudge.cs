namespace KyCuong.Rules;

/// <summary>Judges one shift from its inputs alone. Thread-safe; the slow, explaining way (see <see cref="PersonAssessor.Summarise"/> for figures only).</summary>
public static class ShiftJudge
{
    public static ShiftVerdict Judge(JudgementInputs inputs)
    {
        if (!inputs.Due || inputs.Schedule is null || inputs.Window is null)
            return VerdictBuilder.Off(inputs);
        var work = Run(inputs);
        return VerdictBuilder.Due(inputs, work, Otherwise(inputs, work));
    }

    /// <summary>The findings if a lone event whose direction nobody recorded meant the other one; null: there is no such event.</summary>
    private static IReadOnlyList<Finding>? Otherwise(JudgementInputs inputs, ShiftWork work)
    {
        if (work.HandKept || work.EventCount != 1 || work.Events[0].Step != DirectionStep.OnlyEvent)
            return null;
        var other = work.Events[0].IsIn ? TapDirection.Out : TapDirection.In;
        var turned = inputs with { Taps = [.. inputs.Taps.Select(tap => tap with { Direction = other, Source = DirectionSource.Person })] };
        return VerdictBuilder.Findings(Run(turned));
    }

    private static ShiftWork Run(JudgementInputs inputs)
    {
        var window = inputs.Window!.Value;
        var sessions = inputs.Sessions.Select(session => new Stretch(session.Start.Micros, session.End.Micros)).ToArray();
        var taps = inputs.Taps.ToArray();
        var work = new ShiftWork();
        work.Start(inputs.Schedule!, sessions, window.Start.Micros, window.End.Micros, inputs.Now.Micros, [.. inputs.Kiosks]);
        foreach (var cut in inputs.Leave)
            work.AddCut(cut);
        work.Decisions.AddRange(inputs.Decisions);
        work.Incidents.AddRange(inputs.Incidents);
        work.Claims.AddRange(inputs.Claims);
        work.Untimed.AddRange(inputs.Untimed);
        work.HandKept = inputs.HandKept is not null;
        work.Marks.AddRange(inputs.HandKeptMarks);
        work.ReductionMicros = inputs.ReductionMicros;
        ShiftCore.Run(work, taps, taps.Count(tap => tap.At > window.End));
        return work;
    }
}
