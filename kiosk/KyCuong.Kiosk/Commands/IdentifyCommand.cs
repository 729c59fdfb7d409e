using KyCuong.Kiosk.Capture;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Identify;
using KyCuong.Kiosk.Resources;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Commands;

/// <summary>The command <c>identify</c>: checks what was said, listens, prints. 0 when something fits, 1 when nothing does.</summary>
internal static class IdentifyCommand
{
    private const int MostSeconds = 3600;

    /// <exception cref="KioskException">Wrong usage.</exception>
    public static IdentifyOptions Options(IdentifyArguments arguments)
    {
        if (!ReaderAddress.TryParse(arguments.Port, out var address, out var problem)) throw KioskException.Usage(CommandText.Usage(problem + "."));
        LineSettings? line = null;
        if (arguments.Baud is { } baud)
        {
            if (!Identifier.HasLineSettings(address)) throw KioskException.Usage(CommandText.Usage(IdentifyText.NoLine(arguments.Port)));
            if (!LineSettings.TryParse(baud, out var parsed)) throw KioskException.Usage(CommandText.Usage(IdentifyText.BadLine(baud, LineSettings.MinBaud, LineSettings.MaxBaud)));
            line = parsed;
        }

        if (arguments.Seconds is < 1 or > MostSeconds) throw KioskException.Usage(CommandText.Usage(IdentifyText.BadSeconds(arguments.Seconds, MostSeconds)));
        return new IdentifyOptions(address, line, TimeSpan.FromSeconds(arguments.Seconds), arguments.Ask, arguments.ShowNumbers);
    }

    /// <summary>The name of the reader that a kiosk running on this data directory has at the port; null when there is none.</summary>
    public static string? ReaderOfRunningKiosk(DataDirectory directory, ReaderAddress address, Func<IReadOnlyList<ReaderSettings>> configured)
    {
        if (!File.Exists(directory.Lock)) return null;
        using var free = DirectoryLock.TryTake(directory);
        return free is null ? configured().FirstOrDefault(reader => reader.Address.LeadsTo(address.ToString()))?.Id : null;
    }

    public static async Task<int> RunAsync(IdentifyOptions options, string? captureFile, bool json, TimeProvider time, TextWriter output, CancellationToken cancellation)
    {
        // Another program reads one document.
        Action<string> say = json ? _ => { } : output.WriteLine;
        using var capture = captureFile is null ? null : Create(captureFile, say);
        var identifier = new Identifier(options, time, say, capture);
        try
        {
            // A line is waited for by blocking.
            var finding = await Task.Factory.StartNew(() => identifier.Run(cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await output.WriteAsync(json ? IdentifyReport.ToJson(finding) + "\n" : IdentifyReport.ToText(finding));
            if (capture is { IsOpen: true }) say(IdentifyText.Captured(capture.Path));
            return finding.Ranking.Best.Count > 0 ? 0 : KioskException.Failed;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return KioskException.Failed; // while a far port was being opened: nothing was heard
        }
        catch (TransportException e) when (e.Fault == ReaderFault.Busy)
        {
            throw new KioskException(IdentifyText.Held(options.Address.ToString()), e);
        }
        catch (TransportException e)
        {
            throw new KioskException(e.Message + ".", e);
        }
    }

    private static CaptureFile Create(string path, Action<string> say)
    {
        try
        {
            return new CaptureFile(path, why => say(why.Length == 0 ? IdentifyText.CaptureFull(path, CaptureFile.MaxBytes / 1024 / 1024) : IdentifyText.CaptureFailed(path, why)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KioskException(File.Exists(path) ? IdentifyText.CaptureThere(path) : IdentifyText.CaptureFailed(path, e.Message), e);
        }
    }
}
