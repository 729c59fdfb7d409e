using System.Security.Cryptography;
using System.Text;
using KyCuong.Protos.Photos;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;

namespace KyCuong.Server.Features.Imports;

/// <summary>A portrait of a folder, fit for a gate's screen.</summary>
/// <param name="File">Its name.</param>
/// <param name="Owner">The name without its ending: whose it is.</param>
/// <param name="Sha256">Of the content, 32 bytes.</param>
/// <param name="Content">JPEG or PNG.</param>
internal sealed record PhotoFile(string File, string Owner, byte[] Sha256, byte[] Content);

/// <summary>
/// The portraits of a folder, read whole: name and content of each checked by themselves, everything wrong listed under the
/// file's name. Whose they are is <see cref="PhotoImport"/>'s question.
/// </summary>
internal static class PhotoFolder
{
    /// <summary>Files in a folder.</summary>
    public const int MostFiles = 20_000;

    /// <summary>Bytes in a portrait, so that it passes to the kiosks with room to spare.</summary>
    public const int LargestPhoto = 100 * 1024;

    /// <summary>Bytes in the portraits of a folder.</summary>
    public const long LargestFolder = 256L << 20;

    /// <summary>Pixels of a side at least: less is no face at three metres.</summary>
    public const int LeastSide = 100;

    /// <summary>Pixels of a side at most: no screen shows more.</summary>
    public const int MostSide = 2000;

    /// <summary>Bytes read of a file to tell how long it is.</summary>
    private const long LargestRead = 64L << 20;

    private static readonly string[] Endings = [".jpg", ".jpeg", ".png"];

    /// <summary>What machines leave in folders of pictures; nobody put it there.</summary>
    private static readonly string[] Litter = ["Thumbs.db", "desktop.ini"];

    /// <summary>Reads the folder.</summary>
    /// <exception cref="CommandException">There is no such folder, nothing in it, or too much; the message says which.</exception>
    public static async Task<IReadOnlyList<PhotoFile>> ReadAsync(ICommandConsole console, string folder, ProblemList problems, CancellationToken cancel)
    {
        var names = (await console.ListFilesAsync(folder, MostFiles, cancel)).Where(name => name[0] != '.' && !Litter.Contains(name, StringComparer.OrdinalIgnoreCase)).ToList();
        if (names.Count == 0) throw new CommandException(ImportText.Get("photo.none", folder));
        var photos = new List<PhotoFile>(names.Count);
        var bytes = 0L;
        using var progress = new ProgressLine(console, ImportText.Get("progress", folder), names.Count);
        for (var i = 0; i < names.Count; i++)
        {
            progress.At(i);
            if (await ReadAsync(console, folder, names[i], problems, cancel) is not { } photo) continue;
            bytes += photo.Content.Length;
            if (bytes > LargestFolder) throw new CommandException(ImportText.Get("photo.folderTooLarge", folder, LargestFolder >> 20));
            photos.Add(photo);
        }

        return photos;
    }

    private static async Task<PhotoFile?> ReadAsync(ICommandConsole console, string folder, string name, ProblemList problems, CancellationToken cancel)
    {
        if (!Endings.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase)) return Refuse(ImportText.Get("photo.ending"));
        byte[] content;
        try
        {
            content = await console.ReadFileAsync(Path.Combine(folder, name), LargestRead, cancel);
        }
        catch (CommandException error)
        {
            return Refuse(error.Message.TrimEnd('.'));
        }

        if (content.Length > LargestPhoto) return Refuse(ImportText.Get("photo.tooLarge", content.Length, LargestPhoto));
        if (PhotoHeader.Of(content) is not { } header) return Refuse(ImportText.Get("photo.format"));
        if (Math.Min(header.Width, header.Height) < LeastSide || Math.Max(header.Width, header.Height) > MostSide)
            return Refuse(ImportText.Get("photo.size", header.Width, header.Height, LeastSide, MostSide));
        // Some machines write letters with marks as two characters.
        return new PhotoFile(name, Path.GetFileNameWithoutExtension(name).Normalize(NormalizationForm.FormC), SHA256.HashData(content), content);

        PhotoFile? Refuse(string reason)
        {
            problems.Add(0, name, "", reason);
            return null;
        }
    }
}
