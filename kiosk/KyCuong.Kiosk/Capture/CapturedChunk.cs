namespace KyCuong.Kiosk.Capture;

/// <summary>Bytes of a reader that came together, microseconds after the line was opened or after the part of the session began.</summary>
internal sealed record CapturedChunk(long At, byte[] Bytes);
