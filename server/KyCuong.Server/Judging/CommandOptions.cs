using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;

namespace KyCuong.Server.Judging;

/// <summary>Reads the options of commands that ask about days; what is not of the grammar is wrong usage, said in a sentence.</summary>
internal static class CommandOptions
{
    /// <summary>A date.</summary>
    public static DateOnly Date(string option, string text) =>
        Grammar.TryDate(text, out var date) ? date : throw Wrong(option, text, FormatText.Get("value.date"));

    /// <summary>A calendar month, <c>yyyy-MM</c>: its first and last date.</summary>
    public static (DateOnly From, DateOnly To) Month(string option, string text) =>
        Grammar.TryDate(text + "-01", out var first) ? (first, first.AddMonths(1).AddDays(-1)) : throw Wrong(option, text, FormatText.Get("value.month"));

    /// <summary>A moment in the agency's zone, or now.</summary>
    public static Instant Moment(string option, string? text, TimeZoneInfo zone, TimeProvider time)
    {
        if (text is null) return Instant.From(time.GetUtcNow());
        return MomentGrammar.Parse(text, zone, out var moment) switch
        {
            MomentFault.None => moment,
            MomentFault.Malformed => throw Wrong(option, text, FormatText.Get("value.moment")),
            MomentFault.Skipped => throw Wrong(option, text, FormatText.Get("value.momentSkipped", zone.Id)),
            MomentFault.Ambiguous => throw Wrong(option, text, FormatText.Get("value.momentTwice", zone.Id)),
            _ => throw new InvalidOperationException("No such fault."),
        };
    }

    /// <summary>The complaint about an option's value.</summary>
    public static CommandException Wrong(string option, string text, string reason) => new(FormatText.Get("option.wrong", option, text, reason)) { ExitCode = 2 };
}
