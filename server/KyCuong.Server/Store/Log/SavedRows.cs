using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

namespace KyCuong.Server.Store.Log;

/// <summary>
/// What a context is about to save, for the log: found before the saving, entered after it, when the store has given new rows
/// their keys.
/// </summary>
internal sealed class SavedRows
{
    private readonly List<EntityEntry> _written = [];
    private readonly List<LogRecord> _removed = [];

    private SavedRows()
    {
    }

    /// <summary>Looks what is to be saved.</summary>
    public static SavedRows Of(ChangeTracker tracker)
    {
        var rows = new SavedRows();
        foreach (var entry in tracker.Entries())
        {
            if (!LoggedTables.Has(entry.Metadata.ClrType)) continue;
            switch (entry.State)
            {
                case EntityState.Added:
                case EntityState.Modified when entry.Properties.Any(p => p.IsModified && LoggedTables.Has(entry.Metadata.GetTableName()!, p.Metadata.GetColumnName())):
                    rows._written.Add(entry);
                    break;
                case EntityState.Deleted:
                    rows._removed.Add(new LogRecord(LogKind.Removed, AgencyOf(entry), entry.Metadata.GetTableName()!, KeyOf(entry), default, []));
                    break;
            }
        }

        return rows;
    }

    /// <summary>They were saved: enters them.</summary>
    public void Enter(ICollection<LogRecord> log)
    {
        foreach (var record in _removed) log.Add(record);
        foreach (var entry in _written) log.Add(Written(entry));
    }

    /// <summary>A row as it is now, as the log enters it.</summary>
    public static LogRecord Written(EntityEntry entry)
    {
        var table = entry.Metadata.GetTableName()!;
        var salt = RandomNumberGenerator.GetBytes(RowImage.SaltSize);
        var columns = entry.Properties
            .Select(p => KeyValuePair.Create(p.Metadata.GetColumnName(), Value(p.Metadata, p.CurrentValue)))
            .Where(column => LoggedTables.Has(table, column.Key));
        return new LogRecord(LogKind.Written, AgencyOf(entry), table, KeyOf(entry), RowImage.Of(table, columns, salt), salt);
    }

    private static long AgencyOf(EntityEntry entry) => (long)entry.Property("AgencyId").CurrentValue!;

    private static string KeyOf(EntityEntry entry) => RowImage.Key(entry.Metadata.FindPrimaryKey()!.Properties.Select(p => Value(p, entry.Property(p).CurrentValue)));

    private static object? Value(IProperty property, object? value) =>
        RowImage.Plain(value is not null && property.GetTypeMapping().Converter is { } converter ? converter.ConvertToProvider(value) : value);
}
