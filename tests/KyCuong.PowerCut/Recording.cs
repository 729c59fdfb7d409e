using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace KyCuong.PowerCut;

/// <summary>
/// A folder with what processes asked of their disks, one file each as tests/powercut/recorder.c writes it, and the harness's own
/// file (process 0). Read as one list in order of time.
/// </summary>
internal sealed class Recording
{
    private const uint Magic = 0x3152434b;
    private const int HeaderSize = 40;
    private const string RootFile = "root";

    private Recording(string root, IReadOnlyList<DiskEvent> events) => (Root, Events) = (root, events);

    /// <summary>The directory that was recorded.</summary>
    public string Root { get; }

    /// <summary>Everything, in order.</summary>
    public IReadOnlyList<DiskEvent> Events { get; }

    /// <summary>Makes the folder of a recording to come.</summary>
    public static void Begin(string folder, string root)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, RootFile), root);
    }

    /// <summary>Writes down what a file holds while nothing runs that writes it; null: it is not there.</summary>
    public static void Seen(string folder, ulong at, string path, byte[]? content)
    {
        var name = Encoding.UTF8.GetBytes(path);
        var head = new byte[HeaderSize];
        BinaryPrimitives.WriteUInt32LittleEndian(head, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), (uint)DiskEventKind.Seen);
        BinaryPrimitives.WriteUInt64LittleEndian(head.AsSpan(8), at);
        BinaryPrimitives.WriteUInt64LittleEndian(head.AsSpan(24), content is null ? 1u : 0u);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(32), (uint)name.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(36), (uint)(content?.Length ?? 0));
        using var file = new FileStream(Path.Combine(folder, "0.rec"), FileMode.Append);
        file.Write(head);
        file.Write(name);
        file.Write(content ?? []);
    }

    /// <summary>Reads a whole recording.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static Recording Read(string folder)
    {
        var events = new List<DiskEvent>();
        foreach (var file in Directory.GetFiles(folder, "*.rec"))
            events.AddRange(ReadProcess(file, int.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture)));
        // A stable order: events of one process stay in theirs.
        return new Recording(File.ReadAllText(Path.Combine(folder, RootFile)), [.. events.OrderBy(e => e.At)]);
    }

    private static List<DiskEvent> ReadProcess(string path, int process)
    {
        var content = File.ReadAllBytes(path).AsSpan();
        var events = new List<DiskEvent>();
        while (content.Length >= HeaderSize)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(content) != Magic) throw new InvalidDataException($"{path} is no recording, or was written by two processes at once");
            var name = BinaryPrimitives.ReadInt32LittleEndian(content[32..]);
            var data = BinaryPrimitives.ReadInt32LittleEndian(content[36..]);
            // The last record of a process that was killed in the middle of it.
            if (content.Length < HeaderSize + name + data) break;
            events.Add(new DiskEvent(
                process, (DiskEventKind)BinaryPrimitives.ReadUInt32LittleEndian(content[4..]), BinaryPrimitives.ReadUInt64LittleEndian(content[8..]),
                BinaryPrimitives.ReadUInt64LittleEndian(content[16..]), BinaryPrimitives.ReadUInt64LittleEndian(content[24..]),
                Encoding.UTF8.GetString(content.Slice(HeaderSize, name)), content.Slice(HeaderSize + name, data).ToArray()));
            content = content[(HeaderSize + name + data)..];
        }

        return events;
    }
}
