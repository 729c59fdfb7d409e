using KyCuong.Server.Cli;

namespace KyCuong.Server.Features.Imports;

/// <summary>A bar that fills while long work goes on; nothing where nobody watches. Not thread-safe.</summary>
internal sealed class ProgressLine(ICommandConsole console, string title, long total) : IDisposable
{
    private const int BarWidth = 30;
    private int _shown = -1;

    /// <summary>So much is done.</summary>
    public void At(long done)
    {
        if (!console.IsTerminal || total <= 0) return;
        var percent = (int)(Math.Min(done, total) * 100 / total);
        if (percent == _shown) return;
        _shown = percent;
        var filled = percent * BarWidth / 100;
        console.Error.Write($"\r{title} [{new string('█', filled)}{new string('░', BarWidth - filled)}] {percent,3}%");
    }

    /// <summary>Clears the line.</summary>
    public void Dispose()
    {
        if (_shown >= 0) console.Error.Write($"\r{new string(' ', title.Length + BarWidth + 8)}\r");
    }
}
