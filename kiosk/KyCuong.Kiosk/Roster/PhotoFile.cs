namespace KyCuong.Kiosk.Roster;

/// <summary>A portrait as it lies on disk. Immutable by convention.</summary>
/// <param name="Path">Where; it may be gone any moment.</param>
/// <param name="Content">The whole file.</param>
/// <param name="ContentType"><c>image/jpeg</c> or <c>image/png</c>.</param>
public sealed record PhotoFile(string Path, byte[] Content, string ContentType);
