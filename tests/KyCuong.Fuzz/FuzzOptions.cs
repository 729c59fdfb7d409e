using System.Globalization;

namespace KyCuong.Fuzz;

/// <summary>What to do.</summary>
internal sealed record FuzzOptions
{
    /// <summary>Inputs in all, shared out by weight.</summary>
    public int Inputs { get; init; } = 1_000_000;

    /// <summary>Chooses them.</summary>
    public int Seed { get; init; } = Environment.TickCount & int.MaxValue;

    /// <summary>One target alone.</summary>
    public string? Only { get; init; }

    /// <summary>This input alone, of that target.</summary>
    public byte[]? Input { get; init; }

    /// <summary>Reads the command line; null after a sentence on what is wrong.</summary>
    public static FuzzOptions? Read(string[] args)
    {
        var options = new FuzzOptions();
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            FuzzOptions? next = args[i] switch
            {
                "--inputs" when isNumber && number > 0 => options with { Inputs = number },
                "--seed" when isNumber => options with { Seed = number },
                "--only" when Targets.TargetList.Names.Contains(value) => options with { Only = value },
                "--input" when value.StartsWith('@') && File.Exists(value[1..]) => options with { Input = File.ReadAllBytes(value[1..]) },
                "--input" when value.Length % 2 == 0 && value.All(char.IsAsciiHexDigit) => options with { Input = Convert.FromHexString(value) },
                _ => null,
            };
            if (next is null)
            {
                Console.Error.WriteLine($"fuzz: '{args[i]} {value}' is not understood; use [--inputs N] [--seed S] [--only TARGET] [--input HEX|@FILE]; targets: {string.Join(' ', Targets.TargetList.Names)}");
                return null;
            }

            options = next;
        }

        if (options.Input is null || options.Only is not null) return options;
        Console.Error.WriteLine("fuzz: --input needs --only TARGET");
        return null;
    }
}
