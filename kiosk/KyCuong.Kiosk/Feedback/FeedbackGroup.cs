namespace KyCuong.Kiosk.Feedback;

/// <summary>Tells several: console, page, lights. Each returns at once by its own promise. Thread-safe when each is.</summary>
public sealed class FeedbackGroup(params IReadOnlyList<IFeedback> members) : IFeedback
{
    /// <inheritdoc />
    public void Show(Verdict verdict)
    {
        foreach (var member in members) member.Show(verdict);
    }
}
