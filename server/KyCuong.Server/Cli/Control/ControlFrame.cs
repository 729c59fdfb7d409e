using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace KyCuong.Server.Cli.Control;

/// <summary>What a frame on the control socket is.</summary>
internal enum ControlKind : byte
{
    /// <summary>Client: run this command (JSON of <see cref="ControlStart"/>).</summary>
    Start = 1,

    /// <summary>Server: text for standard output, UTF-8.</summary>
    Out = 2,

    /// <summary>Server: text for standard error, UTF-8.</summary>
    Error = 3,

    /// <summary>Server: read this file for me (i64 most bytes, path).</summary>
    ReadFile = 4,

    /// <summary>Server: write this file for me (u32 path length, path, content).</summary>
    WriteFile = 5,

    /// <summary>Client: what was asked for is done (a file's content, the names of files as a JSON array, or nothing).</summary>
    Done = 6,

    /// <summary>Client: it cannot be done (the sentence for the person).</summary>
    Failed = 7,

    /// <summary>Server: the command ended (i32 exit code).</summary>
    Exit = 8,

    /// <summary>Server: list the files of this folder for me (i32 most files, path).</summary>
    ListFiles = 9,
}

/// <summary>How a command is asked for.</summary>
internal sealed record ControlStart(string[] Arguments, bool IsTerminal, int Width);

/// <summary>
/// One message between a command and the running server: kind u8, length u32 big-endian, content.
/// At most <see cref="MostBytes"/>; a longer one ends the connection.
/// </summary>
internal readonly record struct ControlFrame(ControlKind Kind, byte[] Content)
{
    /// <summary>Longest content: the largest file a command may bring.</summary>
    public const int MostBytes = 256 * 1024 * 1024;

    private const int HeaderBytes = 5;

    public string Text => Encoding.UTF8.GetString(Content);

    /// <summary>The next frame, or null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">No frame of this protocol.</exception>
    public static async Task<ControlFrame?> ReadAsync(Stream stream, CancellationToken cancel)
    {
        var header = new byte[HeaderBytes];
        var got = await stream.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, cancel);
        if (got == 0) return null;
        var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
        if (got < HeaderBytes || !Enum.IsDefined((ControlKind)header[0]) || length > MostBytes)
            throw new InvalidDataException("What came over the control socket is no frame.");
        var content = new byte[length];
        await stream.ReadExactlyAsync(content, cancel);
        return new ControlFrame((ControlKind)header[0], content);
    }

    /// <summary>Writes a frame at once. The caller sees to it that no two frames mix.</summary>
    public static void Write(Stream stream, ControlKind kind, ReadOnlySpan<byte> content)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        header[0] = (byte)kind;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)content.Length);
        stream.Write(header);
        // An empty write after the header would meet an other end that has all it waited for and is gone already.
        if (!content.IsEmpty) stream.Write(content);
    }

    public static ControlFrame ForStart(ControlStart start) => new(ControlKind.Start, JsonSerializer.SerializeToUtf8Bytes(start));

    public ControlStart AsStart() =>
        JsonSerializer.Deserialize<ControlStart>(Content) ?? throw new InvalidDataException("The control socket brought an empty command.");

    public static ControlFrame ForReadFile(string path, long most)
    {
        var text = Encoding.UTF8.GetBytes(path);
        var content = new byte[8 + text.Length];
        BinaryPrimitives.WriteInt64BigEndian(content, most);
        text.CopyTo(content, 8);
        return new ControlFrame(ControlKind.ReadFile, content);
    }

    public (string Path, long Most) AsReadFile() =>
        (Encoding.UTF8.GetString(Content.AsSpan(8)), BinaryPrimitives.ReadInt64BigEndian(Content));

    public static ControlFrame ForListFiles(string folder, int most)
    {
        var text = Encoding.UTF8.GetBytes(folder);
        var content = new byte[4 + text.Length];
        BinaryPrimitives.WriteInt32BigEndian(content, most);
        text.CopyTo(content, 4);
        return new ControlFrame(ControlKind.ListFiles, content);
    }

    public (string Folder, int Most) AsListFiles() =>
        (Encoding.UTF8.GetString(Content.AsSpan(4)), BinaryPrimitives.ReadInt32BigEndian(Content));

    /// <summary>Content of the answer to <see cref="ControlKind.ListFiles"/>.</summary>
    public static byte[] OfNames(IReadOnlyList<string> names) => JsonSerializer.SerializeToUtf8Bytes(names);

    /// <summary>What <see cref="OfNames"/> wrote.</summary>
    public static IReadOnlyList<string> AsNames(byte[] content) =>
        JsonSerializer.Deserialize<string[]>(content) ?? throw new InvalidDataException("The control socket brought an empty list of files.");

    public static ControlFrame ForWriteFile(string path, ReadOnlySpan<byte> file)
    {
        var text = Encoding.UTF8.GetBytes(path);
        var content = new byte[4 + text.Length + file.Length];
        BinaryPrimitives.WriteUInt32BigEndian(content, (uint)text.Length);
        text.CopyTo(content, 4);
        file.CopyTo(content.AsSpan(4 + text.Length));
        return new ControlFrame(ControlKind.WriteFile, content);
    }

    public (string Path, ReadOnlyMemory<byte> File) AsWriteFile()
    {
        var length = (int)BinaryPrimitives.ReadUInt32BigEndian(Content);
        return (Encoding.UTF8.GetString(Content.AsSpan(4, length)), Content.AsMemory(4 + length));
    }

    public static ControlFrame ForExit(int code)
    {
        var content = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(content, code);
        return new ControlFrame(ControlKind.Exit, content);
    }

    public int AsExit() => BinaryPrimitives.ReadInt32BigEndian(Content);
}
