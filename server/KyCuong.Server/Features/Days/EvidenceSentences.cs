using KyCuong.Protos.Journal;
using KyCuong.Server.Ingest;
using KyCuong.Server.Judging;

namespace KyCuong.Server.Features.Days;

/// <summary>What stands beside a late arrival, in sentences and in short.</summary>
internal static class EvidenceSentences
{
    /// <summary>For <c>explain</c>, under the session.</summary>
    public static IEnumerable<string> Of(LateEvidence evidence, DateOnly shift, DayWords words)
    {
        var late = words.Second(evidence.Late.Tap.At, shift);
        if (evidence.Queue is { } queued)
            yield return DayText.Get(
                "evidence.queue", evidence.Late.Tap.Reader, words.Kiosks([evidence.Late.Tap.Kiosk]), words.Second(queued.Queue.Start, shift), queued.Before,
                evidence.Late.Minutes, queued.SecondsPastLimit, words.Second(evidence.Late.Limit, shift));
        if (evidence.SameReader.Any()) yield return DayText.Get("evidence.sameReader", late, evidence.Late.Tap.Reader);
        foreach (var trouble in evidence.SameReader) yield return DayText.Get("evidence.trouble", words.Second(trouble.At, shift), TroublePhrases.Of(trouble));
        if (evidence.OtherReaders.Any()) yield return DayText.Get("evidence.otherReaders", late, words.Kiosks([evidence.Late.Tap.Kiosk]));
        foreach (var trouble in evidence.OtherReaders)
            yield return DayText.Get("evidence.otherTrouble", words.Second(trouble.At, shift), trouble.Reader, TroublePhrases.Of(trouble));
    }

    /// <summary>For the notes of <c>day</c>.</summary>
    public static IEnumerable<string> Notes(LateEvidence evidence, DateOnly shift, DayWords words)
    {
        if (evidence.Queue is { } queued) yield return DayText.Get("evidence.noteQueue", words.Second(queued.Queue.Start, shift), queued.Before);
        if (Short(evidence.SameReader) is { } here) yield return DayText.Get("evidence.note", here);
        if (Short(evidence.OtherReaders) is { } beside) yield return DayText.Get("evidence.noteOther", beside);
    }

    /// <summary>3 lượt đọc không được nhận (không rõ của ai), đầu đọc gặp lỗi. Null: nothing.</summary>
    private static string? Short(IEnumerable<ReaderTrouble> troubles)
    {
        var refused = troubles.Select(trouble => trouble.What).OfType<RefusedReadEntry>().Sum(entry => (long)entry.Count);
        var faulty = troubles.Any(trouble => trouble.What is not RefusedReadEntry);
        return (refused, faulty) switch
        {
            (0, false) => null,
            (0, true) => DayText.Get("evidence.faulty"),
            (_, false) => DayText.Get("evidence.refused", refused),
            (_, true) => DayText.Get("evidence.refused", refused) + ", " + DayText.Get("evidence.faulty"),
        };
    }
}
