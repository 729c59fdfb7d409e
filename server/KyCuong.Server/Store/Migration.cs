using System.Globalization;

namespace KyCuong.Server.Store;

/// <summary>
/// One numbered step of the schema. Each is written for SQLite and for PostgreSQL under the same number and name, in
/// <c>Migrations/&lt;provider&gt;</c>; a test holds both against the one model.
/// </summary>
/// <param name="Number">From 1, without holes; what the store says of itself once it is done.</param>
/// <param name="Name">As its file: <c>0001_initial.sql</c>.</param>
/// <param name="Sql">Its statements; no transaction of their own.</param>
public sealed record Migration(int Number, string Name, string Sql)
{
    /// <summary>The migrations that this server carries for a provider, in order.</summary>
    internal static IReadOnlyList<Migration> Load(string provider)
    {
        var folder = $"Migrations/{provider}/";
        var assembly = typeof(Migration).Assembly;
        var found = new List<Migration>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var name = resource[folder.Length..];
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            found.Add(new Migration(int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, reader.ReadToEnd()));
        }

        for (var i = 0; i < found.Count; i++)
            if (found[i].Number != i + 1) throw new InvalidOperationException($"Migration {found[i].Name} stands in place {i + 1}.");
        return found;
    }
}
