using KyCuong.Kiosk.Roster;
using KyCuong.Protos.V1;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Taps;

/// <summary>Badges that a reader could not tell apart.</summary>
/// <param name="Reader">The reader.</param>
/// <param name="Level">How much of a card's number it keeps, as far as it was compared.</param>
/// <param name="Badges">The badges and their holders' codes, for people.</param>
/// <param name="AtUs">When it was said, µs since 1970.</param>
public sealed record AmbiguousRead(string Reader, CredentialLevel Level, string Badges, long AtUs);

/// <summary>Tells the operator why somebody at the gate was not named: once a day for the same badges, in the log and in <c>status</c>. Thread-safe.</summary>
public sealed partial class AmbiguousReads(ILogger<AmbiguousReads> logger)
{
    /// <summary>Remembered at most; at the bound the oldest is forgotten, and said again when it comes again.</summary>
    public const int Most = 64;

    private const long DayUs = 86_400_000_000;

    private readonly Lock _gate = new();
    private readonly List<AmbiguousRead> _said = [];

    /// <summary>A tap that fits several badges in force.</summary>
    public void Met(string reader, BadgeAmbiguity ambiguity, long atUs)
    {
        var read = new AmbiguousRead(reader, ambiguity.Level, ambiguity.Listed, atUs);
        lock (_gate)
        {
            if (_said.Exists(said => said.Badges == read.Badges && IsOfTheDay(said, atUs))) return;
            _said.RemoveAll(said => said.Badges == read.Badges);
            if (_said.Count == Most) _said.RemoveAt(0);
            _said.Add(read);
        }

        LogAmbiguous(logger, reader, read.Level, read.Badges);
    }

    /// <summary>What was said in the day up to this instant, µs since 1970, the oldest first.</summary>
    public IReadOnlyList<AmbiguousRead> OfTheDay(long nowUs)
    {
        lock (_gate) return _said.FindAll(said => IsOfTheDay(said, nowUs));
    }

    // The clock may have been set back.
    private static bool IsOfTheDay(AmbiguousRead said, long nowUs) => Math.Abs(nowUs - said.AtUs) < DayUs;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reader {ReaderId} cannot tell badges {Badges} apart: both fit what it reads of a card (level {Level}), so the tap was kept and nobody was named. Give one of their holders another card, or use a reader that reads the whole number")]
    private static partial void LogAmbiguous(ILogger logger, string readerId, CredentialLevel level, string badges);
}
