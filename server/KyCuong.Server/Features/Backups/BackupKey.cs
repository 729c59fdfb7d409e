using System.Security.Cryptography;
using KyCuong.Server.Certificates;
using KyCuong.Server.Cli;
using KyCuong.Server.Store;

namespace KyCuong.Server.Features.Backups;

/// <summary>
/// The key that backups are sealed with: 32 random bytes in the data directory, made at the first backup. Whoever has a backup
/// and not the key has nothing; who loses the machine and has no copy of the key has nothing either, so it is printed to be kept elsewhere.
/// </summary>
internal static class BackupKey
{
    /// <summary>Bytes.</summary>
    public const int Size = 32;

    private const string FileName = "backup.key";

    /// <summary>The key of a data directory; made when there is none.</summary>
    public static (byte[] Key, bool New) Of(DataDirectory data)
    {
        if (Known(data) is { } known) return (known, false);
        var key = RandomNumberGenerator.GetBytes(Size);
        SecretFile.Write(Path.Combine(data.Folder("keys"), FileName), System.Text.Encoding.ASCII.GetBytes(Spell(key) + "\n"));
        return (key, true);
    }

    /// <summary>The key of a data directory; null when it has none.</summary>
    public static byte[]? Known(DataDirectory data)
    {
        var path = Path.Combine(data.Folder("keys"), FileName);
        return SecretFile.Read(path) is { } text ? Parse(System.Text.Encoding.ASCII.GetString(text)) ?? throw new CommandException(BackupText.Get("key.damaged", path)) : null;
    }

    /// <summary>A key as people keep it: hex in groups of eight.</summary>
    public static string Spell(byte[] key) => string.Join('-', Convert.ToHexStringLower(key).Chunk(8).Select(group => new string(group)));

    /// <summary>Reads it back, with or without dashes and blanks; null when it is none.</summary>
    public static byte[]? Parse(string text)
    {
        var hex = string.Concat(text.Where(c => c is not ('-' or ' ' or '\r' or '\n' or '\t')));
        return hex.Length == 2 * Size && hex.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hex) : null;
    }
}
