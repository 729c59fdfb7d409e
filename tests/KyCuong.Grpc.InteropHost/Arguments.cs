namespace Grpc.InteropHost;

/// <summary>Arguments of the form <c>--name value</c>.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values;

    private Arguments(Dictionary<string, string> values) => _values = values;

    public string? this[string name] => _values.GetValueOrDefault(name);

    public static Arguments Parse(string[] args, params string[] known)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i += 2)
        {
            var name = args[i].StartsWith("--", StringComparison.Ordinal) ? args[i][2..] : "";
            if (!known.Contains(name)) throw new ArgumentException($"The argument '{args[i]}' is not known.");
            if (i + 1 == args.Length) throw new ArgumentException($"The argument '{args[i]}' lacks its value.");
            values[name] = args[i + 1];
        }
        return new Arguments(values);
    }

    public string Required(string name) => this[name] ?? throw new ArgumentException($"The argument '--{name}' is missing.");
}
