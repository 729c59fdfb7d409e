using System.Globalization;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Transports;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Capture;

/// <summary>
/// The captured sessions of a running kiosk: <c>session.txt</c> becomes <c>session-vao.txt</c> for the reader "vao", or <c>session-vao-2.txt</c> where
/// that is there already. A file that cannot be made or written is said once and costs nobody a tap. Thread-safe.
/// </summary>
/// <param name="path">As the operator named it.</param>
/// <param name="time">For stamps.</param>
/// <param name="logger">Says where the files are and why one ended.</param>
public sealed partial class CaptureFiles(string path, TimeProvider time, ILogger<CaptureFiles> logger) : IDisposable
{
    private const int MostOfOneReader = 9;

    private readonly Lock _gate = new();
    private readonly List<CaptureFile> _files = [];

    /// <summary>Opens the reader's lines so that their traffic is written down; as they are where no file can be made.</summary>
    public OpenTransport Wrap(ReaderSettings reader, OpenTransport open)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (Create(reader.Id) is not { } file) return open;
        lock (_gate) _files.Add(file);
        LogCapturing(logger, reader.Id, file.Path);
        var session = new CaptureSession(reader.Id, reader.Protocol, reader.Driver, file);
        return stop => new CapturingTransport(open(stop), session, time);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
            foreach (var file in _files) file.Dispose();
    }

    private CaptureFile? Create(string reader)
    {
        for (var number = 1; ; number++)
        {
            var ending = number == 1 ? "" : "-" + number.ToString(CultureInfo.InvariantCulture);
            var name = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $"{Path.GetFileNameWithoutExtension(path)}-{reader}{ending}{Path.GetExtension(path)}");
            if (number < MostOfOneReader && File.Exists(name)) continue;
            try
            {
                return new CaptureFile(name, why => Ended(reader, name, why));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogNotMade(logger, reader, name, e.Message);
                return null;
            }
        }
    }

    private void Ended(string reader, string name, string why)
    {
        if (why.Length == 0) LogFull(logger, reader, name, CaptureFile.MaxBytes / 1024 / 1024);
        else LogFailed(logger, reader, name, why);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The session of reader {Reader} is captured in {File}, with pseudonyms for cards")]
    private static partial void LogCapturing(ILogger logger, string reader, string file);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The session of reader {Reader} is not captured: {File} cannot be made: {Why}")]
    private static partial void LogNotMade(ILogger logger, string reader, string file, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "The session of reader {Reader} is no longer captured: {File} has reached {Limit} MiB")]
    private static partial void LogFull(ILogger logger, string reader, string file, int limit);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The session of reader {Reader} is no longer captured: {File} cannot be written: {Why}")]
    private static partial void LogFailed(ILogger logger, string reader, string file, string why);
}
