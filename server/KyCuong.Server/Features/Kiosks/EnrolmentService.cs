using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using KyCuong.Protos;
using KyCuong.Protos.Enrolment;
using KyCuong.Protos.V1;
using KyCuong.Server.Certificates;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>Gives kiosks their certificates: the first against a one-time code, later ones against the one before.</summary>
internal sealed partial class EnrolmentService(
    ServerStore store, CertificateAuthority authority, BadgeKeyRing badgeKeys, EnrolmentGuard guard, TimeProvider time, ILogger<EnrolmentService> logger)
    : Enrolment.EnrolmentBase
{
    private static readonly long DayUs = UnixTime.ToUs(TimeSpan.FromDays(1));

    /// <inheritdoc />
    public override async Task<EnrolReply> Enrol(EnrolRequest request, ServerCallContext context)
    {
        var address = context.GetHttpContext().Connection.RemoteIpAddress;
        if (guard.TryBegin(address) is not { } attempt)
        {
            LogLocked(address);
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "Too many attempts failed; wait and try again."));
        }

        var key = CheckedKey(request.CertificateRequest);
        if (request.Secret.Length != EnrolmentCode.SecretSize) throw OutOfContract.Because($"secret has {request.Secret.Length} bytes, not {EnrolmentCode.SecretSize}");
        if (Encoding.UTF8.GetByteCount(request.MachineName) > ContractLimits.MachineNameBytes)
            throw OutOfContract.Because($"machine_name has more than {ContractLimits.MachineNameBytes} bytes");
        // It stands in the log: whoever holds a code must not be able to write lines of his own there.
        if (request.MachineName.Any(c => c is < ' ' or > '~')) throw OutOfContract.Because("machine_name is not printable ASCII");
        if (!IsVersion(request.SoftwareVersion)) throw OutOfContract.Because($"software_version is ASCII of at most {ContractLimits.VersionBytes} characters");

        var now = time.GetUtcNow();
        var nowUs = UnixTime.ToUs(now);
        await using var lease = await store.LeaseAsync(context.CancellationToken);
        await using var db = lease.NewContext();
        var (outcome, kiosk) = await EnrolmentCodes.RedeemAsync(db, request.Secret.Memory, nowUs, context.CancellationToken);
        if (outcome != Redemption.Granted || kiosk is null)
        {
            if (outcome == Redemption.Used) LogUsedAgain(kiosk?.Code, address);
            else LogFailed(outcome, kiosk?.Code, address);
            // One answer for all: a guess learns nothing.
            throw new RpcException(new Status(StatusCode.PermissionDenied, "This code is not valid."));
        }

        var agency = await db.Agencies.SingleAsync(a => a.AgencyId == kiosk.AgencyId, context.CancellationToken);
        // The machine that had the certificates before is not the kiosk any more.
        await RevokeAsync(db, kiosk.KioskId, nowUs, except: [], context.CancellationToken);
        using var certificate = Issue(db, key, agency.Code, kiosk, now);
        kiosk.State = KioskState.Enrolled;
        kiosk.EnrolledUs ??= nowUs;
        kiosk.Software = request.SoftwareVersion;
        await db.SaveChangesAsync(context.CancellationToken);
        var keys = badgeKeys.Ensure(lease, agency.AgencyId, nowUs);
        await lease.CommitAsync();
        guard.Forgive(attempt);
        LogEnrolled(kiosk.Code, agency.Code, address, request.MachineName);

        var reply = new EnrolReply
        {
            KioskId = (ulong)kiosk.KioskId,
            KioskCode = kiosk.Code,
            KioskName = kiosk.Name,
            AgencyCode = agency.Code,
            AgencyName = agency.Name,
            Certificate = ByteString.CopyFrom(certificate.RawDataMemory.Span),
            Authority = ByteString.CopyFrom(authority.Certificate.RawDataMemory.Span),
            TimeZone = agency.TimeZone,
        };
        reply.BadgeKeys.AddRange(keys.Select(ToMessage));
        return reply;
    }

    /// <inheritdoc />
    public override async Task<RenewReply> Renew(RenewRequest request, ServerCallContext context)
    {
        var identity = KioskIdentity.Of(context);
        var key = CheckedKey(request.CertificateRequest);
        var now = time.GetUtcNow();
        var nowUs = UnixTime.ToUs(now);
        await using var lease = await store.LeaseAsync(context.CancellationToken);
        await using var db = lease.NewContext();
        var used = Convert.FromHexString(identity.Thumbprint);
        // Asked again inside the transaction: the gate looked a moment ago.
        var kiosk = await db.Kiosks.SingleAsync(k => k.KioskId == identity.KioskId, context.CancellationToken);
        var live = await db.KioskCertificates.AnyAsync(c => c.Thumbprint == used && c.RevokedUs == null, context.CancellationToken);
        if (!live || kiosk.State != KioskState.Enrolled)
            throw new RpcException(new Status(StatusCode.PermissionDenied, "This certificate is not of a kiosk in service."));
        var today = await db.KioskCertificates.CountAsync(c => c.KioskId == kiosk.KioskId && c.IssuedUs > nowUs - DayUs, context.CancellationToken);
        if (today >= KioskBounds.CertificatesPerDay)
        {
            LogTooManyCertificates(kiosk.Code, KioskBounds.CertificatesPerDay);
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "Too many certificates today; wait and try again."));
        }

        // The one in use stays good until the kiosk has stored the new one; others that were given and never used end.
        await RevokeAsync(db, kiosk.KioskId, nowUs, except: used, context.CancellationToken);
        using var certificate = Issue(db, key, identity.AgencyCode, kiosk, now);
        await db.SaveChangesAsync(context.CancellationToken);
        await lease.CommitAsync();
        var end = certificate.NotAfter.ToUniversalTime();
        LogRenewed(kiosk.Code, end);
        return new RenewReply
        {
            Certificate = ByteString.CopyFrom(certificate.RawDataMemory.Span),
            Authority = ByteString.CopyFrom(authority.Certificate.RawDataMemory.Span),
        };
    }

    /// <summary>A badge key as it travels to an enrolled kiosk.</summary>
    internal static BadgeHashKey ToMessage(BadgeSecret secret) => new() { KeyId = secret.KeyId, Key = ByteString.CopyFrom(secret.Key) };

    /// <summary>True for a software version of the contract.</summary>
    internal static bool IsVersion(string version) => version.Length <= ContractLimits.VersionBytes && Ascii.IsValid(version) && !version.Any(char.IsControl);

    /// <summary>Ends the certificates of a kiosk that are still good, except one.</summary>
    internal static async Task RevokeAsync(KyCuongDb db, long kioskId, long nowUs, byte[] except, CancellationToken cancel)
    {
        await foreach (var earlier in db.KioskCertificates.Where(c => c.KioskId == kioskId && c.RevokedUs == null && c.Thumbprint != except).AsAsyncEnumerable().WithCancellation(cancel))
            earlier.RevokedUs = nowUs;
    }

    private X509Certificate2 Issue(KyCuongDb db, PublicKey key, string agency, KioskRow kiosk, DateTimeOffset now)
    {
        var certificate = authority.IssueKiosk(key, PeerName.Kiosk(agency, (ulong)kiosk.KioskId), now);
        db.KioskCertificates.Add(new KioskCertificateRow
        {
            Thumbprint = certificate.GetCertHash(HashAlgorithmName.SHA256),
            AgencyId = kiosk.AgencyId,
            KioskId = kiosk.KioskId,
            IssuedUs = UnixTime.ToUs(now),
            NotAfterUs = UnixTime.ToUs(certificate.NotAfter),
            Certificate = certificate.RawData,
        });
        return certificate;
    }

    private static PublicKey CheckedKey(ByteString request) =>
        KioskRequest.TryRead(request.Span, out var key, out var problem) ? key : throw OutOfContract.Because(problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Kiosk {Kiosk} of {Agency} enrolled from {Address} on machine {Machine}")]
    private partial void LogEnrolled(string kiosk, string agency, IPAddress? address, string machine);

    [LoggerMessage(Level = LogLevel.Information, Message = "Kiosk {Kiosk} renewed its certificate, good until {NotAfter:u}")]
    private partial void LogRenewed(string kiosk, DateTime notAfter);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Enrolment failed ({Outcome}) for kiosk {Kiosk} from {Address}")]
    private partial void LogFailed(Redemption outcome, string? kiosk, IPAddress? address);

    [LoggerMessage(Level = LogLevel.Error, Message = "ALARM: the used enrolment code of kiosk {Kiosk} was tried again from {Address}; someone else may have the code. Check that the right machine is enrolled, or revoke the kiosk")]
    private partial void LogUsedAgain(string? kiosk, IPAddress? address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Enrolment from {Address} is locked: too many attempts failed")]
    private partial void LogLocked(IPAddress? address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kiosk {Kiosk} asked for more than {Most} certificates in a day")]
    private partial void LogTooManyCertificates(string kiosk, int most);
}
