using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Journal;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Link;

/// <summary>
/// Signs heads of one journal on one stream (reliability rule D16). No tap waits for it: it is called by whoever sends. What was signed and not
/// sent is signed anew by the next stream; nothing of it is kept here. Not thread-safe.
/// </summary>
/// <param name="certificate">The kiosk's own with its key, as it is now: a renewed one signs from then on.</param>
/// <param name="stamper">The kiosk's clock.</param>
/// <param name="time">Measures the time between heads.</param>
internal sealed class HeadSigner(Func<X509Certificate2> certificate, Stamper stamper, TimeProvider time)
{
    private ulong? _signed;
    private long _signedAt;

    /// <summary>The head to send now; null: none is due, or the entry cannot be read.</summary>
    /// <param name="journal">Whose head.</param>
    /// <param name="sent">The newest entry that the server was sent; 0: none.</param>
    /// <param name="last">Nothing comes after it.</param>
    /// <param name="read">Reads an entry of it.</param>
    /// <exception cref="CryptographicException">The key does not sign.</exception>
    public SignedHead? Next(JournalId journal, ulong sent, bool last, Func<ulong, StoredEntry?> read)
    {
        if (!HeadPolicy.IsDue(_signed, sent, time.GetElapsedTime(_signedAt), last)) return null;
        (_signed, _signedAt) = (sent, time.GetTimestamp());
        if (read(sent) is not { } entry) return null;
        var signer = certificate();
        using var key = signer.GetECDsaPrivateKey() ?? throw new CryptographicException("The kiosk's certificate has no private key.");
        var signedUs = Stamper.InstantUs(stamper.Now());
        return new SignedHead
        {
            Epoch = ByteString.CopyFrom(Bytes128.ToArray(journal.Epoch)),
            Sequence = sent,
            Hash = ByteString.CopyFrom(entry.Hash.ToArray()),
            SignedUs = signedUs,
            CertificateSha256 = ByteString.CopyFrom(signer.GetCertHash(HashAlgorithmName.SHA256)),
            Signature = ByteString.CopyFrom(SignedJournalHead.Sign(key, journal, sent, entry.Hash, signedUs)),
        };
    }
}
