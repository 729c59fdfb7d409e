using System.Globalization;

namespace KyCuong.Time;

/// <summary>What to do.</summary>
internal sealed record TimeOptions
{
    /// <summary>Taps in the model.</summary>
    public long Taps { get; init; } = 1_000_000;

    /// <summary>Jumps of a real kiosk's wall clock.</summary>
    public int Jumps { get; init; } = 200;

    /// <summary>How long a real kiosk with a drifting crystal is watched each way while it has its server, seconds.</summary>
    public int DriftSeconds { get; init; } = 120;

    /// <summary>The model's first seed; also chooses the jumps.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>One part alone; null: all.</summary>
    public string? Only { get; init; }

    /// <summary>Reads the command line; null after a sentence on what is wrong.</summary>
    public static TimeOptions? Read(string[] args)
    {
        var options = new TimeOptions();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--short")
            {
                options = options with { Taps = 100_000, Jumps = 8, DriftSeconds = 1 };
                continue;
            }

            var value = i + 1 < args.Length ? args[i + 1] : "";
            var isNumber = int.TryParse(value, CultureInfo.InvariantCulture, out var number);
            TimeOptions? next = args[i] switch
            {
                "--taps" when isNumber && number > 0 => options with { Taps = number },
                "--jumps" when isNumber && number > 0 => options with { Jumps = number },
                "--drift" when isNumber && number > 0 => options with { DriftSeconds = number },
                "--seed" when isNumber => options with { Seed = number },
                "--only" when value is "model" or "jumps" or "1970" or "drift" => options with { Only = value },
                _ => null,
            };
            if (next is null)
            {
                Console.Error.WriteLine($"time: '{args[i]} {value}' is not understood; use [--short] [--taps N] [--jumps N] [--drift SECONDS] [--seed S] [--only model|jumps|1970|drift]");
                return null;
            }

            options = next;
            i++;
        }

        return options;
    }
}
