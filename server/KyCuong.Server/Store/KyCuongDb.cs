using KyCuong.Server.Store.Rows;
using Microsoft.Data.Sqlite;
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

    internal KyCuongDb(SqliteConnection reader)
        : base(new DbContextOptionsBuilder<KyCuongDb>()
            .UseSqlite(reader, contextOwnsConnection: true)
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking).Options)
    {
    }

    internal KyCuongDb(WriteLease lease)
        : base(new DbContextOptionsBuilder<KyCuongDb>().UseSqlite(lease.Connection).Options)
    {
        _lease = lease;
        Database.UseTransaction(lease.Transaction);
    }

    /// <summary>Rows of <see cref="AgencyRow"/>.</summary>
    public DbSet<AgencyRow> Agencies => Set<AgencyRow>();

    /// <summary>Rows of <see cref="UnitRow"/>.</summary>
    public DbSet<UnitRow> Units => Set<UnitRow>();

    /// <summary>Rows of <see cref="StaffRow"/>.</summary>
    public DbSet<StaffRow> Staff => Set<StaffRow>();

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

    /// <summary>Rows of <see cref="BadgeKeyNumberRow"/>.</summary>
    public DbSet<BadgeKeyNumberRow> BadgeKeys => Set<BadgeKeyNumberRow>();

    /// <summary>Rows of <see cref="KioskRow"/>.</summary>
    public DbSet<KioskRow> Kiosks => Set<KioskRow>();

    /// <summary>Rows of <see cref="EnrolmentCodeRow"/>.</summary>
    public DbSet<EnrolmentCodeRow> EnrolmentCodes => Set<EnrolmentCodeRow>();

    /// <summary>Rows of <see cref="KioskCertificateRow"/>.</summary>
    public DbSet<KioskCertificateRow> KioskCertificates => Set<KioskCertificateRow>();

    /// <summary>Rows of <see cref="JournalRow"/>.</summary>
    public DbSet<JournalRow> Journals => Set<JournalRow>();

    /// <summary>Rows of <see cref="TapRow"/>.</summary>
    public DbSet<TapRow> Taps => Set<TapRow>();

    /// <summary>Rows of <see cref="KioskEventRow"/>.</summary>
    public DbSet<KioskEventRow> KioskEvents => Set<KioskEventRow>();

    /// <summary>Rows of <see cref="JournalGapRow"/>.</summary>
    public DbSet<JournalGapRow> JournalGaps => Set<JournalGapRow>();

    /// <summary>Rows of <see cref="JournalConflictRow"/>.</summary>
    public DbSet<JournalConflictRow> JournalConflicts => Set<JournalConflictRow>();

    /// <summary>Rows of <see cref="ImportedTapRow"/>.</summary>
    public DbSet<ImportedTapRow> ImportedTaps => Set<ImportedTapRow>();

    /// <summary>Rows of <see cref="ResolvedTapRow"/>.</summary>
    public DbSet<ResolvedTapRow> ResolvedTaps => Set<ResolvedTapRow>();

    /// <summary>Rows of <see cref="UnresolvedTapRow"/>.</summary>
    public DbSet<UnresolvedTapRow> UnresolvedTaps => Set<UnresolvedTapRow>();

    /// <inheritdoc />
    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        RequireLease();
        return base.SaveChanges(acceptAllChangesOnSuccess);
    }

    /// <inheritdoc />
    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        RequireLease();
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder) => KyCuongModel.Describe(modelBuilder);

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        // The migrations name every index; none comes by itself with a foreign key.
        configurationBuilder.Conventions.Remove<ForeignKeyIndexConvention>();

    private void RequireLease()
    {
        if (_lease is not { IsOpen: true })
            throw new InvalidOperationException("Saving needs an open WriteLease: take one from ServerStore.LeaseAsync and save through its NewContext().");
    }
}
