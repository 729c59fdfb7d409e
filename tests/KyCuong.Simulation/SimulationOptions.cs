using System.Globalization;

namespace KyCuong.Simulation;

/// <summary>What is asked of a run.</summary>
/// <param name="First">The first seed.</param>
/// <param name="Seeds">How many.</param>
/// <param name="Twice">Of these so many are run twice, and must be the same to the bit.</param>
/// <param name="Trace">Every event is printed.</param>
/// <param name="OnlyFirst">The first seed that fails is the last.</param>
internal sealed record SimulationOptions(int First, int Seeds, int Twice, bool Trace, bool OnlyFirst = false)
{
    /// <summary>Reads a command line; null, after a sentence, for a wrong one.</summary>
    public static SimulationOptions? Read(IReadOnlyList<string> args)
    {
        var options = new SimulationOptions(1, 200, 0, false);
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--trace")
            {
                options = options with { Trace = true };
                continue;
            }

            if (args[i] == "--first")
            {
                options = options with { OnlyFirst = true };
                continue;
            }

            if (i + 1 == args.Count || !int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return Usage();
            options = args[i++] switch
            {
                "--seeds" => options with { Seeds = number },
                "--from" => options with { First = number },
                "--seed" => options with { First = number, Seeds = 1 },
                "--twice" => options with { Twice = number },
                _ => null,
            };
            if (options is null) return Usage();
        }

        return options;
    }

    private static SimulationOptions? Usage()
    {
        Console.Error.WriteLine("KyCuong.Simulation [--seeds N] [--from S] [--twice N] [--first] | --seed S [--trace]");
        return null;
    }
}
