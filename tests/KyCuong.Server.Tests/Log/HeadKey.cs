using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KyCuong.Protos;
using KyCuong.Protos.Enrolment;
using KyCuong.Protos.Journal;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Ingest;

namespace KyCuong.Server.Tests.Log;

/// <summary>A kiosk's key and certificate, which sign heads of journals that a test makes.</summary>
internal sealed class HeadKey
{
    private const long ReceivedUs = KioskJournal.BootedAtUs + 100 * KioskJournal.Second;
    private static readonly ConcurrentDictionary<long, HeadKey> Made = [];
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _certificate;
    private readonly long _kioskId;

    public HeadKey(long kioskId)
    {
        _kioskId = kioskId;
        var request = new CertificateRequest("CN=kiosk", _key, HashAlgorithmName.SHA256);
        var names = new AsnWriter(AsnEncodingRules.DER);
        using (names.PushSequence()) names.WriteCharacterString(UniversalTagNumber.IA5String, PeerName.Kiosk("BQLKCN", (ulong)kioskId), new Asn1Tag(TagClass.ContextSpecific, 6));
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", names.Encode(), critical: false));
        var from = DateTimeOffset.UnixEpoch.AddMicroseconds(ReceivedUs);
        using var certificate = request.CreateSelfSigned(from.AddDays(-1), from.AddDays(89));
        _certificate = certificate.RawData;
    }

    public static HeadKey Of(long kioskId) => Made.GetOrAdd(kioskId, id => new HeadKey(id));

    public KioskCertificateRow Row(long agencyId, long? revokedUs = null) => new()
    {
        Thumbprint = SHA256.HashData(_certificate),
        AgencyId = agencyId,
        KioskId = _kioskId,
        IssuedUs = ReceivedUs - 1,
        NotAfterUs = ReceivedUs + 1_000_000_000,
        RevokedUs = revokedUs,
        Certificate = _certificate,
    };

    /// <summary>A head of an entry, as the server takes it once it has checked the signature.</summary>
    public KioskHead Sign(KioskJournal journal, int sequence, long receivedUs = ReceivedUs)
    {
        var hash = journal[sequence].Hash;
        return new KioskHead(sequence, hash, ReceivedUs - 5, SHA256.HashData(_certificate), SignedJournalHead.Sign(_key, journal.Id, (ulong)sequence, hash, ReceivedUs - 5), receivedUs);
    }
}
