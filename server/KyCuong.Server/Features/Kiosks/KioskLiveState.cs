using KyCuong.Protos.V1;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>What the server knows of a kiosk beyond the store, from its streams since the server started.</summary>
/// <param name="Connected">A stream is open now.</param>
/// <param name="SeenUs">Last message, server's clock, UTC µs; null: none since the server started.</param>
/// <param name="Software">From its last Hello; null: none since the server started.</param>
/// <param name="Health">Its last report; null: none since the server started.</param>
public sealed record KioskLiveState(bool Connected, long? SeenUs, string? Software, Health? Health);
