using System.Globalization;

namespace KyCuong.Network;

/// <summary>What to do.</summary>
internal sealed record NetworkOptions
{
    /// <summary>Cuts of an upload each way, spread evenly over its bytes; 0 = after every byte.</summary>
    public int Cuts { get; init; }

    /// <summary>Faults at random.</summary>
    public int Events { get; init; } = 10_000;

    /// <summary>Gates whose lines have them at the same time.</summary>
    public int Gates { get; init; } = 1;

    /// <summary>Entries that a kiosk brings after a long time alone.</summary>
    public int Backlog { get; init; } = 100_000;

    /// <summary>Kiosks that come back at once.</summary>
    public int Kiosks { get; init; } = 100;

    /// <summary>Times are printed and not judged.</summary>
    public bool IsShort { get; init; }

    /// <summary>Chooses the faults.</summary>
    public int Seed { get; init; } = Environment.TickCount;

    /// <summary>One part alone; null: all.</summary>
    public string? Only { get; init; }

    /// <summary>Reads the command line; null after a sentence on what is wrong.</summary>
    public static NetworkOptions? Read(string[] args)
    {
        var options = new NetworkOptions();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--short")
            {
                options = options with { IsShort = true, Cuts = 12, Events = 12, Backlog = 5_000, Kiosks = 10 };
                continue;
            }

            var value = i + 1 < args.Length ? args[i + 1] : "";
            var isNumber = int.TryParse(value, CultureInfo.InvariantCulture, out var number);
            NetworkOptions? next = args[i] switch
            {
                "--cuts" when value == "all" => options with { Cuts = 0 },
                "--cuts" when isNumber && number > 0 => options with { Cuts = number },
                "--events" when isNumber && number > 0 => options with { Events = number },
                "--gates" when isNumber && number is > 0 and <= 100 => options with { Gates = number },
                "--backlog" when isNumber && number > 0 => options with { Backlog = number },
                "--kiosks" when isNumber && number > 0 => options with { Kiosks = number },
                "--seed" when isNumber => options with { Seed = number },
                "--only" when value is "cuts" or "faults" or "backlog" or "storm" => options with { Only = value },
                _ => null,
            };
            if (next is null)
            {
                Console.Error.WriteLine($"network: '{args[i]} {value}' is not understood; use [--short] [--cuts all|N] [--events N] [--gates N] [--backlog N] [--kiosks N] [--only cuts|faults|backlog|storm] [--seed S]");
                return null;
            }

            options = next;
            i++;
        }

        return options;
    }
}
