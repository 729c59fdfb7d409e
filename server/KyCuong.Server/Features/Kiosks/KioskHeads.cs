using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// Takes what kiosks sign of their journals. A head that its kiosk did not sign is refused and an alarm; the stream goes on, for a tap is
/// worth more. One that is signed and contradicts what is stored is a fork (<see cref="JournalWriter.KeepHead"/>). Thread-safe.
/// </summary>
internal sealed partial class KioskHeads(ServerStore store, TapIngest ingest, TimeProvider time, ILogger<KioskHeads> logger)
{
    /// <summary>Keeps the certificate that a kiosk shows, if it was issued before certificates were kept.</summary>
    public async Task KeepCertificateAsync(KioskIdentity kiosk, X509Certificate2? shown, CancellationToken cancel)
    {
        if (shown is null) return;
        var thumbprint = shown.GetCertHash(HashAlgorithmName.SHA256);
        await using (var reader = store.NewReader())
            if (!await reader.KioskCertificates.AnyAsync(c => c.KioskId == kiosk.KioskId && c.Thumbprint == thumbprint && c.Certificate == null, cancel)) return;
        await using var lease = await store.LeaseAsync(cancel);
        await using var db = lease.NewContext();
        (await db.KioskCertificates.SingleAsync(c => c.Thumbprint == thumbprint, cancel)).Certificate = shown.RawData;
        await db.SaveChangesAsync(cancel);
        await lease.CommitAsync();
    }

    /// <summary>The heads of one stream.</summary>
    public OfStream For(KioskIdentity kiosk, JournalSession journal) => new(this, kiosk, journal);

    /// <summary>Heads of one stream. Used by its reading loop alone.</summary>
    public sealed class OfStream(KioskHeads heads, KioskIdentity kiosk, JournalSession journal)
    {
        private bool _refused;
        private Task _before = Task.CompletedTask;

        /// <summary>
        /// Takes a head; ends once it is durable or refused. After the first refused one no more of this stream are looked at, so that nobody fills
        /// the log with alarms.
        /// </summary>
        /// <exception cref="Grpc.Core.RpcException">It is not one of the contract.</exception>
        public Task<AppendResult> TakeAsync(SignedHead head, CancellationToken cancel)
        {
            if (!Digest.TryFromBytes(head.Hash.Span, out var hash)) throw OutOfContract.Because($"signed_head: hash does not have {Digest.Size} bytes");
            if (head.CertificateSha256.Length != Digest.Size) throw OutOfContract.Because($"signed_head: certificate_sha256 does not have {Digest.Size} bytes");
            if (head.Signature.Length != SignedJournalHead.SignatureSize) throw OutOfContract.Because($"signed_head: signature does not have {SignedJournalHead.SignatureSize} bytes");
            if (head.Sequence is 0 or > long.MaxValue) throw OutOfContract.Because("signed_head: sequence counts from 1");
            var taken = TakeAsync(_before, new KioskHead((long)head.Sequence, hash, head.SignedUs, head.CertificateSha256.ToByteArray(), head.Signature.ToByteArray(), heads.NowUs), cancel);
            _before = taken;
            return taken;
        }

        private async Task<AppendResult> TakeAsync(Task before, KioskHead head, CancellationToken cancel)
        {
            // One after the other; what became of the one before is told to whoever waits for it.
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_refused) return new AppendResult(journal.HighWater);
            if (await heads.WhyRefusedAsync(kiosk, journal.Journal, head, cancel) is not { } why) return await heads.KeepAsync(journal, head, cancel);
            _refused = true;
            heads.LogRefused(kiosk.KioskCode, head.Sequence, why);
            return new AppendResult(journal.HighWater);
        }
    }

    private long NowUs => time.NowUs();

    private Task<AppendResult> KeepAsync(JournalSession journal, KioskHead head, CancellationToken cancel) => ingest.KeepHeadAsync(journal, head, cancel);

    private async Task<string?> WhyRefusedAsync(KioskIdentity kiosk, JournalId journal, KioskHead head, CancellationToken cancel)
    {
        var thumbprint = head.Thumbprint;
        await using var reader = store.NewReader();
        var issued = await reader.KioskCertificates.SingleOrDefaultAsync(c => c.Thumbprint == thumbprint, cancel);
        if (issued is null || issued.KioskId != kiosk.KioskId) return "its certificate is none of this kiosk's";
        if (issued.RevokedUs is not null) return "its certificate is revoked";
        if (issued.NotAfterUs < head.ReceivedUs) return "its certificate has ended";
        if (issued.Certificate is null) return "its certificate is not kept";
        using var certificate = X509CertificateLoader.LoadCertificate(issued.Certificate);
        using var key = certificate.GetECDsaPublicKey();
        return key is not null && SignedJournalHead.IsSignedBy(key, journal, (ulong)head.Sequence, head.Hash, head.SignedUs, head.Signature) ? null : "it is not signed by this kiosk's key";
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "ALARM: kiosk {Kiosk} sent a head of its journal at entry {Sequence} and {Why}. It is not kept, nor are others of this stream; taps are taken all the same. Look at that machine")]
    private partial void LogRefused(string kiosk, long sequence, string why);
}
