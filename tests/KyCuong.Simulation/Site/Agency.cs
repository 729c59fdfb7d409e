using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Enrolment;
using KyCuong.Protos.V1;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Simulation.Site;

/// <summary>The agency that all seeds begin with: officers with badges, and gates. Made once a process and copied.</summary>
internal sealed class Agency
{
    /// <summary>Badges of the officers; those behind are nobody's.</summary>
    public const int Officers = 12;

    /// <summary>All badges.</summary>
    public const int Badges = 16;

    /// <summary>Gates declared; a seed uses some.</summary>
    public const int Gates = 4;

    private static readonly byte[] Key = [.. Enumerable.Range(1, BadgeHasher.KeySize).Select(i => (byte)i)];

    private Agency(string folder, long id, IReadOnlyList<ulong> kiosks, IReadOnlyList<X509Certificate2> certificates) => (Folder, Id, Kiosks, Certificates) = (folder, id, kiosks, certificates);

    /// <summary>Where the server's directory lies that seeds copy.</summary>
    public string Folder { get; }

    /// <summary>The agency's row.</summary>
    public long Id { get; }

    /// <summary>The gates' ids.</summary>
    public IReadOnlyList<ulong> Kiosks { get; }

    /// <summary>Their certificates, which sign the heads of their journals.</summary>
    public IReadOnlyList<X509Certificate2> Certificates { get; }

    /// <summary>The badge key, as kiosks have it.</summary>
    public static ReadOnlyMemory<byte> BadgeKey => Key;

    /// <summary>The agency's code.</summary>
    public static string Code => "THU";

    /// <summary>The name of a gate.</summary>
    public static string GateName(int number) => $"CONG-{number}";

    /// <summary>The 5 bytes of a badge's tag.</summary>
    public static byte[] Tag(int badge) => [0x0F, 0x03, 0x02, (byte)(0x40 + badge), (byte)(0xD0 + badge)];

    /// <summary>What a kiosk makes of a badge.</summary>
    public static EquatableList<BadgeKey> HashesOf(int badge) => new BadgeHasher(1, Key).HashLevels(BadgeIdentity.TryCreate(CredentialLevel.Em, Tag(badge))!);

    /// <summary>Makes it.</summary>
    public static async Task<Agency> CreateAsync(string folder, TimeProvider time)
    {
        var data = DataDirectory.Open(folder);
        await using var store = ServerStore.Open(data, new StoreOptions(), time, NullLoggerFactory.Instance);
        // A key of its own, always the same: else badges lie in another order in the store each time.
        await File.WriteAllBytesAsync(Path.Combine(data.Folder("keys"), "badge-1-1.key"), Key);
        File.SetUnixFileMode(Path.Combine(data.Folder("keys"), "badge-1-1.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var agency = new AgencyRow { Code = Code, Name = "Cơ quan thử", TimeZone = "Asia/Ho_Chi_Minh", RestDays = "[\"Sat\",\"Sun\"]", Policy = "{}", RosterVersion = 1 };
        await SaveAsync(store, db => db.Agencies.Add(agency));
        await SaveAsync(store, db => db.Add(new BadgeKeyNumberRow { AgencyId = agency.AgencyId, KeyId = 1 }));
        var unit = new UnitRow { AgencyId = agency.AgencyId, Code = "VP", Name = "Văn phòng" };
        await SaveAsync(store, db => db.Units.Add(unit));
        for (var i = 0; i < Officers; i++)
        {
            var person = new StaffRow { AgencyId = agency.AgencyId, Code = $"NV{i:000}", FullName = $"Nguyễn Văn {i}", NameSort = [(byte)i] };
            var badge = new BadgeRow { AgencyId = agency.AgencyId, Kind = "em10h", State = BadgeState.Active };
            await SaveAsync(store, db => (db.Staff.Add(person), db.Badges.Add(badge)));
            var hashes = HashesOf(i);
            await SaveAsync(store, db =>
            {
                db.Postings.Add(new PostingRow { AgencyId = agency.AgencyId, StaffId = person.StaffId, UnitId = unit.UnitId, FromDate = new DateOnly(2026, 1, 1) });
                db.BadgeHoldings.Add(new BadgeHoldingRow { AgencyId = agency.AgencyId, BadgeId = badge.BadgeId, StaffId = person.StaffId, FromDate = new DateOnly(2026, 1, 1) });
                foreach (var key in hashes)
                    db.BadgeHashes.Add(new BadgeHashRow { AgencyId = agency.AgencyId, Level = key.Level, KeyId = key.KeyId, Hash = Bytes128.ToArray(key.Hash), BadgeId = badge.BadgeId });
                return 0;
            });
        }

        var (kiosks, certificates) = (new List<ulong>(), new List<X509Certificate2>());
        for (var i = 1; i <= Gates; i++)
        {
            var kiosk = new KioskRow { AgencyId = agency.AgencyId, Code = GateName(i), Name = $"Cổng {i}", State = KioskState.Enrolled, EnrolledUs = 1 };
            await SaveAsync(store, db => db.Kiosks.Add(kiosk));
            kiosks.Add((ulong)kiosk.KioskId);
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var (from, to) = (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(80));
            var names = new SubjectAlternativeNameBuilder();
            names.AddUri(new Uri(PeerName.Kiosk(Code, (ulong)kiosk.KioskId)));
            var request = new CertificateRequest($"CN={kiosk.Code}", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(names.Build());
            var certificate = request.CreateSelfSigned(from, to);
            certificates.Add(certificate);
            await SaveAsync(store, db => db.KioskCertificates.Add(new KioskCertificateRow
            {
                Thumbprint = certificate.GetCertHash(HashAlgorithmName.SHA256),
                AgencyId = agency.AgencyId,
                KioskId = kiosk.KioskId,
                IssuedUs = UnixTime.ToUs(from),
                NotAfterUs = UnixTime.ToUs(to),
                Certificate = certificate.RawData,
            }));
        }

        return new Agency(folder, agency.AgencyId, kiosks, certificates);
    }

    private static async Task SaveAsync<T>(ServerStore store, Func<KyCuongDb, T> change)
    {
        await using var lease = await store.LeaseAsync(CancellationToken.None);
        await using var db = lease.NewContext();
        change(db);
        await db.SaveChangesAsync();
        await lease.CommitAsync();
    }
}
