using System.Data.Common;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Ingest;
using KyCuong.Server.Tests.Store;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace KyCuong.Server.Tests.Log;

/// <summary>A store with something in every table that the log covers, written as the server writes it.</summary>
internal static class LoggedStore
{
    public static async Task<IngestHost> MakeAsync()
    {
        var host = await IngestHost.StartAsync();
        await FillAsync(host);
        await JournalsAsync(host);
        await using (var db = host.Test.Store.NewReader())
        {
            var journal = await db.Journals.OrderBy(j => j.JournalId).FirstAsync();
            await host.Test.WriteAsync(db => db.ClaimDecisions.Add(
                new ClaimDecisionRow { AgencyId = host.AgencyId, JournalId = journal.JournalId, Sequence = 5, Ruling = ClaimDecisionRow.Confirmed, Document = "5/GXN", DecidedBy = "NV002", EnteredUs = 1 }));
            // Its sixth entry is a tap of a boot that met the server: what is said of it counts only once nothing is measured.
            await host.Test.WriteAsync(db => db.TimeDecisions.AddRange(
                new TimeDecisionRow
                {
                    AgencyId = host.AgencyId, JournalId = journal.JournalId, Sequence = 6, BootId = Bytes128.ToArray(7), BootTimeUs = 65_000_000, WholeBoot = true,
                    Ruling = TimeDecisionRow.Settled, AtUs = KioskJournal.BootedAtUs, UncertaintyUs = 60_000_000, Document = "9/BB", DecidedBy = "NV002", EnteredUs = 1,
                },
                new TimeDecisionRow
                {
                    AgencyId = host.AgencyId, JournalId = journal.JournalId, Sequence = 6, BootId = Bytes128.ToArray(7), BootTimeUs = 65_000_000, Ruling = TimeDecisionRow.Dismissed,
                    Document = "10/BB", DecidedBy = "NV001", EnteredUs = 2,
                }));
        }

        await host.DeriveAsync(derivation => derivation.ReResolve(host.AgencyId, null));
        await ChangeAsync(host);
        await Erasing.Departed.AddAsync(host);
        await Erasing.Departed.ContradictAsync(host);
        await Erasing.Departed.EraseAsync(host);
        return host;
    }

    /// <summary>The store of a host that was closed, for a hand that knows no rules: no triggers, no references.</summary>
    public static async Task<DbConnection> OpenUnguardedAsync(IngestHost host)
    {
        DbConnection connection = host.Test.Options.Kind == StoreKind.Sqlite
            ? new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = host.Test.Data.StoreFile, Pooling = false, ForeignKeys = false }.ConnectionString)
            : new NpgsqlConnection(host.Test.Options.ConnectionString);
        await connection.OpenAsync();
        if (connection is NpgsqlConnection)
        {
            await ExecuteAsync(connection, null, "SET session_replication_role = replica");
            return connection;
        }

        await ExecuteAsync(connection, null, "PRAGMA ignore_check_constraints = ON");
        foreach (var trigger in Catalogue.Column(connection, "SELECT name FROM sqlite_schema WHERE type = 'trigger'"))
            await ExecuteAsync(connection, null, $"DROP TRIGGER {trigger}");
        return connection;
    }

    public static async Task<int> ExecuteAsync(DbConnection connection, DbTransaction? transaction, string sql)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // The texts are the tests' own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteNonQueryAsync();
    }

    private static async Task FillAsync(IngestHost host)
    {
        var (agency, from) = (host.AgencyId, new DateOnly(2026, 5, 1));
        var (an, badge) = await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        var (binh, _) = await host.AddHolderAsync("NV002", KioskJournal.Key(2));
        var units = new[] { new UnitRow { AgencyId = agency, Code = "VP", Name = "Văn phòng" }, new UnitRow { AgencyId = agency, Code = "TC", Name = "Phòng Tài chính", HeadStaffCode = "NV002" } };
        var import = new ImportRow { AgencyId = agency, Kind = "leave", FileName = "nghỉ phép.csv", Sha256 = new byte[32], Rows = 2, Changed = 2, AtUs = 1 };
        var pool = new BadgeRow { AgencyId = agency, Kind = "kc1", State = BadgeState.Active, PoolLabel = "TẠM-01" };
        await host.Test.WriteAsync(db =>
        {
            db.Units.AddRange(units);
            db.Imports.Add(import);
            db.Badges.Add(pool);
        });
        await host.Test.WriteAsync(db =>
        {
            db.UnitHeads.AddRange(new UnitHeadRow { UnitId = units[0].UnitId, FromDate = from, AgencyId = agency, StaffCode = "NV001" }, new UnitHeadRow { UnitId = units[1].UnitId, FromDate = from, AgencyId = agency });
            db.Postings.AddRange(
                new PostingRow { AgencyId = agency, StaffId = an, UnitId = units[0].UnitId, Position = "Chánh Văn phòng", Category = "CivilServant", FromDate = from },
                new PostingRow { AgencyId = agency, StaffId = binh, UnitId = units[1].UnitId, FromDate = from, ToDate = from.AddDays(30) });
            db.StaffPhotos.Add(new StaffPhotoRow { AgencyId = agency, StaffId = an, ImportId = import.ImportId, Sha256 = new byte[32], Content = [0xFF, 0xD8, 1, 2] });
            db.Schedules.AddRange(
                new ScheduleRow { AgencyId = agency, Code = "HC", Name = "Hành chính", FromDate = from, Definition = "{}" },
                new ScheduleRow { AgencyId = agency, Code = "TRUC", Name = "Trực", FromDate = from, ToDate = from.AddDays(9), Definition = "{ \"a\": 1 }" });
            db.Assignments.AddRange(
                new AssignmentRow { AgencyId = agency, ScheduleCode = "HC", Mode = "replace" },
                new AssignmentRow { AgencyId = agency, StaffId = an, ScheduleCode = "TRUC", Mode = "add", FromDate = from, Dates = "[\"2026-05-13\"]" });
            db.Holidays.AddRange(new HolidayRow { AgencyId = agency, Date = from, Name = "Quốc tế Lao động" }, new HolidayRow { AgencyId = agency, Date = from.AddDays(3), Name = "Nghỉ bù", Notice = "12/TB" });
            db.DaySwaps.Add(new DaySwapRow { AgencyId = agency, OffDate = from.AddDays(10), WorkedDate = from.AddDays(15), Notice = "13/TB" });
            db.Leave.AddRange(
                new LeaveRow { AgencyId = agency, StaffId = an, ImportId = import.ImportId, Line = 2, FromDate = from, ToDate = from, Part = "day", Kind = "annual", EnteredUs = 1 },
                new LeaveRow { AgencyId = agency, StaffId = binh, ImportId = import.ImportId, Line = 3, FromDate = from, ToDate = from.AddDays(1), Part = "morning", Kind = "sick", Document = "7/ĐX", EnteredUs = 1, ApprovedUs = 2 });
            db.BadgeLoans.Add(new BadgeLoanRow { AgencyId = agency, BadgeId = pool.BadgeId, StaffId = binh, FromUs = 1, ToUs = 9, LentBy = "NV001" });
            db.BadgeKeys.AddRange(new BadgeKeyNumberRow { AgencyId = agency, KeyId = 1, CreatedUs = 1 }, new BadgeKeyNumberRow { AgencyId = agency, KeyId = uint.MaxValue, CreatedUs = 2 });
            db.EnrolmentCodes.Add(new EnrolmentCodeRow { SecretHash = new byte[32], AgencyId = agency, KioskId = host.KioskId, CreatedUs = 1, ExpiresUs = 2 });
            db.KioskCertificates.Add(new KioskCertificateRow { Thumbprint = new byte[32], AgencyId = agency, KioskId = host.KioskId, IssuedUs = 1, NotAfterUs = 2 });
            db.KioskCertificates.Add(HeadKey.Of(host.KioskId).Row(agency));
            db.KioskLosses.Add(new KioskLossRow { AgencyId = agency, KioskId = host.KioskId, KnownUntilUs = 1, Document = "3/BB", DeclaredBy = "NV001", ConfirmedBy = "NV002", EnteredUs = 2 });
            db.KioskReleases.Add(new KioskReleaseRow { AgencyId = agency, KioskId = host.KioskId, Document = "8/BB", DecidedBy = "NV002", EnteredUs = 2 });
            db.StaffPins.Add(new StaffPinRow { AgencyId = agency, StaffId = an, Salt = new byte[16], Hash = new byte[32], Rounds = 1000, IssuedUs = 1 });
            db.FindingDecisions.AddRange(
                new FindingDecisionRow { AgencyId = agency, StaffId = an, Date = from, Ruling = "excused", Document = "1/GT", DecidedBy = "NV002", EnteredUs = 1 },
                new FindingDecisionRow { AgencyId = agency, StaffId = binh, Date = from, Ruling = "confirmed", ScheduleCode = "HC", Session = 1, Finding = "lateArrival", Document = "2/GT", DecidedBy = "NV001", EnteredUs = 2 });
            db.Incidents.Add(new IncidentRow { AgencyId = agency, FromUs = 1, ToUs = 2, KioskId = host.KioskId, UnitId = units[0].UnitId, Document = "4/BB", DecidedBy = "NV001", EnteredUs = 3 });
            db.HandKept.Add(new HandKeptRow { AgencyId = agency, StaffId = an, FromDate = from, Document = "6/QĐ", DecidedBy = "NV002", EnteredUs = 1 });
            db.HandKeptMarks.AddRange(
                new HandKeptMarkRow { AgencyId = agency, StaffId = an, Date = from, Present = true, RecordedBy = "NV002", EnteredUs = 1 },
                new HandKeptMarkRow { AgencyId = agency, StaffId = an, Date = from.AddDays(1), Session = 0, Present = false, RecordedBy = "NV002", EnteredUs = 2 });
        });
        await host.DeriveAsync(derivation => derivation.ImportTaps(agency, import.ImportId,
        [
            new ImportedTap(2, an, null, KioskJournal.BootedAtUs - KioskJournal.Second, Direction.In, ""),
            new ImportedTap(3, 0, new EquatableList<BadgeKey>(KioskJournal.Key(2)), KioskJournal.BootedAtUs, Direction.Unspecified, "cong"),
        ]));
        await host.DeriveAsync(derivation => derivation.ImportTaps(agency, import.ImportId, [new ImportedTap(4, binh, null, KioskJournal.BootedAtUs + 5, Direction.Out, "")]));
    }

    /// <summary>A whole journal, one with holes, one waited for and one declared lost, and a kiosk that contradicts itself.</summary>
    private static async Task JournalsAsync(IngestHost host)
    {
        var journal = Entries(host.NewJournal());
        await host.SendAsync(journal, 1, 3);
        await host.SendAsync(journal, 4, 6, backlog: true);
        var holes = Entries(host.NewJournal(2));
        await host.SendAsync(holes, 1, 1);
        await host.SendAsync(holes, 5, 5);
        var session = await host.OpenAsync(holes);
        await host.Ingest.DeclareLostAsync(session, 2, 2, CancellationToken.None);
        await host.SendAsync(holes, 3, 3);
        var other = host.NewJournal();
        other.Tap(99, 60);
        await host.SendAsync(other, 1, 1);
        await host.SendAsync(other, 1, 1);
        var key = HeadKey.Of(host.KioskId);
        foreach (var (of, sequence) in ((KioskJournal, int)[])[(journal, 3), (journal, 6), (holes, 1), (other, 1)])
            await host.Ingest.KeepHeadAsync(await host.OpenAsync(of), key.Sign(of, sequence), CancellationToken.None);
    }

    private static KioskJournal Entries(KioskJournal journal)
    {
        journal.Tap(1, 60, Direction.In);
        journal.Fault(61);
        journal.Tap([KioskJournal.Key(2), KioskJournal.Key(3, CredentialLevel.Em32)], 62);
        journal.Sample(63);
        journal.Add(64, new ClaimedTapEntry("NV001", ClaimCheck.Unverified, Direction.In, DirectionSource.Person));
        journal.Synced = false;
        journal.Tap(44, 65);
        return journal;
    }

    /// <summary>What was written is changed and removed, as commands do.</summary>
    private static async Task ChangeAsync(IngestHost host)
    {
        await using var lease = await host.Test.Store.LeaseAsync(CancellationToken.None);
        await using var db = lease.NewContext();
        (await db.Staff.FirstAsync(s => s.Code == "NV001")).FullName = "Nguyễn Văn An";
        var leave = await db.Leave.FirstAsync(l => l.Line == 2);
        (leave.WithdrawnUs, leave.WithdrawnDocument, leave.WithdrawnReason) = (9, "8/ĐX", "Nhập nhầm");
        db.Holidays.Remove(await db.Holidays.FirstAsync(h => h.Notice == "12/TB"));
        db.Assignments.Remove(await db.Assignments.FirstAsync(a => a.Mode == "add"));
        (await db.Agencies.FirstAsync()).RosterVersion++;
        await db.SaveChangesAsync();
        await lease.CommitAsync();
    }
}
