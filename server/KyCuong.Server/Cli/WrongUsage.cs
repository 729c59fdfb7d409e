using System.CommandLine;
using System.CommandLine.Parsing;

namespace KyCuong.Server.Cli;

/// <summary>What is wrong with a command line, as one part of a sentence; the parser's own words are English and say less.</summary>
internal static class WrongUsage
{
    /// <summary>One mistake brings several errors with it; the one that says the most is told.</summary>
    public static string Of(ParseResult parse)
    {
        if (parse.UnmatchedTokens is [var word, ..]) return CliText.Get("usage.unknown", word);
        var command = parse.CommandResult.Command;
        if (command.Options.FirstOrDefault(option => option.Required && parse.GetResult(option) is null or { Implicit: true }) is { } absent)
            return CliText.Get("usage.missing", absent.Name);
        var error = parse.Errors[0];
        return error.SymbolResult switch
        {
            ArgumentResult { Parent: OptionResult option } => OfOption(option),
            OptionResult option => OfOption(option),
            ArgumentResult { Tokens.Count: 0 } argument => CliText.Get("usage.missing", $"<{argument.Argument.HelpName ?? argument.Argument.Name}>"),
            CommandResult when command.Arguments.FirstOrDefault(argument => argument.Arity.MinimumNumberOfValues > 0 && parse.GetResult(argument) is null or { Tokens.Count: 0 }) is { } argument =>
                CliText.Get("usage.missing", $"<{argument.HelpName ?? argument.Name}>"),
            CommandResult when command.Subcommands.Count > 0 => CliText.Get("usage.subcommand", string.Join(", ", command.Subcommands.Select(sub => sub.Name))),
            _ => error.Message,
        };
    }

    private static string OfOption(OptionResult option) => option.Tokens.Count == 0
        ? CliText.Get("usage.missing", option.Option.Name)
        : CliText.Get("usage.value", option.Option.Name, string.Join(' ', option.Tokens.Select(token => token.Value)));
}
