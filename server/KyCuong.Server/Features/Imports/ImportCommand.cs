using System.CommandLine;
using System.Security.Cryptography;
using KyCuong.Protos.Badges;
using KyCuong.Rules;
using KyCuong.Server.Certificates;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Features.Imports;

/// <summary><c>import staff|badges|taps FILE</c>: all rows or none.</summary>
public static class ImportCommand
{
    /// <summary>The command with one below it for each kind of file.</summary>
    public static Command Create(CommandHost host) => new("import", ImportText.Get("help"))
    {
        Kind(host, "staff", ImportText.Get("help.staff"), ImportStaffAsync),
        Kind(host, "badges", ImportText.Get("help.badges", string.Join(", ", BadgeSpelling.Names)), ImportBadgesAsync),
    };

    /// <summary>Brings in staff and postings.</summary>
    public static Task<int> ImportStaffAsync(CommandContext context, string path, CancellationToken cancel) =>
        RunAsync(context, "staff", path, StaffImport.Required, StaffImport.Optional, (_, db, agency, table, problems) => new StaffImport(db, agency.AgencyId, table, problems).RunAsync(cancel), cancel);

    /// <summary>Brings in badges and who holds them.</summary>
    public static Task<int> ImportBadgesAsync(CommandContext context, string path, CancellationToken cancel) =>
        RunAsync(context, "badges", path, BadgeImport.Required, BadgeImport.Optional, (lease, db, agency, table, problems) =>
        {
            var now = Now(context);
            var keys = new BadgeKeyRing(context.Data.Folder("keys")).Ensure(lease.Connection, lease.Transaction, agency.AgencyId, now);
            return new BadgeImport(db, agency.AgencyId, table, [.. keys.Select(key => key.CreateHasher())], now, problems).RunAsync(cancel);
        }, cancel);

    private delegate Task<ImportCounts> Importer(WriteLease lease, KyCuongDb db, AgencyRow agency, TableFile table, ProblemList problems);

    private static Command Kind(CommandHost host, string name, string help, Func<CommandContext, string, CancellationToken, Task<int>> run)
    {
        var file = new Argument<string>("FILE") { Description = ImportText.Get("help.file") };
        var command = new Command(name, help) { file };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => run(context, parse.GetRequiredValue(file), stop), cancel));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string kind, string path, string[] required, string[] optional, Importer import, CancellationToken cancel)
    {
        var content = await context.Console.ReadFileAsync(path, TableFile.LargestFile, cancel);
        var name = Path.GetFileName(path);
        var problems = new ProblemList();
        var table = TableFile.Read(content, name, required, optional, problems);
        ImportCounts counts;
        await using (var lease = await context.Store.LeaseAsync(cancel))
        {
            await using var db = lease.NewContext();
            var agency = await AgencyChoice.FindAsync(db, context.Agency, cancel);
            counts = await import(lease, db, agency, table, problems);
            if (problems.Count == 0 && counts.IsChange)
            {
                // Kiosks hear of people and badges.
                agency.RosterVersion++;
                db.Imports.Add(Record(agency, kind, name, content, counts, Now(context)));
                await db.SaveChangesAsync(cancel);
                await lease.CommitAsync();
            }
        }

        return ImportOutput.Write(context.Console, context.Json, kind, name, counts, problems);
    }

    private static ImportRow Record(AgencyRow agency, string kind, string name, byte[] content, ImportCounts counts, long nowUs) => new()
    {
        AgencyId = agency.AgencyId,
        Kind = kind,
        FileName = name,
        Sha256 = SHA256.HashData(content),
        Rows = counts.Rows,
        Changed = counts.Added + counts.Changed,
        AtUs = nowUs,
    };

    private static long Now(CommandContext context) => Instant.From(context.Time.GetUtcNow()).Micros;
}
