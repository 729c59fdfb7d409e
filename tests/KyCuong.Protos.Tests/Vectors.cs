namespace KyCuong.Protos.Tests;

/// <summary>Reads the vector files: one vector a line, fields parted by " | ", # starts a comment.</summary>
internal static class Vectors
{
    public static IEnumerable<string[]> Read(string file) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "vectors", file))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(" | "));
}
