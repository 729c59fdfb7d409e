using System.Text;

namespace KyCuong.Server.Store;

/// <summary>
/// Turns UTF-8 that repeats (names of readers) into one string each. Past <see cref="Most"/> different texts it starts
/// afresh. Not thread-safe.
/// </summary>
public sealed class TextCache
{
    /// <summary>Texts held at once.</summary>
    public const int Most = 4_096;

    private readonly Dictionary<ulong, (byte[] Utf8, string Text)> _texts = [];

    /// <summary>The text of these bytes.</summary>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        var key = Hash(utf8);
        if (_texts.TryGetValue(key, out var known) && utf8.SequenceEqual(known.Utf8)) return known.Text;
        var text = Encoding.UTF8.GetString(utf8);
        if (_texts.Count >= Most) _texts.Clear();
        _texts[key] = (utf8.ToArray(), text);
        return text;
    }

    /// <summary>FNV-1a.</summary>
    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in bytes) hash = unchecked((hash ^ b) * 1099511628211UL);
        return hash;
    }
}
