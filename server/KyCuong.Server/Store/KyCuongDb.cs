using System.Data.Common;
using KyCuong.Server.Store.Log;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;

namespace KyCuong.Server.Store;

/// <summary>
/// The store's tables as rows. One made by a <see cref="WriteLease"/> writes inside its transaction; one made by
/// <see cref="ServerStore.NewReader"/> only reads, and saving with it throws. Not thread-safe.
/// </summary>
public sealed class KyCuongDb : DbContext
{
    private readonly WriteLease? _lease;

    internal KyCuongDb(StoreSession reader)
        : base(Options(reader, owns: true).UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking).Options)
    {
        Session = reader;
    }

    internal KyCuongDb(WriteLease lease)
        : base(Options(lease.Session, owns: false).Options)
    {
        Session = lease.Session;
        _lease = lease;
#pragma warning disable RS0030 // The lease's transaction: SaveChanges enters its rows in the log within it.
        Database.UseTransaction(lease.Transaction);
#pragma warning restore RS0030
    }

    /// <summary>The session it works on.</summary>
    internal StoreSession Session { get; }

    /// <summary>Rows of <see cref="AgencyRow"/>.</summary>
    public DbSet<AgencyRow> Agencies => Set<AgencyRow>();

    /// <summary>Rows of <see cref="UnitRow"/>.</summary>
    public DbSet<UnitRow> Units => Set<UnitRow>();

    /// <summary>Rows of <see cref="UnitHeadRow"/>.</summary>
    public DbSet<UnitHeadRow> UnitHeads => Set<UnitHeadRow>();

    /// <summary>Rows of <see cref="StaffRow"/>.</summary>
    public DbSet<StaffRow> Staff => Set<StaffRow>();

    /// <summary>Rows of <see cref="StaffPhotoRow"/>.</summary>
    public DbSet<StaffPhotoRow> StaffPhotos => Set<StaffPhotoRow>();

    /// <summary>Rows of <see cref="PostingRow"/>.</summary>
    public DbSet<PostingRow> Postings => Set<PostingRow>();

    /// <summary>Rows of <see cref="ScheduleRow"/>.</summary>
    public DbSet<ScheduleRow> Schedules => Set<ScheduleRow>();

    /// <summary>Rows of <see cref="AssignmentRow"/>.</summary>
    public DbSet<AssignmentRow> Assignments => Set<AssignmentRow>();

    /// <summary>Rows of <see cref="HolidayRow"/>.</summary>
    public DbSet<HolidayRow> Holidays => Set<HolidayRow>();

    /// <summary>Rows of <see cref="DaySwapRow"/>.</summary>
    public DbSet<DaySwapRow> DaySwaps => Set<DaySwapRow>();

    /// <summary>Rows of <see cref="ImportRow"/>.</summary>
    public DbSet<ImportRow> Imports => Set<ImportRow>();

    /// <summary>Rows of <see cref="LeaveRow"/>.</summary>
    public DbSet<LeaveRow> Leave => Set<LeaveRow>();

    /// <summary>Rows of <see cref="BadgeRow"/>.</summary>
    public DbSet<BadgeRow> Badges => Set<BadgeRow>();

    /// <summary>Rows of <see cref="BadgeHashRow"/>.</summary>
    public DbSet<BadgeHashRow> BadgeHashes => Set<BadgeHashRow>();

    /// <summary>Rows of <see cref="BadgeHoldingRow"/>.</summary>
    public DbSet<BadgeHoldingRow> BadgeHoldings => Set<BadgeHoldingRow>();

    /// <summary>Rows of <see cref="BadgeLoanRow"/>.</summary>
    public DbSet<BadgeLoanRow> BadgeLoans => Set<BadgeLoanRow>();

    /// <summary>Rows of <see cref="BadgeKeyNumberRow"/>.</summary>
    public DbSet<BadgeKeyNumberRow> BadgeKeys => Set<BadgeKeyNumberRow>();

    /// <summary>Rows of <see cref="KioskRow"/>.</summary>
    public DbSet<KioskRow> Kiosks => Set<KioskRow>();

    /// <summary>Rows of <see cref="EnrolmentCodeRow"/>.</summary>
    public DbSet<EnrolmentCodeRow> EnrolmentCodes => Set<EnrolmentCodeRow>();

    /// <summary>Rows of <see cref="KioskCertificateRow"/>.</summary>
    public DbSet<KioskCertificateRow> KioskCertificates => Set<KioskCertificateRow>();

    /// <summary>Rows of <see cref="KioskLossRow"/>.</summary>
    public DbSet<KioskLossRow> KioskLosses => Set<KioskLossRow>();

    /// <summary>Rows of <see cref="KioskReleaseRow"/>.</summary>
    public DbSet<KioskReleaseRow> KioskReleases => Set<KioskReleaseRow>();

    /// <summary>Rows of <see cref="JournalRow"/>.</summary>
    public DbSet<JournalRow> Journals => Set<JournalRow>();

    /// <summary>Rows of <see cref="TapRow"/>.</summary>
    public DbSet<TapRow> Taps => Set<TapRow>();

    /// <summary>Rows of <see cref="KioskEventRow"/>.</summary>
    public DbSet<KioskEventRow> KioskEvents => Set<KioskEventRow>();

    /// <summary>Rows of <see cref="JournalGapRow"/>.</summary>
    public DbSet<JournalGapRow> JournalGaps => Set<JournalGapRow>();

    /// <summary>Rows of <see cref="JournalHeadRow"/>.</summary>
    public DbSet<JournalHeadRow> JournalHeads => Set<JournalHeadRow>();

    /// <summary>Rows of <see cref="JournalConflictRow"/>.</summary>
    public DbSet<JournalConflictRow> JournalConflicts => Set<JournalConflictRow>();

    /// <summary>Rows of <see cref="ImportedTapRow"/>.</summary>
    public DbSet<ImportedTapRow> ImportedTaps => Set<ImportedTapRow>();

    /// <summary>Rows of <see cref="ResolvedTapRow"/>.</summary>
    public DbSet<ResolvedTapRow> ResolvedTaps => Set<ResolvedTapRow>();

    /// <summary>Rows of <see cref="BadgelessTapRow"/>.</summary>
    public DbSet<BadgelessTapRow> BadgelessTaps => Set<BadgelessTapRow>();

    /// <summary>Rows of <see cref="ClaimDecisionRow"/>.</summary>
    public DbSet<ClaimDecisionRow> ClaimDecisions => Set<ClaimDecisionRow>();

    /// <summary>Rows of <see cref="TimeDecisionRow"/>.</summary>
    public DbSet<TimeDecisionRow> TimeDecisions => Set<TimeDecisionRow>();

    /// <summary>Rows of <see cref="StaffPinRow"/>.</summary>
    public DbSet<StaffPinRow> StaffPins => Set<StaffPinRow>();

    /// <summary>Rows of <see cref="UnresolvedTapRow"/>.</summary>
    public DbSet<UnresolvedTapRow> UnresolvedTaps => Set<UnresolvedTapRow>();

    /// <summary>Until this is disposed, every query of a reading context sees the store as the first of them does.</summary>
    public DbTransaction BeginMoment()
    {
        var transaction = Session.BeginMoment();
#pragma warning disable RS0030 // A reading context writes nothing.
        Database.UseTransaction(transaction);
#pragma warning restore RS0030
        return transaction;
    }

    /// <summary>Rows of <see cref="FindingDecisionRow"/>.</summary>
    public DbSet<FindingDecisionRow> FindingDecisions => Set<FindingDecisionRow>();

    /// <summary>Rows of <see cref="IncidentRow"/>.</summary>
    public DbSet<IncidentRow> Incidents => Set<IncidentRow>();

    /// <summary>Rows of <see cref="HandKeptRow"/>.</summary>
    public DbSet<HandKeptRow> HandKept => Set<HandKeptRow>();

    /// <summary>Rows of <see cref="HandKeptMarkRow"/>.</summary>
    public DbSet<HandKeptMarkRow> HandKeptMarks => Set<HandKeptMarkRow>();

    /// <summary>Rows of <see cref="ErasureRow"/>.</summary>
    public DbSet<ErasureRow> Erasures => Set<ErasureRow>();

    /// <summary>Rows of <see cref="ErasedEntryRow"/>.</summary>
    public DbSet<ErasedEntryRow> ErasedEntries => Set<ErasedEntryRow>();

    /// <summary>Rows of <see cref="LogEntryRow"/>.</summary>
    public DbSet<LogEntryRow> LogEntries => Set<LogEntryRow>();

    /// <inheritdoc />
    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        var lease = RequireLease();
        var rows = SavedRows.Of(ChangeTracker);
        var saved = base.SaveChanges(acceptAllChangesOnSuccess);
        rows.Enter(lease.Log);
        return saved;
    }

    /// <inheritdoc />
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        var lease = RequireLease();
        var rows = SavedRows.Of(ChangeTracker);
        var saved = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken).ConfigureAwait(false);
        rows.Enter(lease.Log);
        return saved;
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder) => KyCuongModel.Describe(modelBuilder, Database.IsNpgsql());

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        // The migrations name every index; none comes by itself with a foreign key.
        configurationBuilder.Conventions.Remove<ForeignKeyIndexConvention>();

    private static DbContextOptionsBuilder<KyCuongDb> Options(StoreSession session, bool owns)
    {
        var options = new DbContextOptionsBuilder<KyCuongDb>();
        session.Describe(options, owns);
        return options;
    }

    private WriteLease RequireLease() => _lease is { IsOpen: true }
        ? _lease
        : throw new InvalidOperationException("Saving needs an open WriteLease: take one from ServerStore.LeaseAsync and save through its NewContext().");
}
