using System.Globalization;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;

namespace KyCuong.Server.Features.Summaries;

/// <summary>The dates a summary is about, both included.</summary>
/// <param name="Month">True when they are exactly a calendar month.</param>
internal sealed record Period(DateOnly From, DateOnly To, bool Month)
{
    /// <summary>What <c>--month</c> or <c>--from</c> and <c>--to</c> say.</summary>
    /// <exception cref="Cli.CommandException">Neither, both, or not of the grammar: wrong usage.</exception>
    public static Period Parse(string? month, string? from, string? to)
    {
        if (month is not null)
        {
            if (from is not null || to is not null) throw CommandOptions.Wrong("--month", month, SummaryText.Get("period.both"));
            if (!DateOnly.TryParseExact(month + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) || first < Grammar.FirstDate || first > Grammar.LastDate)
                throw CommandOptions.Wrong("--month", month, SummaryText.Get("period.month"));
            return new Period(first, first.AddMonths(1).AddDays(-1), true);
        }

        if (from is null || to is null) throw new Cli.CommandException(SummaryText.Get("period.none")) { ExitCode = 2 };
        var period = Of(CommandOptions.Date("--from", from), CommandOptions.Date("--to", to));
        if (period.To < period.From) throw CommandOptions.Wrong("--to", to, SummaryText.Get("period.reversed", from));
        if (period.To.DayNumber - period.From.DayNumber >= SummaryQuery.MostDays) throw CommandOptions.Wrong("--to", to, SummaryText.Get("period.long", SummaryQuery.MostDays));
        return period;
    }

    /// <summary>These dates.</summary>
    public static Period Of(DateOnly from, DateOnly to) => new(from, to, from.Day == 1 && to == from.AddMonths(1).AddDays(-1));

    /// <summary>Tháng 05/2026, or the dates, in words.</summary>
    public string Title => Month
        ? SummaryText.Get("period.titleMonth", From.ToString("MM/yyyy", CultureInfo.InvariantCulture), Shown(From), Shown(To))
        : SummaryText.Get("period.title", Shown(From), Shown(To));

    private static string Shown(DateOnly date) => date.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);
}
