using System.Security.Cryptography;
using KyCuong.Protos.Enrolment;
using KyCuong.Server.Certificates;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>What became of an attempt to use a one-time code.</summary>
internal enum Redemption
{
    /// <summary>The code was good and is now used.</summary>
    Granted,

    /// <summary>No such code.</summary>
    Unknown,

    /// <summary>A second use: someone else may have it.</summary>
    Used,

    /// <summary>Its time is over, or a later code replaced it.</summary>
    Expired,

    /// <summary>The kiosk has been retired or revoked since.</summary>
    KioskEnded,
}

/// <summary>
/// One-time codes in the store. Only the SHA-256 of the secret is kept: 80 random bits need no slow hash, nothing shorter
/// than the code's life could search them. Everything here runs inside the writer's transaction, which makes "single use" true.
/// </summary>
internal static class EnrolmentCodes
{
    /// <summary>A new code for a kiosk; codes it was given before and not used end now.</summary>
    public static async Task<(EnrolmentCode Code, long ExpiresUs)> IssueAsync(
        KyCuongDb db, KioskRow kiosk, CertificateAuthority authority, long nowUs, CancellationToken cancel)
    {
        await foreach (var earlier in db.EnrolmentCodes.Where(c => c.KioskId == kiosk.KioskId && c.UsedUs == null && c.ExpiresUs > nowUs).AsAsyncEnumerable().WithCancellation(cancel))
            earlier.ExpiresUs = nowUs;
        var secret = RandomNumberGenerator.GetBytes(EnrolmentCode.SecretSize);
        var expires = nowUs + UnixTime.ToUs(KioskBounds.CodeLife);
        db.EnrolmentCodes.Add(new EnrolmentCodeRow
        {
            SecretHash = SHA256.HashData(secret),
            AgencyId = kiosk.AgencyId,
            KioskId = kiosk.KioskId,
            CreatedUs = nowUs,
            ExpiresUs = expires,
        });
        await db.SaveChangesAsync(cancel);
        return (EnrolmentCode.Create(secret, authority.Certificate.RawData), expires);
    }

    /// <summary>Uses a code. Granted: the kiosk's row, tracked, and the code marked as used once the caller saves.</summary>
    public static async Task<(Redemption Outcome, KioskRow? Kiosk)> RedeemAsync(KyCuongDb db, ReadOnlyMemory<byte> secret, long nowUs, CancellationToken cancel)
    {
        var hash = SHA256.HashData(secret.Span);
        var code = await db.EnrolmentCodes.SingleOrDefaultAsync(c => c.SecretHash == hash, cancel);
        if (code is null) return (Redemption.Unknown, null);
        var kiosk = await db.Kiosks.SingleAsync(k => k.KioskId == code.KioskId, cancel);
        if (code.UsedUs is not null) return (Redemption.Used, kiosk);
        if (nowUs >= code.ExpiresUs) return (Redemption.Expired, kiosk);
        if (kiosk.State is not (KioskState.Declared or KioskState.Enrolled)) return (Redemption.KioskEnded, kiosk);
        code.UsedUs = nowUs;
        return (Redemption.Granted, kiosk);
    }
}
