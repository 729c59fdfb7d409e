using System.Globalization;

namespace KyCuong.Gate;

/// <summary>What to do, from the command line.</summary>
/// <param name="Soak">True to mistreat the kiosk, false to measure it.</param>
/// <param name="Noise">True to mistreat it with random bytes.</param>
/// <param name="Short">Small: that it works; nothing is held against a limit of time.</param>
/// <param name="Minutes">Of mistreatment.</param>
/// <param name="Only">The one part to measure; null for all.</param>
/// <param name="Kiosk">Its program; null for the published (to measure) or built one (to mistreat).</param>
/// <param name="Seed">Of chance.</param>
internal sealed record GateCommand(bool Soak, bool Noise, bool Short, int Minutes, string? Only, string? Kiosk, int Seed)
{
    public const string Usage = "gate: use bench [--short] [--only latency|start|memory] [--kiosk PROGRAM] or soak --short | --minutes N | --noise [--short] [--seed S] [--kiosk PROGRAM]";

    /// <summary>The command; null when it is not understood.</summary>
    public static GateCommand? Parse(IEnumerable<string> args)
    {
        var rest = new Queue<string>(args);
        if (!rest.TryDequeue(out var verb) || verb is not ("bench" or "soak")) return null;
        var command = new GateCommand(verb == "soak", false, false, 0, null, null, 1);
        while (rest.TryDequeue(out var name))
        {
            if (name == "--short")
            {
                command = command with { Short = true };
                continue;
            }

            if (name == "--noise" && command.Soak)
            {
                command = command with { Noise = true };
                continue;
            }

            if (!rest.TryDequeue(out var value)) return null;
            switch (name)
            {
                case "--kiosk": command = command with { Kiosk = value }; break;
                case "--only" when !command.Soak && GateBench.Parts.Contains(value): command = command with { Only = value }; break;
                case "--minutes" when command.Soak && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes > 0: command = command with { Minutes = minutes }; break;
                case "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out var seed): command = command with { Seed = seed }; break;
                default: return null;
            }
        }

        var isWhole = command switch
        {
            { Noise: true } => command.Minutes == 0,
            { Soak: true } => command.Short != (command.Minutes > 0),
            _ => true,
        };
        return isWhole ? command : null;
    }
}
