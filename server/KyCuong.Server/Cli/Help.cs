using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace KyCuong.Server.Cli;

/// <summary>The library's help with its own few English words in the language of the rest.</summary>
internal static class Help
{
    /// <summary>Has <paramref name="root"/> and every command below it answer <c>--help</c> so.</summary>
    public static void Translate(RootCommand root)
    {
        foreach (var option in root.Options)
        {
            if (option is VersionOption) option.Description = CliText.Get("option.version");
            if (option is not HelpOption { Action: SynchronousCommandLineAction action } help || action is Translated) continue;
            help.Description = CliText.Get("option.help");
            help.Action = new Translated(action);
        }
    }

    private sealed class Translated(SynchronousCommandLineAction inner) : SynchronousCommandLineAction
    {
        // The library has no seam for these; each stands alone on its line or in its brackets.
        private static readonly (string Theirs, string Key)[] Words =
        [
            ("Description:", "help.description"), ("Usage:", "help.usage"), ("Arguments:", "help.arguments"), ("Options:", "help.options"),
            ("Commands:", "help.commands"), ("(REQUIRED)", "help.required"), ("[default: ", "help.default"), ("[command]", "help.command"), ("[options]", "help.anyOptions"),
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
            foreach (var (theirs, key) in Words) help = help.Replace(theirs, CliText.Get(key), StringComparison.Ordinal);
            output.Write(help);
            return code;
        }
    }
}
