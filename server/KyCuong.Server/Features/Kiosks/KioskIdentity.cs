using Grpc.Core;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>Who a call is from, as the gate found it: the kiosk of a known certificate.</summary>
/// <param name="AgencyId">Its agency's row.</param>
/// <param name="AgencyCode">Its agency's code.</param>
/// <param name="KioskId">Its row.</param>
/// <param name="KioskCode">Its code, e.g. CONG-CHINH.</param>
/// <param name="Thumbprint">SHA-256 of the certificate used, upper-case hex.</param>
/// <param name="NotAfterUs">When that certificate ends, UTC µs.</param>
public sealed record KioskIdentity(long AgencyId, string AgencyCode, long KioskId, string KioskCode, string Thumbprint, long NotAfterUs)
{
    private static readonly object Key = typeof(KioskIdentity);

    /// <summary>Who a call is from. Only calls that the gate let in have one.</summary>
    /// <exception cref="InvalidOperationException">The call did not come through the gate: our own mistake.</exception>
    public static KioskIdentity Of(ServerCallContext context) =>
        context.UserState.TryGetValue(Key, out var identity) ? (KioskIdentity)identity : throw new InvalidOperationException($"{context.Method} was reached without passing the gate.");

    /// <summary>The gate says who a call is from.</summary>
    internal void AttachTo(ServerCallContext context) => context.UserState[Key] = this;
}
