using System.Globalization;

namespace KyCuong.Fuzz;

/// <summary>An input that something was wrong with.</summary>
/// <param name="Target">Whose.</param>
/// <param name="Seed">Of the run.</param>
/// <param name="Input">It.</param>
/// <param name="What">A sentence.</param>
internal sealed record Finding(string Target, int Seed, byte[] Input, string What)
{
    /// <summary>Longer ones are written to a file: a command line has its bounds, bytes.</summary>
    private const int LongestShown = 2_048;

    /// <summary>Says it, with the command that shows it again.</summary>
    public void Print()
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"FINDING {Target} (seed {Seed}, {Input.Length} bytes): {What}"));
        var hex = Convert.ToHexString(Input);
        if (Input.Length > LongestShown)
        {
            var path = Path.Combine(Path.GetTempPath(), $"kycuong-fuzz-{Target}-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Input))[..12]}.bin");
            File.WriteAllBytes(path, Input);
            hex = "@" + path;
        }

        Console.WriteLine($"  input {hex}");
        Console.WriteLine($"  again: bash tests/fuzz.sh --only {Target} --input {hex}");
    }
}
