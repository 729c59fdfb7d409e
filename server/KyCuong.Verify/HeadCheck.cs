using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KyCuong.Verify;

/// <summary>
/// Holds journals against what their kiosks signed of them (server/manual/log.md, "Signed heads"): whoever writes a journal anew, log and
/// all, has not the kiosk's key. A head that contradicts what is stored is right only where the contradiction itself was kept.
/// </summary>
internal sealed class HeadCheck : IDisposable
{
    private const int CertificateHashSize = 32;
    private const long RevocationUs = 300_000_000;
    private static readonly byte[] Format = "KCH\u0001"u8.ToArray();
    private readonly Store _store;
    private readonly List<Finding> _findings;
    private readonly Dictionary<string, Signer> _signers = [];
    private readonly bool _kept;
    private long _looked;

    public HeadCheck(Store store, List<Finding> findings)
    {
        // A store of an earlier schema has none.
        (_store, _findings, _kept) = (store, findings, store.Tables().Contains("journal_heads"));
        foreach (var row in _kept ? store.Rows("kiosk_certificates") : []) Add(row);
    }

    /// <summary>Heads that are signed as they should be and fit what is stored.</summary>
    public long Checked { get; private set; }

    /// <summary>What a kiosk signed of a journal, in order of sequence; begins with none looked at.</summary>
    public OfJournal For(long journalId, (long Kiosk, string Epoch) id) =>
        new(this, id, _kept ? _store.Heads(journalId) : [], _kept ? [.. _store.Conflicts(journalId)] : []);

    /// <summary>All journals were looked at: heads of none are too many.</summary>
    public void End()
    {
        if (_kept && _store.Count("journal_heads") != _looked)
            _findings.Add(new Finding(FindingKind.HeadUnknown, FormattableString.Invariant($"journal_heads: {_store.Count("journal_heads") - _looked}"), 0));
    }

    public void Dispose()
    {
        foreach (var signer in _signers.Values) signer.Key?.Dispose();
    }

    /// <summary>The heads of one journal.</summary>
    public sealed class OfJournal(HeadCheck check, (long Kiosk, string Epoch) id, IReadOnlyList<Head> heads, HashSet<(long, string)> conflicts)
    {
        private int _next;

        /// <summary>The entries come in order; this is the next one that is stored.</summary>
        public void Entry(long sequence, byte[] hash)
        {
            for (; _next < heads.Count && heads[_next].Sequence <= sequence; _next++)
                check.One(id, heads[_next], heads[_next].Sequence == sequence ? hash : null, conflicts);
        }

        /// <summary>No more entries come.</summary>
        public void End()
        {
            for (; _next < heads.Count; _next++) check.One(id, heads[_next], null, conflicts);
        }
    }

    private void One((long Kiosk, string Epoch) id, Head head, byte[]? stored, HashSet<(long, string)> conflicts)
    {
        _looked++;
        var where = string.Create(CultureInfo.InvariantCulture, $"kiosk {id.Kiosk} {id.Epoch[..8]} {head.Sequence}");
        if (!IsSigned(id, head)) _findings.Add(new Finding(FindingKind.HeadForged, where, 0));
        else if (stored is null || (!stored.AsSpan().SequenceEqual(head.Hash) && !conflicts.Contains((head.Sequence, Convert.ToHexString(head.Hash)))))
            _findings.Add(new Finding(FindingKind.HeadContradicts, where, 0));
        else Checked++;
    }

    private bool IsSigned((long Kiosk, string Epoch) id, Head head)
    {
        if (!_signers.TryGetValue(Convert.ToHexString(head.Thumbprint), out var signer) || signer.Key is null || signer.Kiosk != id.Kiosk) return false;
        // Good when it came. Whoever revokes notes the instant and then waits for its turn to write; meanwhile heads are still taken.
        if (head.ReceivedUs > signer.NotAfterUs || head.ReceivedUs - RevocationUs > (signer.RevokedUs ?? long.MaxValue)) return false;
        var epoch = Convert.FromHexString(id.Epoch);
        if (epoch.Length != 16 || head.Hash.Length != 32) return false;
        var statement = new byte[76];
        Format.CopyTo(statement, 0);
        BinaryPrimitives.WriteInt64BigEndian(statement.AsSpan(4), id.Kiosk);
        epoch.CopyTo(statement, 12);
        BinaryPrimitives.WriteInt64BigEndian(statement.AsSpan(28), head.Sequence);
        head.Hash.CopyTo(statement, 36);
        BinaryPrimitives.WriteInt64BigEndian(statement.AsSpan(68), head.SignedUs);
        return signer.Key.VerifyData(statement, head.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>A certificate counts when it is the one of its thumbprint and bears the kiosk's own name; else it has no key here.</summary>
    private void Add(IReadOnlyDictionary<string, object?> row)
    {
        var (thumbprint, kiosk) = ((byte[])row["thumbprint"]!, (long)row["kiosk_id"]!);
        ECDsa? key = null;
        if (row.GetValueOrDefault("certificate") is byte[] der && thumbprint.Length == CertificateHashSize && SHA256.HashData(der).AsSpan().SequenceEqual(thumbprint))
        {
            try
            {
                using var certificate = X509CertificateLoader.LoadCertificate(der);
                if (Names(certificate).Any(name => name.EndsWith(FormattableString.Invariant($"/kiosk/{kiosk}"), StringComparison.Ordinal))) key = certificate.GetECDsaPublicKey();
            }
            catch (CryptographicException)
            {
                // No certificate at all: nothing is signed by it, which each of its heads says.
            }
        }

        _signers[Convert.ToHexString(thumbprint)] = new Signer(kiosk, (long)row["not_after_us"]!, (long?)row["revoked_us"], key);
    }

    private static IEnumerable<string> Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.FirstOrDefault(extension => extension.Oid?.Value == "2.5.29.17");
        if (names is null) yield break;
        var sequence = new System.Formats.Asn1.AsnReader(names.RawData, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence();
        var uri = new System.Formats.Asn1.Asn1Tag(System.Formats.Asn1.TagClass.ContextSpecific, 6);
        while (sequence.HasData)
        {
            if (sequence.PeekTag().HasSameClassAndValue(uri)) yield return sequence.ReadCharacterString(System.Formats.Asn1.UniversalTagNumber.IA5String, uri);
            else sequence.ReadEncodedValue();
        }
    }

    private sealed record Signer(long Kiosk, long NotAfterUs, long? RevokedUs, ECDsa? Key);
}

/// <summary>What a kiosk signed of a journal.</summary>
internal sealed record Head(long Sequence, byte[] Hash, long SignedUs, byte[] Thumbprint, byte[] Signature, long ReceivedUs);
