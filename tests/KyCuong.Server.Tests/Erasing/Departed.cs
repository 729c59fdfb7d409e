using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Erasing;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Ingest;
using KyCuong.Server.Tests.Serve;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Erasing;

/// <summary>Somebody who has left, with something in every table that knows people, and everything that is erased of them.</summary>
internal static class Departed
{
    public const string Code = "NV009";
    public const string Name = "Huỳnh Thị Tường Vy";
    public const string Phone = "0912-345-678";

    /// <summary>The hash of a badge that nobody else has.</summary>
    public static readonly UInt128 BadgeHash = new(0xA1B2_C3D4_E5F6_0718, 0x293A_4B5C_6D7E_8F90);

    public static BadgeKey Badge => KioskJournal.Key(BadgeHash);

    /// <summary>Their journal: taps of theirs, of somebody else, of nobody, and a code entered in place of a badge.</summary>
    public static KioskJournal Journal(IngestHost host)
    {
        var journal = host.NewJournal(77);
        journal.Sample(50);
        journal.Tap(BadgeHash, 60, Direction.In);
        journal.Tap(1, 61, Direction.In);
        journal.Add(62, new ClaimedTapEntry(Code, ClaimCheck.Verified, Direction.In, DirectionSource.Person));
        journal.Add(63, new ClaimedTapEntry(Code, ClaimCheck.Unverified, Direction.Out, DirectionSource.Person));
        journal.Tap(BadgeHash, 64, Direction.Out);
        journal.Fault(65);
        return journal;
    }

    /// <summary>Adds them to a store that has the people NV001 and NV002, and sends their journal.</summary>
    public static async Task<long> AddAsync(IngestHost host)
    {
        var (agency, from) = (host.AgencyId, new DateOnly(2026, 5, 1));
        var (staff, _) = await host.AddHolderAsync(Code, Badge);
        var unit = new UnitRow { AgencyId = agency, Code = "KT", Name = "Phòng Kỹ thuật" };
        var import = new ImportRow { AgencyId = agency, Kind = "leave", FileName = "nghỉ phép 2.csv", Sha256 = new byte[32], Rows = 2, Changed = 2, AtUs = 1 };
        var pool = new BadgeRow { AgencyId = agency, Kind = "kc1", State = BadgeState.Active, PoolLabel = "TẠM-09" };
        await host.Test.WriteAsync(db =>
        {
            db.Units.Add(unit);
            db.Imports.Add(import);
            db.Badges.Add(pool);
            var person = db.Staff.Single(row => row.StaffId == staff);
            (person.FullName, person.Phone, person.Email, person.BirthDate, person.CardNumber) = (Name, Phone, "vy@example.vn", new DateOnly(1990, 2, 3), "KT-009");
        });
        await host.Test.WriteAsync(db =>
        {
            db.Postings.Add(new PostingRow { AgencyId = agency, StaffId = staff, UnitId = unit.UnitId, Position = "Chuyên viên Tường Vy", FromDate = from, ToDate = from.AddDays(19) });
            db.Assignments.Add(new AssignmentRow { AgencyId = agency, StaffId = staff, ScheduleCode = "HC", Mode = "add", FromDate = from });
            db.StaffPhotos.Add(new StaffPhotoRow { AgencyId = agency, StaffId = staff, ImportId = import.ImportId, Sha256 = new byte[32], Content = [0xFF, 0xD8, 9, 9] });
            db.StaffPins.Add(new StaffPinRow { AgencyId = agency, StaffId = staff, Salt = new byte[16], Hash = new byte[32], Rounds = 1000, IssuedUs = 1 });
            db.Leave.Add(new LeaveRow { AgencyId = agency, StaffId = staff, ImportId = import.ImportId, Line = 2, FromDate = from, ToDate = from, Part = "day", Kind = "sick", EnteredUs = 1 });
            db.BadgeLoans.Add(new BadgeLoanRow { AgencyId = agency, BadgeId = pool.BadgeId, StaffId = staff, FromUs = 1, ToUs = 9, LentBy = "NV001" });
            db.FindingDecisions.Add(new FindingDecisionRow { AgencyId = agency, StaffId = staff, Date = from, Ruling = "excused", Document = "9/GT", DecidedBy = "NV002", EnteredUs = 1 });
            db.HandKept.Add(new HandKeptRow { AgencyId = agency, StaffId = staff, FromDate = from, Document = "9/QĐ", DecidedBy = "NV002", EnteredUs = 1 });
            db.HandKeptMarks.Add(new HandKeptMarkRow { AgencyId = agency, StaffId = staff, Date = from, Present = true, RecordedBy = "NV002", EnteredUs = 1 });
            // What they decided of others stays.
            db.FindingDecisions.Add(new FindingDecisionRow { AgencyId = agency, StaffId = db.Staff.Single(row => row.Code == "NV001").StaffId, Date = from, Ruling = "excused", Document = "10/GT", DecidedBy = Code, EnteredUs = 1 });
        });
        var nv001 = await host.Test.Store.NewReader().Staff.SingleAsync(row => row.Code == "NV001");
        await host.DeriveAsync(derivation => derivation.ImportTaps(agency, import.ImportId,
        [
            new ImportedTap(2, staff, null, KioskJournal.BootedAtUs - (5 * KioskJournal.Second), Direction.In, ""),
            new ImportedTap(3, nv001.StaffId, null, KioskJournal.BootedAtUs - (4 * KioskJournal.Second), Direction.In, ""),
            new ImportedTap(4, 0, new EquatableList<BadgeKey>(Badge), KioskJournal.BootedAtUs - (3 * KioskJournal.Second), Direction.Out, "cong"),
        ]));
        await host.SendAllAsync(Journal(host));
        var journal = await host.Test.Store.NewReader().Journals.SingleAsync(row => row.Epoch == Bytes128.ToArray(77));
        await host.Test.WriteAsync(db => db.ClaimDecisions.Add(
            new ClaimDecisionRow { AgencyId = agency, JournalId = journal.JournalId, Sequence = 5, Ruling = ClaimDecisionRow.Confirmed, Document = "9/GXN", DecidedBy = "NV002", EnteredUs = 1 }));
        await host.Test.WriteAsync(db => db.TimeDecisions.Add(new TimeDecisionRow
        {
            AgencyId = agency, JournalId = journal.JournalId, Sequence = 5, BootId = Bytes128.ToArray(7), BootTimeUs = 63_000_000, Ruling = TimeDecisionRow.Dismissed,
            Document = "11/BB", DecidedBy = "NV002", EnteredUs = 1,
        }));
        await host.DeriveAsync(derivation => derivation.ReResolve(agency, null));
        return staff;
    }

    /// <summary>The same sequence once more, with something of theirs: the kiosk contradicts itself.</summary>
    public static async Task ContradictAsync(IngestHost host)
    {
        var other = host.NewJournal(77);
        other.Tap(BadgeHash, 51, Direction.Out);
        await host.SendAsync(other, 1, 1);
    }

    /// <summary>Erases them as an operator does.</summary>
    public static async Task<string> EraseAsync(IngestHost host, bool carryOut = true, bool json = false)
    {
        using var console = new SpokenConsole();
        Assert.Equal(0, await EraseCommand.RunAsync(Context(host, console, json), Code, request: true, carryOut ? new ErasureWish(true, "9/QĐ-XDL", "NV001") : new ErasureWish(false, "", ""), CancellationToken.None));
        return console.Said;
    }

    public static CommandContext Context(IngestHost host, ICommandConsole console, bool json = false) =>
        new(host.Test.Store, host.Test.Data, host.Test.Time, console, json, Agency: null, NullLoggerFactory.Instance);
}
