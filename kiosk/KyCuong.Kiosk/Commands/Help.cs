using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using KyCuong.Kiosk.Resources;

namespace KyCuong.Kiosk.Commands;

/// <summary>The library's help with its own few English words in the language of the rest.</summary>
internal static class Help
{
    /// <summary>Has <paramref name="root"/> and every command below it answer <c>--help</c> so.</summary>
    public static void Translate(RootCommand root)
    {
        foreach (var option in root.Options)
        {
            if (option is VersionOption) option.Description = Text.HelpVersion;
            if (option is not HelpOption { Action: SynchronousCommandLineAction action } help || action is Translated) continue;
            help.Description = Text.HelpHelp;
            help.Action = new Translated(action);
        }
    }

    private sealed class Translated(SynchronousCommandLineAction inner) : SynchronousCommandLineAction
    {
        // The library has no seam for these; each stands alone on its line or in its brackets.
        private static readonly (string Theirs, string Ours)[] Words =
        [
            ("Description:", Text.HeadingDescription), ("Usage:", Text.HeadingUsage), ("Arguments:", Text.HeadingArguments), ("Options:", Text.HeadingOptions),
            ("Commands:", Text.HeadingCommands), ("(REQUIRED)", Text.HeadingRequired), ("[default: ", Text.HeadingDefault), ("[command]", Text.HeadingCommand), ("[options]", Text.HeadingAnyOptions),
        ];

        public override bool ClearsParseErrors => inner.ClearsParseErrors;

        public override int Invoke(ParseResult parseResult)
        {
            var configuration = parseResult.InvocationConfiguration;
            var output = configuration.Output;
            using var text = new StringWriter();
            configuration.Output = text;
            int code;
            try
            {
                code = inner.Invoke(parseResult);
            }
            finally
            {
                configuration.Output = output;
            }

            var help = text.ToString();
            foreach (var (theirs, ours) in Words) help = help.Replace(theirs, ours, StringComparison.Ordinal);
            output.Write(help);
            return code;
        }
    }
}
