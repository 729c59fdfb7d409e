using System.CommandLine;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;

namespace KyCuong.Server.Features.Apply;

/// <summary><c>apply FILE</c>: declare the agency, its units, schedules, assignments and calendar.</summary>
public static class ApplyCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var file = new Argument<string>("FILE") { Description = ApplyText.Get("help.file") };
        var command = new Command("apply", ApplyText.Get("help")) { file };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => RunAsync(context, parse.GetRequiredValue(file), stop), cancel));
        return command;
    }

    /// <summary>Applies a file; 0 when the store is as declared, 1 when something is wrong with the file and nothing was done.</summary>
    public static async Task<int> RunAsync(CommandContext context, string path, CancellationToken cancel)
    {
        var content = await context.Console.ReadFileAsync(path, ApplyFileReader.LargestFile, cancel);
        var name = Path.GetFileName(path);
        var problems = new ProblemList();
        ApplyFile file;
        try
        {
            file = ApplyFileReader.Read(content, problems);
        }
        catch (FormatException error)
        {
            throw new CommandException($"{name}: {error.Message}", error);
        }

        ApplyReport report;
        await using (var lease = await context.Store.LeaseAsync(cancel))
        {
            await using var db = lease.NewContext();
            report = await new Applier(db, Instant.From(context.Time.GetUtcNow()).Micros).ApplyAsync(file, context.Agency, problems, cancel);
            if (problems.Count == 0 && report.IsChange) await lease.CommitAsync();
        }

        if (problems.Count == 0) ApplyOutput.Applied(context.Console, context.Json, name, report);
        else ApplyOutput.Refused(context.Console, context.Json, name, problems);
        return problems.Count == 0 ? 0 : 1;
    }
}
