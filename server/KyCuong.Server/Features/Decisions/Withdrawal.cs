using System.CommandLine;
using KyCuong.Server.Cli;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Features.Decisions;

/// <summary>Finds a decision of an agency by its number, to be changed; null: there is none.</summary>
internal delegate Task<IWithdrawable?> FindWithdrawable(KyCuongDb db, long agency, long number, CancellationToken cancel);

/// <summary><c>… withdraw NUMBER --document TEXT</c>: it no longer counts and stays in the list.</summary>
internal static class Withdrawal
{
    /// <summary>The command; its words are those of the kind (<c>decision</c>, <c>incident</c>, <c>handkept</c>).</summary>
    public static Command Create(CommandHost host, string kind, FindWithdrawable find)
    {
        var number = new Argument<long>("SỐ-THỨ-TỰ") { Description = DecisionText.Get("help.number") };
        var document = Deciding.DocumentOption("help.withdrawDocument");
        var command = new Command("withdraw", DecisionText.Get($"help.{kind}.withdraw")) { number, document };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => RunAsync(context, kind, find, parse.GetValue(number), parse.GetRequiredValue(document), stop), cancel));
        return command;
    }

    /// <summary>Takes one back, once.</summary>
    public static async Task<int> RunAsync(CommandContext context, string kind, FindWithdrawable find, long number, string document, CancellationToken cancel)
    {
        var paper = Deciding.Document(document);
        await using var deciding = await Deciding.BeginAsync(context, cancel);
        var row = await find(deciding.Db, deciding.Agency.Row.AgencyId, number, cancel) ?? throw new CommandException(DecisionText.Get($"{kind}.unknown", number));
        if (row.WithdrawnDocument is { } already) throw new CommandException(DecisionText.Get("already", number, already));
        (row.WithdrawnUs, row.WithdrawnDocument) = (deciding.NowUs, paper);
        await deciding.CommitAsync(cancel);
        context.Console.Out.WriteLine(DecisionText.Get($"{kind}.withdrawn", number, paper));
        return 0;
    }
}
