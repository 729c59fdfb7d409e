using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KyCuong.Verify;

Console.OutputEncoding = System.Text.Encoding.UTF8;
if (args is [] or ["--help" or "-h" or "-?"])
{
    Console.WriteLine(VerifyText.Get("Usage"));
    return args.Length == 0 ? 2 : 0;
}

try
{
    var options = VerifyOptions.Parse(args);
    using var authority = options.Authority is { } certificate ? KeyOf(certificate) : null;
    var outcome = Outcome.Of(() => options.File is { } file ? Store.OpenFile(file) : Store.OpenPostgres(options.Postgres!), options.Heads, authority);
    if (outcome.Verification is not { } verification)
    {
        Console.Error.WriteLine(outcome.Problem);
        return 1;
    }

    Console.WriteLine(options.Json
        ? Report.ToJson(verification, options.Heads.Count, authority is not null)
        : Report.Text(verification, options.Heads.Count, authority is not null));
    return outcome.IsFine ? 0 : 1;
}
catch (ArgumentException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 2;
}
catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
{
    // A file named on the command line that cannot be read.
    Console.Error.WriteLine(VerifyText.Get("Unreadable", problem.Message));
    return 1;
}

static ECDsa KeyOf(string file)
{
    try
    {
        using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(file));
        return certificate.GetECDsaPublicKey() ?? throw new ArgumentException(VerifyText.Get("WrongAuthority", file));
    }
    catch (CryptographicException problem)
    {
        throw new ArgumentException(VerifyText.Get("WrongAuthority", file), problem);
    }
}
