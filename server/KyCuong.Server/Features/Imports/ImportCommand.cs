using System.CommandLine;
using KyCuong.Protos.Badges;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Ingest;
using KyCuong.Server.Judging;
using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Imports;

/// <summary><c>import staff|badges|taps|leave FILE</c>, <c>import photos DIR</c>: all or nothing.</summary>
public static class ImportCommand
{
    private const string TapKind = "taps";
    private const string PhotoKind = "photos";

    /// <summary>The command with one below it for each kind of file.</summary>
    public static Command Create(CommandHost host) => new("import", ImportText.Get("help"))
    {
        Kind(host, "staff", ImportText.Get("help.staff"), ImportStaffAsync),
        Kind(host, "badges", ImportText.Get("help.badges", string.Join(", ", BadgeSpelling.Names)), ImportBadgesAsync),
        Kind(host, TapKind, ImportText.Get("help.taps"), ImportTapsAsync),
        Kind(host, "leave", ImportText.Get("help.leave", LeaveWords()), ImportLeaveAsync),
        Kind(host, PhotoKind, ImportText.Get("help.photos", PhotoFolder.LeastSide, PhotoFolder.MostSide, PhotoFolder.LargestPhoto / 1024), ImportPhotosAsync),
    };

    /// <summary>Brings in staff and postings.</summary>
    public static Task<int> ImportStaffAsync(CommandContext context, string path, CancellationToken cancel) =>
        RunAsync(context, "staff", path, StaffImport.Required, StaffImport.Optional, work => new StaffImport(work.Db, work.Agency.AgencyId, work.Agency.Code, work.Table, work.Problems).RunAsync(cancel), cancel);

    /// <summary>Brings in badges and who holds them; taps that waited for them get their persons.</summary>
    public static Task<int> ImportBadgesAsync(CommandContext context, string path, CancellationToken cancel) =>
        RunAsync(context, "badges", path, BadgeImport.Required, BadgeImport.Optional, async work =>
        {
            var import = new BadgeImport(work.Db, work.Agency.AgencyId, work.Table, work.Hashers(), work.NowUs, work.Problems);
            var counts = await import.RunAsync(cancel);
            work.Notes.AddRange(import.Notes);
            if (!counts.IsChange) return counts;
            using var derivation = new TapDerivation(work.Lease);
            derivation.ReResolve(work.Agency.AgencyId, import.FirstChange);
            return counts;
        }, cancel);

    /// <summary>Brings in old taps.</summary>
    public static Task<int> ImportTapsAsync(CommandContext context, string path, CancellationToken cancel) =>
        RunAsync(context, TapKind, path, TapImport.Required, TapImport.Optional, async work =>
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(work.Agency.TimeZone);
            var taps = await new TapImport(work.Db, work.Agency.AgencyId, zone, work.Table, work.Hashers(), work.Problems).ReadAsync(cancel);
            if (work.Problems.Count > 0) return default;
            var record = await work.RecordAsync(cancel);
            using var derivation = new TapDerivation(work.Lease);
            using var progress = new ProgressLine(context.Console, ImportText.Get("progress", work.Name), taps.Count);
            var done = 0;
            var added = derivation.ImportTaps(work.Agency.AgencyId, record.ImportId, taps.Select(tap =>
            {
                cancel.ThrowIfCancellationRequested();
                progress.At(done++);
                return tap;
            }));
            return new ImportCounts(taps.Count, added, 0, taps.Count - added);
        }, cancel);

    /// <summary>Brings in leave, trips, passes, permits and reductions.</summary>
    public static Task<int> ImportLeaveAsync(CommandContext context, string path, CancellationToken cancel) =>
        RunAsync(context, "leave", path, LeaveImport.Required, LeaveImport.Optional, async work =>
        {
            var agency = await AgencyData.LoadAsync(work.Db, work.Agency.Code, null, cancel);
            var import = new LeaveImport(work.Db, agency, work.Table, work.NowUs, work.Problems);
            var plan = await import.CheckAsync(cancel);
            if (work.Problems.Count > 0) return default;
            work.Notes.AddRange(import.Notes);
            return plan.Added.Count == 0 ? new ImportCounts(plan.Rows, 0, 0, plan.Rows) : await plan.WriteAsync(work.Db, await work.RecordAsync(cancel), cancel);
        }, cancel);

    /// <summary>Brings in portraits.</summary>
    public static async Task<int> ImportPhotosAsync(CommandContext context, string folder, CancellationToken cancel)
    {
        var problems = new ProblemList();
        // The files come before the lease: taps are taken meanwhile.
        var photos = await PhotoFolder.ReadAsync(context.Console, folder, problems, cancel);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        if (name.Length == 0) name = folder;
        ImportCounts counts;
        await using (var lease = await context.Store.LeaseAsync(cancel))
        {
            await using var db = lease.NewContext();
            var agency = await AgencyChoice.FindAsync(db, context.Agency, cancel);
            counts = await new PhotoImport(db, agency.AgencyId, name, photos, Instant.From(context.Time.GetUtcNow()).Micros, problems).RunAsync(cancel);
            if (problems.Count == 0 && counts.IsChange)
            {
                agency.RosterVersion++;
                await db.SaveChangesAsync(cancel);
                await lease.CommitAsync();
            }
        }

        return ImportOutput.Write(context.Console, context.Json, PhotoKind, name, counts, [], problems);
    }

    private static string LeaveWords() => string.Join(", ", LeaveKinds.All.Select(word => $"{word} ({Text.Get($"leave.{word}")})"));

    private static Command Kind(CommandHost host, string name, string help, Func<CommandContext, string, CancellationToken, Task<int>> run)
    {
        var file = name == PhotoKind
            ? new Argument<string>("DIR") { Description = ImportText.Get("help.dir") }
            : new Argument<string>("FILE") { Description = ImportText.Get("help.file") };
        var command = new Command(name, help) { file };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => run(context, parse.GetRequiredValue(file), stop), cancel));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string kind, string path, string[] required, string[] optional, Func<ImportWork, Task<ImportCounts>> import, CancellationToken cancel)
    {
        var content = await context.Console.ReadFileAsync(path, TableFile.LargestFile, cancel);
        var name = Path.GetFileName(path);
        var problems = new ProblemList();
        var table = TableFile.Read(content, name, required, optional, problems);
        ImportCounts counts;
        var notes = new List<ImportNote>();
        await using (var lease = await context.Store.LeaseAsync(cancel))
        {
            await using var db = lease.NewContext();
            var agency = await AgencyChoice.FindAsync(db, context.Agency, cancel);
            var work = new ImportWork(context, lease, db, agency, kind, name, content, table, problems, notes);
            counts = await import(work);
            if (problems.Count == 0 && counts.IsChange)
            {
                var record = await work.RecordAsync(cancel);
                record.Rows = counts.Rows;
                record.Changed = counts.Added + counts.Changed;
                // Kiosks hear of people and badges; old taps do not concern them.
                if (kind != TapKind) agency.RosterVersion++;
                await db.SaveChangesAsync(cancel);
                await lease.CommitAsync();
            }
        }

        return ImportOutput.Write(context.Console, context.Json, kind, name, counts, notes, problems);
    }
}
