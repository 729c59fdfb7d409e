using System.CommandLine;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// <c>kiosk lost</c>: two people say by a paper up to when a kiosk's taps are complete, and that the rest will never come.
/// What waited only for it becomes "thiếu dữ liệu do thiết bị", never absence (design section 6). Its certificate stays
/// good: should it be heard of again, its taps count as ever and the declaration is overtaken.
/// </summary>
internal static partial class KioskLossCommand
{
    private const int DocumentLength = 100;

    public static Command Create(CommandHost host, Argument<string> code, LiveServer? live)
    {
        var until = Required("--known-until", "help.lost.until", "yyyy-MM-ddTHH:mm");
        var document = Required("--document", "help.lost.document", "TEXT");
        var by = Required("--by", "help.lost.by", "CODE");
        var confirmedBy = Required("--confirmed-by", "help.lost.confirmedBy", "CODE");
        var command = new Command("lost", KioskText.Get("help.lost")) { code, until, document, by, confirmedBy };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => RunAsync(
            context, parse.GetRequiredValue(code), parse.GetRequiredValue(until), parse.GetRequiredValue(document), parse.GetRequiredValue(by), parse.GetRequiredValue(confirmedBy), live, stop), cancel));
        return command;
    }

    /// <summary>Stores the declaration, in one transaction.</summary>
    /// <exception cref="CommandException">It claims more than is known, lacks a paper or a second person, or the kiosk is not lost.</exception>
    public static async Task<int> RunAsync(CommandContext context, string code, string knownUntil, string document, string by, string confirmedBy, LiveServer? live, CancellationToken cancel)
    {
        if (!Grammar.IsShownText(document, DocumentLength)) throw CommandOptions.Wrong("--document", document, KioskText.Get("lost.document", DocumentLength));
        if (by == confirmedBy) throw CommandOptions.Wrong("--confirmed-by", confirmedBy, KioskText.Get("lost.samePerson"));
        await using var lease = await context.Store.LeaseAsync(cancel);
        await using var db = lease.NewContext();
        var agency = await AgencyChoice.FindAsync(db, context.Agency, cancel);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(agency.TimeZone);
        var kiosk = await db.Kiosks.SingleOrDefaultAsync(one => one.AgencyId == agency.AgencyId && one.Code == code, cancel)
            ?? throw new CommandException(KioskText.Get("end.unknown", code));
        foreach (var person in new[] { by, confirmedBy })
            if (!await db.Staff.AnyAsync(one => one.AgencyId == agency.AgencyId && one.Code == person && one.FullName != "", cancel))
                throw new CommandException(Resources.Text.Get("staff.unknown", person));
        var until = CommandOptions.Moment("--known-until", knownUntil, zone, context.Time);
        Check(kiosk, until, knownUntil, zone);
        if (live?.Kiosks.Of(kiosk.KioskId).Connected == true) throw new CommandException(KioskText.Get("lost.connected", code));
        if ((await KioskLosses.LastAsync(db, agency.AgencyId, cancel)).GetValueOrDefault(kiosk.KioskId) is { } before
            && before.KnownUntilUs == until.Micros && before.Document == document.Trim() && !before.OvertakenBy(kiosk))
            throw new CommandException(KioskText.Get("lost.already", code, Shown(before.KnownUntilUs, zone), before.Document));

        db.KioskLosses.Add(new KioskLossRow
        {
            AgencyId = agency.AgencyId,
            KioskId = kiosk.KioskId,
            KnownUntilUs = until.Micros,
            Document = document.Trim(),
            DeclaredBy = by,
            ConfirmedBy = confirmedBy,
            EnteredUs = context.Time.NowUs(),
        });
        await db.SaveChangesAsync(cancel);
        await lease.CommitAsync();
        var logger = context.Loggers.CreateLogger(typeof(KioskLossCommand));
        LogLost(logger, code);
        context.Console.Out.WriteLine(KioskText.Get("lost.done", code, Shown(until.Micros, zone), document.Trim(), by, confirmedBy));
        if (kiosk.State == KioskState.Enrolled) context.Console.Out.WriteLine(KioskText.Get("lost.next", code));
        return 0;
    }

    /// <summary>Nobody may be called absent for a time of which the store does not know that all taps are there.</summary>
    private static void Check(KioskRow kiosk, Instant until, string written, TimeZoneInfo zone)
    {
        if (kiosk.EnrolledUs is not { } enrolled) throw new CommandException(KioskText.Get("lost.notEnrolled", kiosk.Code));
        var known = kiosk.KnownUntilUs ?? enrolled;
        if (until.Micros > known) throw CommandOptions.Wrong("--known-until", written, KioskText.Get("lost.beyond", MomentGrammar.Write(new Instant(known), zone)));
        // Written by minutes or seconds, the moment of enrolment lies a little before itself.
        if (until.Micros < enrolled - (enrolled % Instant.PerMinute)) throw CommandOptions.Wrong("--known-until", written, KioskText.Get("lost.before", MomentGrammar.Write(new Instant(enrolled), zone)));
    }

    private static string Shown(long us, TimeZoneInfo zone) => new Instant(us).In(zone).ToString("dd/MM/yyyy HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);

    private static Option<string> Required(string name, string help, string value) => new(name) { Description = KioskText.Get(help), HelpName = value, Required = true };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kiosk {Kiosk} declared lost")]
    private static partial void LogLost(ILogger logger, string kiosk);
}
