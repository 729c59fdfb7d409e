using System.Linq.Expressions;
using System.Text;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Store;

/// <summary>
/// How rows stand in tables: names in snake_case, keys, references, indexes. The numbered SQL migrations make the tables;
/// a test compares what they make with this.
/// </summary>
internal static class KyCuongModel
{
    /// <param name="model">What is described.</param>
    /// <param name="postgres">True for PostgreSQL, where texts are compared by code point as SQLite does by itself.</param>
    public static void Describe(ModelBuilder model, bool postgres)
    {
        Table<AgencyRow>(model, "agencies", r => r.AgencyId).Unique(r => r.Code);
        Table<UnitRow>(model, "units", r => r.UnitId).InAgency().Refers<UnitRow>(r => r.ParentUnitId).Unique(r => new { r.AgencyId, r.Code });
        Table<UnitHeadRow>(model, "unit_heads", r => new { r.UnitId, r.FromDate }).InAgency().Refers<UnitRow>(r => r.UnitId);
        Table<StaffRow>(model, "staff", r => r.StaffId).InAgency().Unique(r => new { r.AgencyId, r.Code });
        Table<PostingRow>(model, "postings", r => r.PostingId).InAgency().Refers<StaffRow>(r => r.StaffId).Refers<UnitRow>(r => r.UnitId)
            .Unique(r => new { r.StaffId, r.FromDate }).Index("postings_unit", r => new { r.AgencyId, r.UnitId });

        Table<ScheduleRow>(model, "schedules", r => r.ScheduleId).InAgency().Unique(r => new { r.AgencyId, r.Code, r.FromDate });
        Table<AssignmentRow>(model, "assignments", r => r.AssignmentId).InAgency().Refers<UnitRow>(r => r.UnitId).Refers<StaffRow>(r => r.StaffId)
            .Index("assignments_agency", r => r.AgencyId);
        Table<HolidayRow>(model, "holidays", r => new { r.AgencyId, r.Date }).InAgency();
        Table<DaySwapRow>(model, "day_swaps", r => new { r.AgencyId, r.OffDate }).InAgency();
        Table<ImportRow>(model, "imports", r => r.ImportId).InAgency();
        Table<LeaveRow>(model, "leave_entries", r => r.LeaveId).InAgency().Refers<StaffRow>(r => r.StaffId).Refers<ImportRow>(r => r.ImportId)
            .Index("leave_entries_dates", r => new { r.AgencyId, r.ToDate, r.FromDate }).Index("leave_entries_staff", r => new { r.StaffId, r.FromDate });
        Table<StaffPhotoRow>(model, "staff_photos", r => r.PhotoId).InAgency().Refers<StaffRow>(r => r.StaffId).Refers<ImportRow>(r => r.ImportId)
            .Unique(r => r.StaffId).Index("staff_photos_hash", r => new { r.AgencyId, r.Sha256, r.StaffId });

        Table<BadgeRow>(model, "badges", r => r.BadgeId).InAgency().Unique(r => new { r.AgencyId, r.PoolLabel });
        Table<BadgeHashRow>(model, "badge_hashes", r => new { r.AgencyId, r.Level, r.KeyId, r.Hash, r.BadgeId })
            .InAgency().Refers<BadgeRow>(r => r.BadgeId).Index("badge_hashes_badge", r => r.BadgeId);
        Table<BadgeHoldingRow>(model, "badge_holdings", r => r.HoldingId).InAgency().Refers<BadgeRow>(r => r.BadgeId).Refers<StaffRow>(r => r.StaffId)
            .Unique(r => new { r.BadgeId, r.FromDate }).Index("badge_holdings_staff", r => r.StaffId);
        Table<BadgeLoanRow>(model, "badge_loans", r => r.LoanId).InAgency().Refers<BadgeRow>(r => r.BadgeId).Refers<StaffRow>(r => r.StaffId)
            .Index("badge_loans_badge", r => r.BadgeId).Index("badge_loans_agency", r => new { r.AgencyId, r.ToUs });
        Table<BadgeKeyNumberRow>(model, "badge_keys", r => new { r.AgencyId, r.KeyId }).InAgency();

        Table<KioskRow>(model, "kiosks", r => r.KioskId).InAgency().Refers<UnitRow>(r => r.UnitId).Unique(r => new { r.AgencyId, r.Code });
        Table<EnrolmentCodeRow>(model, "enrolment_codes", r => r.SecretHash).InAgency().Refers<KioskRow>(r => r.KioskId);
        Table<KioskCertificateRow>(model, "kiosk_certificates", r => r.Thumbprint).InAgency().Refers<KioskRow>(r => r.KioskId)
            .Index("kiosk_certificates_kiosk", r => r.KioskId);
        Table<KioskLossRow>(model, "kiosk_losses", r => r.LossId).InAgency().Refers<KioskRow>(r => r.KioskId).Index("kiosk_losses_kiosk", r => new { r.KioskId, r.EnteredUs });
        Table<KioskReleaseRow>(model, "kiosk_releases", r => r.ReleaseId).InAgency().Refers<KioskRow>(r => r.KioskId).Index("kiosk_releases_kiosk", r => new { r.KioskId, r.EnteredUs });
        Table<JournalRow>(model, "journals", r => r.JournalId).InAgency().Refers<KioskRow>(r => r.KioskId).Unique(r => new { r.KioskId, r.Epoch });

        Table<TapRow>(model, "taps", r => new { r.JournalId, r.Sequence }).Refers<JournalRow>(r => r.JournalId);
        Table<KioskEventRow>(model, "kiosk_events", r => new { r.JournalId, r.Sequence }).Refers<JournalRow>(r => r.JournalId);
        Table<JournalGapRow>(model, "journal_gaps", r => new { r.JournalId, r.FirstSequence }).Refers<JournalRow>(r => r.JournalId);
        Table<JournalConflictRow>(model, "journal_conflicts", r => new { r.JournalId, r.Sequence, r.Hash }).Refers<JournalRow>(r => r.JournalId);
        Table<JournalHeadRow>(model, "journal_heads", r => new { r.JournalId, r.Sequence, r.Hash }).Refers<JournalRow>(r => r.JournalId).Refers<KioskCertificateRow>(r => r.Thumbprint);
        Table<ImportedTapRow>(model, "imported_taps", r => r.ImportedTapId).InAgency().Refers<ImportRow>(r => r.ImportId)
            .Unique(r => new { r.AgencyId, r.StaffId, r.Badge, r.AtUs, r.Direction, r.Reader });
        Table<ResolvedTapRow>(model, "resolved_taps", r => new { r.AgencyId, r.Bucket, r.StaffId, r.AtUs, r.JournalId, r.Sequence });
        Table<BadgelessTapRow>(model, "badgeless_taps", r => new { r.AgencyId, r.Bucket, r.StaffId, r.JournalId, r.Sequence });
        Table<UnresolvedTapRow>(model, "unresolved_taps", r => new { r.JournalId, r.Sequence })
            .Index("unresolved_taps_reason", r => new { r.AgencyId, r.Reason });

        Table<StaffPinRow>(model, "staff_pins", r => r.PinId).InAgency().Refers<StaffRow>(r => r.StaffId).Unique(r => r.StaffId);
        Table<ClaimDecisionRow>(model, "claim_decisions", r => r.DecisionId).InAgency().Refers<JournalRow>(r => r.JournalId)
            .Index("claim_decisions_tap", r => new { r.JournalId, r.Sequence });
        Table<TimeDecisionRow>(model, "time_decisions", r => r.DecisionId).InAgency().Refers<JournalRow>(r => r.JournalId)
            .Index("time_decisions_tap", r => new { r.JournalId, r.Sequence });

        Table<FindingDecisionRow>(model, "finding_decisions", r => r.DecisionId).InAgency().Refers<StaffRow>(r => r.StaffId)
            .Index("finding_decisions_dates", r => new { r.AgencyId, r.Date });
        Table<IncidentRow>(model, "incidents", r => r.IncidentId).InAgency().Refers<KioskRow>(r => r.KioskId).Refers<UnitRow>(r => r.UnitId)
            .Index("incidents_agency", r => new { r.AgencyId, r.ToUs });
        Table<HandKeptRow>(model, "hand_kept", r => r.HandKeptId).InAgency().Refers<StaffRow>(r => r.StaffId)
            .Index("hand_kept_agency", r => new { r.AgencyId, r.StaffId });
        Table<HandKeptMarkRow>(model, "hand_kept_marks", r => r.MarkId).InAgency().Refers<StaffRow>(r => r.StaffId)
            .Index("hand_kept_marks_dates", r => new { r.AgencyId, r.Date });

        Table<ErasureRow>(model, "erasures", r => r.ErasureId).InAgency();
        Table<ErasedEntryRow>(model, "erased_entries", r => new { r.KioskId, r.Epoch, r.Sequence, r.Hash }).Refers<ErasureRow>(r => r.ErasureId)
            .Index("erased_entries_erasure", r => r.ErasureId);
        Table<ErasingRow>(model, "erasing", r => r.ErasureId);
        model.Entity<ErasingRow>().Property(r => r.ErasureId).ValueGeneratedNever();
        Table<LogEntryRow>(model, "log_entries", r => r.Number);
        model.Entity<LogEntryRow>().Property(r => r.Number).ValueGeneratedNever();

        foreach (var entity in model.Model.GetEntityTypes())
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(SnakeCase(property.Name));
                if (property.ClrType == typeof(uint)) property.SetProviderClrType(typeof(long));
                if (postgres && property.ClrType == typeof(string)) property.SetCollation("C");
            }
    }

    private static TableOf<TRow> Table<TRow>(ModelBuilder model, string name, Expression<Func<TRow, object?>> key) where TRow : class
    {
        var entity = model.Entity<TRow>();
        entity.ToTable(name).HasKey(key);
        // Only a key of one number is given by the store.
        var primary = entity.Metadata.FindPrimaryKey()!.Properties;
        if (primary.Count > 1)
            foreach (var property in primary) property.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
        return new TableOf<TRow>(entity);
    }

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0) text.Append('_');
            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }

    private sealed class TableOf<TRow>(Microsoft.EntityFrameworkCore.Metadata.Builders.EntityTypeBuilder<TRow> entity) where TRow : class
    {
        public TableOf<TRow> InAgency()
        {
            entity.HasOne<AgencyRow>().WithMany().HasForeignKey("AgencyId").OnDelete(DeleteBehavior.NoAction);
            return this;
        }

        public TableOf<TRow> Refers<TTarget>(Expression<Func<TRow, object?>> column) where TTarget : class
        {
            entity.HasOne<TTarget>().WithMany().HasForeignKey(column).OnDelete(DeleteBehavior.NoAction);
            return this;
        }

        public TableOf<TRow> Unique(Expression<Func<TRow, object?>> columns)
        {
            entity.HasIndex(columns).IsUnique();
            return this;
        }

        public TableOf<TRow> Index(string name, Expression<Func<TRow, object?>> columns)
        {
            entity.HasIndex(columns).HasDatabaseName(name);
            return this;
        }
    }
}
