using KyCuong.Readers;

namespace KyCuong.Kiosk.Identify;

/// <summary>What a candidate made of the bytes. Immutable; holds no number of a card.</summary>
/// <param name="Candidate">Which.</param>
/// <param name="Checked">Reads whose checksum or check symbol was right.</param>
/// <param name="Reads">All reads, <paramref name="Checked"/> among them.</param>
/// <param name="Refused">Refusals by reason.</param>
/// <param name="Answered">The reader answered what this protocol asks.</param>
public sealed record Standing(Candidate Candidate, int Checked, int Reads, IReadOnlyDictionary<ReadError, int> Refused, bool Answered)
{
    /// <summary>Refusals of what made no sense: frames cut, damaged, or of another protocol.</summary>
    public int Garbage => Refused.Where(refused => IsGarbage(refused.Key)).Sum(refused => refused.Value);

    /// <summary>Refusals of what was understood and is no badge.</summary>
    public int Understood => Refused.Where(refused => !IsGarbage(refused.Key)).Sum(refused => refused.Value);

    /// <summary>True when it recognised anything at all.</summary>
    public bool Recognised => Reads > 0 || Answered || Understood > 0;

    private static bool IsGarbage(ReadError reason) => reason is ReadError.BadFrame or ReadError.BadChecksum or ReadError.TooLong;
}
