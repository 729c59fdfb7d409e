using System.Text;

namespace KyCuong.Testing;

/// <summary>A DE2120 as public libraries describe it: commands <c>^_^NAME.</c>, answered with one byte; the version also with text. Pure.</summary>
public sealed class DeScanner : ITestModule
{
    private static readonly string[] Known = ["SCAN", "SLEEP", "DSPYFW", "BEPSUC0", "BEPSUC1", "SCMMAN", "SCMCNT", "SCMMDH", "232BAD5", "232BAD9"];

    private readonly StringBuilder _heard = new();

    /// <summary>False: no power, another speed, or the wire to it is off.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>What it says of its version, terminator included; a library throws this away unread.</summary>
    public string Version { get; set; } = "DE2120_V1.06.12\r";

    /// <summary>False: a clone that knows no such command.</summary>
    public bool KnowsVersion { get; set; } = true;

    /// <summary>Commands that came, whether it answered or not.</summary>
    public List<string> Log { get; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Hear(ReadOnlySpan<byte> bytes)
    {
        var answers = new List<byte[]>();
        foreach (var b in bytes)
        {
            _heard.Append((char)b);
            if (b != '.')
                continue;
            var command = _heard.ToString();
            _heard.Clear();
            Log.Add(command);
            if (Answers && command.StartsWith("^_^", StringComparison.Ordinal))
                answers.Add(Do(command[3..^1]));
        }

        return answers;
    }

    /// <inheritdoc/>
    public void LosePower() => _heard.Clear();

    private byte[] Do(string command)
    {
        if (!Known.Contains(command) || (command == "DSPYFW" && !KnowsVersion))
            return [0x15];
        return command == "DSPYFW" ? [0x06, .. Encoding.ASCII.GetBytes(Version)] : [0x06];
    }
}
