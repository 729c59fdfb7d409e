namespace KyCuong.Time.Model;

/// <summary>Seeds one after another until there are enough taps.</summary>
internal static class ModelRun
{
    /// <summary>Taps of one seed: some weeks.</summary>
    public const int TapsASeed = 500;

    private const int MostProblems = 10;

    /// <summary>Plays seeds from one on.</summary>
    /// <returns>What was seen, and sentences about what was wrong, each with the seed that shows it again; the first of them only.</returns>
    public static (TimeFigures Figures, List<string> Problems) Play(int firstSeed, long taps, TimeWorld.Tampering? tampering = null)
    {
        var (figures, problems) = (new TimeFigures(), new List<string>());
        for (var seed = firstSeed; figures.Timed + figures.Pending < taps && problems.Count < MostProblems; seed++)
        {
            var (seen, wrong) = TimeWorld.Play(seed, TapsASeed, tampering);
            figures.Add(seen);
            problems.AddRange(wrong.Take(MostProblems - problems.Count));
        }

        return (figures, problems);
    }
}
