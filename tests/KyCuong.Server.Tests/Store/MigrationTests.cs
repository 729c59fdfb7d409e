using KyCuong.Server.Store.Postgres;
using KyCuong.Server.Store.Sqlite;

namespace KyCuong.Server.Tests.Store;

public sealed class MigrationTests
{
    [Fact]
    public void Each_migration_is_written_for_both_stores() =>
        Assert.Equal(SqliteMigrator.Shipped.Select(migration => migration.Name), PostgresMigrator.Shipped.Select(migration => migration.Name));
}
