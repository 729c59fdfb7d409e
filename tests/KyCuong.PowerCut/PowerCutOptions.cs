using System.Globalization;

namespace KyCuong.PowerCut;

/// <summary>What to do.</summary>
internal sealed record PowerCutOptions
{
    /// <summary>Images of each victim.</summary>
    public int Images { get; init; } = 200;

    /// <summary>Chooses the images.</summary>
    public int Seed { get; init; } = Environment.TickCount;

    /// <summary>A recording that was kept; null: make one.</summary>
    public string? Recording { get; init; }

    /// <summary>This image alone.</summary>
    public int? Image { get; init; }

    /// <summary>One victim alone.</summary>
    public string? Only { get; init; }

    /// <summary>tests/powercut/bin/recorder.so.</summary>
    public string Recorder { get; init; } = "";

    /// <summary>Reads the command line; null after a sentence on what is wrong.</summary>
    public static PowerCutOptions? Read(string[] args)
    {
        var options = new PowerCutOptions();
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var isNumber = int.TryParse(value, CultureInfo.InvariantCulture, out var number);
            PowerCutOptions? next = args[i] switch
            {
                "--images" when isNumber && number > 0 => options with { Images = number },
                "--seed" when isNumber => options with { Seed = number },
                "--image" when isNumber && number >= 0 => options with { Image = number },
                "--recording" when value.Length > 0 => options with { Recording = Path.GetFullPath(value) },
                "--only" when value is "kiosk" or "server" => options with { Only = value },
                "--recorder" when File.Exists(value) => options with { Recorder = Path.GetFullPath(value) },
                _ => null,
            };
            if (next is null)
            {
                Console.Error.WriteLine($"powercut: '{args[i]} {value}' is not understood; use --images N [--only kiosk|server] [--seed S], or with a recording that was kept --recording DIR --seed S --image K");
                return null;
            }

            options = next;
        }

        return options with { Images = Math.Max(options.Images, (options.Image ?? 0) + 1) };
    }
}
