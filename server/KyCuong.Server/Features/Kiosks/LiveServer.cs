namespace KyCuong.Server.Features.Kiosks;

/// <summary>What commands about kiosks know more when the running server carries them out.</summary>
/// <param name="Kiosks">What the kiosks' streams tell.</param>
/// <param name="KioskPort">The port that is open.</param>
public sealed record LiveServer(KioskSessions Kiosks, int KioskPort);
