using System.CommandLine;
using KyCuong.Protos;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Ingest;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Decisions;

/// <summary>
/// One change by people, in one transaction: the agency as it stands, who decides, and by which paper. What is wrong with the
/// options is one sentence and nothing is stored.
/// </summary>
internal sealed class Deciding : IAsyncDisposable
{
    /// <summary>Longest number of a paper, characters.</summary>
    public const int DocumentLength = 100;

    private readonly WriteLease _lease;

    private Deciding(WriteLease lease, KyCuongDb db, AgencyData agency, long nowUs) => (_lease, Db, Agency, NowUs) = (lease, db, agency, nowUs);

    /// <summary>Inside the transaction.</summary>
    public KyCuongDb Db { get; }

    /// <summary>As it stands.</summary>
    public AgencyData Agency { get; }

    /// <summary>The moment of entry, UTC microseconds.</summary>
    public long NowUs { get; }

    /// <summary>Begins; dispose it, and nothing is changed unless <see cref="CommitAsync"/> ran.</summary>
    public static async Task<Deciding> BeginAsync(CommandContext context, CancellationToken cancel)
    {
        var lease = await context.Store.LeaseAsync(cancel);
        var db = lease.NewContext();
        try
        {
            return new Deciding(lease, db, await AgencyData.LoadAsync(db, context.Agency, null, cancel), context.Time.NowUs());
        }
        catch
        {
            await db.DisposeAsync();
            await lease.DisposeAsync();
            throw;
        }
    }

    /// <summary>Saves what was decided and gives taps their persons anew: those that have none and, when given, those from a date on.</summary>
    public async Task ResolveTapsAsync(DateOnly? from, CancellationToken cancel)
    {
        await Db.SaveChangesAsync(cancel);
        using var derivation = new TapDerivation(_lease);
        derivation.ReResolve(Agency.Row.AgencyId, from);
    }

    /// <summary>Saves what was decided and gives the taps of a boot that never met the server their instants, or none.</summary>
    public async Task RetimeAsync(TimeDecisionRow row, CancellationToken cancel)
    {
        await Db.SaveChangesAsync(cancel);
        using var derivation = new TapDerivation(_lease);
        Bytes128.TryRead(row.BootId, out var boot);
        derivation.RetimeBoot(Agency.Row.AgencyId, row.JournalId, row.Sequence, boot);
    }

    /// <summary>Makes it durable.</summary>
    public async Task CommitAsync(CancellationToken cancel)
    {
        // What is decided may change what gates say of somebody.
        (await Db.Agencies.SingleAsync(agency => agency.AgencyId == Agency.Row.AgencyId, cancel)).RosterVersion++;
        await Db.SaveChangesAsync(cancel);
        await _lease.CommitAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Db.DisposeAsync();
        await _lease.DisposeAsync();
    }

    /// <summary>The number of a paper, trimmed.</summary>
    /// <exception cref="CommandException">Empty, too long, or with control characters: wrong usage.</exception>
    public static string Document(string text)
    {
        var document = text.Trim();
        return document.Length is 0 or > DocumentLength || document.Any(char.IsControl)
            ? throw CommandOptions.Wrong("--document", text, DecisionText.Get("document", DocumentLength))
            : document;
    }

    /// <summary>A session by its number on paper (from 1) as the rules count it (from 0); null: every one.</summary>
    /// <exception cref="CommandException">No session has that number: wrong usage.</exception>
    public static int? Session(int? number) => number is null or >= 1 and <= ScheduleLimits.Sessions
        ? number - 1
        : throw CommandOptions.Wrong("--session", $"{number}", DecisionText.Get("session", ScheduleLimits.Sessions));

    /// <summary>Dates from one to another.</summary>
    /// <exception cref="CommandException">Malformed or reversed: wrong usage.</exception>
    public static (DateOnly From, DateOnly To) Dates(string fromOption, string from, string? to)
    {
        var first = CommandOptions.Date(fromOption, from);
        var last = to is null ? first : CommandOptions.Date("--to", to);
        return last >= first ? (first, last) : throw CommandOptions.Wrong("--to", to!, DecisionText.Get("reversed", from));
    }

    /// <summary>Who decides: anybody the agency has on the day of entry.</summary>
    public string By(string code) => Agency.Person(code).Row.Code;

    public static Option<string> ByOption(string help) => new("--by") { Description = DecisionText.Get(help), HelpName = "CODE", Required = true };

    public static Option<string> DocumentOption(string help = "help.document") => new("--document") { Description = DecisionText.Get(help), HelpName = "SỐ", Required = true };

    public static Option<string> StaffOption(bool required = true) => new("--staff") { Description = DecisionText.Get("help.staff"), HelpName = "CODE", Required = required };

    public static Option<int?> SessionOption() => new("--session") { Description = DecisionText.Get("help.session"), HelpName = "N" };

    /// <summary>13/05/2026.</summary>
    public static string Shown(DateOnly date) => date.ToString("dd/MM/yyyy", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether it is in force, and if not by which paper.</summary>
    public static string Standing(string? withdrawnDocument) => withdrawnDocument is null ? DecisionText.Get("inForce") : DecisionText.Get("withdrawn", withdrawnDocument);
}
