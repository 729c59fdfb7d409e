namespace KyCuong.Verify;

/// <summary>What is asked for.</summary>
/// <param name="File">A SQLite file; null: PostgreSQL.</param>
/// <param name="Postgres">How it is reached; null: a file.</param>
/// <param name="Heads">Kept outside.</param>
/// <param name="Json">For machines.</param>
internal sealed record VerifyOptions(string? File, string? Postgres, IReadOnlyList<OutsideHead> Heads, bool Json)
{
    /// <summary>Reads the command line.</summary>
    /// <exception cref="ArgumentException">One sentence on what is wrong.</exception>
    public static VerifyOptions Parse(IReadOnlyList<string> args)
    {
        var options = new VerifyOptions(null, null, [], false);
        for (var i = 0; i < args.Count; i += 2)
        {
            var value = i + 1 < args.Count ? args[i + 1] : throw new ArgumentException(VerifyText.Get("WrongOption", args[i]));
            options = args[i] switch
            {
                "--store" => options with { File = value },
                "--postgres" => options with { Postgres = value },
                "--head" => options with { Heads = [.. options.Heads, Head(value)] },
                "--heads" => options with { Heads = [.. options.Heads, .. Lines(value).Select(Head)] },
                "--format" when value is "json" => options with { Json = true },
                _ => throw new ArgumentException(VerifyText.Get("WrongOption", args[i])),
            };
        }

        if ((options.File is null) == (options.Postgres is null)) throw new ArgumentException(VerifyText.Get("WrongOption", string.Join(' ', args)));
        if (options.File is { } file && !System.IO.File.Exists(file)) throw new ArgumentException(VerifyText.Get("NoFile", file));
        return options;
    }

    private static OutsideHead Head(string text) => OutsideHead.Parse(text) ?? throw new ArgumentException(VerifyText.Get("WrongHead", text));

    private static IEnumerable<string> Lines(string file) => System.IO.File.Exists(file)
        // A line may say more after a blank: when it was got, and where.
        ? System.IO.File.ReadLines(file).Select(line => line.Trim().Split(' ', '\t')[0]).Where(line => line.Length > 0)
        : throw new ArgumentException(VerifyText.Get("NoFile", file));
}
