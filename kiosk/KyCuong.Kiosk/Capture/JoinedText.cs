namespace KyCuong.Kiosk.Capture;

/// <summary>A text that came in pieces.</summary>
/// <param name="Places">Where each of its characters stands among the bytes of the part.</param>
/// <param name="Copies">Places of characters that came again, from the first to the other.</param>
internal sealed record JoinedText(IReadOnlyList<int> Places, IReadOnlyList<(int From, int To)> Copies);
