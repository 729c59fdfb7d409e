using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KyCuong.Protos;
using KyCuong.Protos.Enrolment;
using KyCuong.Server.Certificates;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>Why a certificate lets nobody in. For the log; the caller is told none of it.</summary>
internal enum AdmissionRefusal
{
    None = 0,
    NoCertificate,
    ForeignAuthority,
    WrongPurpose,
    NotYetValid,
    Expired,
    Unknown,
    Revoked,
    NotInService,
    NameDiffers,
}

/// <summary>
/// Who a client certificate stands for: it must be of our CA and for clients, known by its thumbprint, not revoked, within
/// its time, of a kiosk in service, and bear that kiosk's name. Thread-safe.
/// </summary>
internal sealed class KioskAdmission(CertificateAuthority authority, ServerStore store, TimeProvider time)
{
    private static readonly TimeSpan RenewalGrace = TimeSpan.FromDays(ContractLimits.RenewalGraceDays);

    /// <summary>What the handshake asks of a certificate that was shown: an expired one may go on, to renew itself.</summary>
    public bool MayShakeHands(X509Certificate2 certificate) =>
        PeerCertificate.Check(certificate, authority.Certificate, PeerCertificate.ClientAuthentication, time.GetUtcNow())
            is PeerCertificateProblem.None or PeerCertificateProblem.Expired
        && PeerCertificate.UriNames(certificate) is [var name] && PeerName.TryParseKiosk(name, out _, out _);

    /// <summary>The kiosk of a certificate, or why not.</summary>
    /// <param name="certificate">What the caller showed; null: nothing.</param>
    /// <param name="forRenewal">True: it may be expired, by at most <see cref="ContractLimits.RenewalGraceDays"/> days.</param>
    /// <param name="cancel">Ends the look-up.</param>
    public async Task<(KioskIdentity? Kiosk, AdmissionRefusal Refusal)> AdmitAsync(X509Certificate2? certificate, bool forRenewal, CancellationToken cancel)
    {
        if (certificate is null) return (null, AdmissionRefusal.NoCertificate);
        var now = time.GetUtcNow();
        switch (PeerCertificate.Check(certificate, authority.Certificate, PeerCertificate.ClientAuthentication, now))
        {
            case PeerCertificateProblem.None:
                break;
            case PeerCertificateProblem.Expired when forRenewal && now - certificate.NotAfter <= RenewalGrace:
                break;
            case PeerCertificateProblem.Expired:
                return (null, AdmissionRefusal.Expired);
            case PeerCertificateProblem.NotYetValid:
                return (null, AdmissionRefusal.NotYetValid);
            case PeerCertificateProblem.WrongPurpose:
                return (null, AdmissionRefusal.WrongPurpose);
            default:
                return (null, AdmissionRefusal.ForeignAuthority);
        }

        var thumbprint = certificate.GetCertHash(HashAlgorithmName.SHA256);
        await using var db = store.NewReader();
        var found = await (
            from issued in db.KioskCertificates
            join kiosk in db.Kiosks on issued.KioskId equals kiosk.KioskId
            join agency in db.Agencies on kiosk.AgencyId equals agency.AgencyId
            where issued.Thumbprint == thumbprint
            select new { issued.RevokedUs, kiosk.KioskId, kiosk.Code, kiosk.State, agency.AgencyId, Agency = agency.Code }).SingleOrDefaultAsync(cancel);
        if (found is null) return (null, AdmissionRefusal.Unknown);
        if (found.RevokedUs is not null) return (null, AdmissionRefusal.Revoked);
        if (found.State != KioskState.Enrolled) return (null, AdmissionRefusal.NotInService);
        if (PeerCertificate.UriNames(certificate) is not [var name] || name != PeerName.Kiosk(found.Agency, (ulong)found.KioskId))
            return (null, AdmissionRefusal.NameDiffers);
        return (new KioskIdentity(found.AgencyId, found.Agency, found.KioskId, found.Code, Convert.ToHexString(thumbprint), UnixTime.ToUs(certificate.NotAfter)), AdmissionRefusal.None);
    }
}
