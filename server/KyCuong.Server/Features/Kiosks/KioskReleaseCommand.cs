using System.CommandLine;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Decisions;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// <c>kiosk release</c>: somebody looked at a kiosk that had contradicted itself and lets, by a paper, what it sent since be judged. What
/// contradicted stays apart (<c>kiosk conflicts</c>): a tap of it counts only by a decision on the finding. A new contradiction quarantines anew.
/// </summary>
internal static partial class KioskReleaseCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host, Argument<string> code)
    {
        var document = Deciding.DocumentOption();
        var by = Deciding.ByOption("help.by");
        var command = new Command("release", KioskText.Get("help.release")) { code, document, by };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => RunAsync(
            context, parse.GetRequiredValue(code), parse.GetRequiredValue(document), parse.GetRequiredValue(by), stop), cancel));
        return command;
    }

    /// <summary>Stores the release and judges what waited, in one transaction.</summary>
    /// <exception cref="CommandException">No such kiosk, or it is not quarantined; a paper or a person that is none.</exception>
    internal static async Task<int> RunAsync(CommandContext context, string code, string document, string by, CancellationToken cancel)
    {
        var paper = Deciding.Document(document);
        await using var deciding = await Deciding.BeginAsync(context, cancel);
        var (db, agency) = (deciding.Db, deciding.Agency.Row.AgencyId);
        var kiosk = await db.Kiosks.SingleOrDefaultAsync(one => one.AgencyId == agency && one.Code == code, cancel)
            ?? throw new CommandException(KioskText.Get("end.unknown", code));
        if (!kiosk.Quarantined) throw new CommandException(KioskText.Get("release.free", code));
        var decider = deciding.By(by);
        var waiting = await db.UnresolvedTaps.CountAsync(
            tap => tap.AgencyId == agency && tap.Reason == UnresolvedReason.Quarantined && db.Journals.Any(journal => journal.JournalId == tap.JournalId && journal.KioskId == kiosk.KioskId), cancel);
        var apart = await db.JournalConflicts.CountAsync(row => db.Journals.Any(journal => journal.JournalId == row.JournalId && journal.KioskId == kiosk.KioskId), cancel);
        kiosk.Quarantined = false;
        db.KioskReleases.Add(new KioskReleaseRow { AgencyId = agency, KioskId = kiosk.KioskId, Document = paper, DecidedBy = decider, EnteredUs = deciding.NowUs });
        await deciding.ResolveTapsAsync(null, cancel);
        await deciding.CommitAsync(cancel);
        var logger = context.Loggers.CreateLogger(typeof(KioskReleaseCommand));
        LogReleased(logger, code);
        context.Console.Out.WriteLine(KioskText.Get("release.done", code, waiting, paper, decider));
        if (apart > 0) context.Console.Out.WriteLine(KioskText.Get("release.apart", apart, code));
        return 0;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kiosk {Kiosk} released from quarantine")]
    private static partial void LogReleased(ILogger logger, string kiosk);
}
