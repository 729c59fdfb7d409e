namespace KyCuong.Verify;

/// <summary>What is asked for.</summary>
/// <param name="File">A SQLite file; null: PostgreSQL.</param>
/// <param name="Postgres">How it is reached; null: a file.</param>
/// <param name="Heads">Kept outside.</param>
/// <param name="Authority">The server's certificate, a file; null: signatures are not checked.</param>
/// <param name="Json">For machines.</param>
internal sealed record VerifyOptions(string? File, string? Postgres, IReadOnlyList<OutsideHead> Heads, string? Authority, bool Json)
{
    /// <summary>Reads the command line.</summary>
    /// <exception cref="ArgumentException">One sentence on what is wrong.</exception>
    public static VerifyOptions Parse(IReadOnlyList<string> args)
    {
        var options = new VerifyOptions(null, null, [], null, false);
        for (var i = 0; i < args.Count; i += 2)
        {
            var value = i + 1 < args.Count ? args[i + 1] : throw new ArgumentException(VerifyText.Get("WrongOption", args[i]));
            options = args[i] switch
            {
                "--store" => options with { File = value },
                "--postgres" => options with { Postgres = Connection(value) },
                "--head" => options with { Heads = [.. options.Heads, Head(value)] },
                "--heads" => options with { Heads = [.. options.Heads, .. Lines(value).Select(Head)] },
                "--authority" => options with { Authority = value },
                "--format" when value is "json" => options with { Json = true },
                _ => throw new ArgumentException(VerifyText.Get("WrongOption", args[i])),
            };
        }

        if ((options.File is null) == (options.Postgres is null)) throw new ArgumentException(VerifyText.Get("WrongOption", string.Join(' ', args)));
        if (options.File is { } file && !System.IO.File.Exists(file)) throw new ArgumentException(VerifyText.Get("NoFile", file));
        if (options.Authority is { } named && !System.IO.File.Exists(named)) throw new ArgumentException(VerifyText.Get("NoFile", named));
        // It lies beside the store of a server.
        var beside = options.File is { } store ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(store))!, "keys", "ca.crt") : null;
        return options with { Authority = options.Authority ?? (System.IO.File.Exists(beside) ? beside : null) };
    }

    private static string Connection(string text)
    {
        try
        {
            return new Npgsql.NpgsqlConnectionStringBuilder(text).ConnectionString;
        }
        catch (Exception problem) when (problem is ArgumentException or FormatException)
        {
            // Not the text: it may hold a password.
            throw new ArgumentException(VerifyText.Get("WrongOption", "--postgres"), problem);
        }
    }

    private static OutsideHead Head(string text) => OutsideHead.Parse(text) ?? throw new ArgumentException(VerifyText.Get("WrongHead", text));

    private static IEnumerable<string> Lines(string file) => System.IO.File.Exists(file)
        // A line may say more after a blank: when it was got, and where.
        ? System.IO.File.ReadLines(file).Select(line => line.Trim().Split(' ', '\t')[0]).Where(line => line.Length > 0)
        : throw new ArgumentException(VerifyText.Get("NoFile", file));
}
