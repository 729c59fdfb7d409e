using System.Buffers;
using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using KyCuong.Kiosk.Resources;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Screen;

/// <summary>What the page may ask of the kiosk. Thread-safe.</summary>
public interface IScreenActions
{
    /// <summary>The portrait with this hash (64 hex digits); null when it is not here.</summary>
    public PageFile? Photo(string sha256);

    /// <summary>Somebody chose the way they pass with their next tap: <c>in</c>, <c>out</c>, or null to take it back.</summary>
    public void Press(string? direction);

    /// <summary>Somebody entered staff code and PIN. What came of it is shown like any tap; the words are for what was not looked at.</summary>
    public Task<StaffCodeAnswer> EnterAsync(StaffCodeForm form, CancellationToken cancellation);
}

/// <summary>What was entered on the keypad. Never logged.</summary>
/// <param name="Code">Staff code.</param>
/// <param name="Pin">PIN.</param>
/// <param name="Direction">The way chosen before, <c>in</c> or <c>out</c>; null or empty for none.</param>
public sealed record StaffCodeForm(string Code, string Pin, string? Direction = null)
{
    /// <inheritdoc />
    public override string ToString() => nameof(StaffCodeForm);
}

/// <summary>The answer to it.</summary>
/// <param name="Words">In Vietnamese.</param>
/// <param name="Recorded">It counts as a tap, verified or not; else it may be tried again.</param>
public sealed record StaffCodeAnswer(string Words, bool Recorded);

/// <summary>
/// The kiosk's page on 127.0.0.1 and nowhere else. A port that is taken is said once and tried again: the page is never a
/// reason not to read badges. Requests that name another host or come from another page are turned away (DNS rebinding,
/// cross-site requests).
/// </summary>
/// <param name="port">On 127.0.0.1.</param>
/// <param name="events">What the pages are told.</param>
/// <param name="actions">What they may ask.</param>
/// <param name="nowMs">The kiosk's clock, milliseconds since 1970.</param>
/// <param name="time">Waits.</param>
/// <param name="logger">Trouble.</param>
public sealed partial class ScreenServer(int port, ScreenEvents events, IScreenActions actions, Func<long> nowMs, TimeProvider time, ILogger<ScreenServer> logger) : IAsyncDisposable
{
    /// <summary>Pages open at once: a kiosk has one, and perhaps somebody looks on.</summary>
    public const int MostPages = 8;

    private const int MostBody = 256;
    private const string Policy = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly string _host = $"127.0.0.1:{port}";
    private Task _running = Task.CompletedTask;

    /// <summary>Begins to listen.</summary>
    public void Start() => _running = RunAsync();

    /// <summary>Closes the page; open streams end at once.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        string? said = null;
        while (!_stop.IsCancellationRequested)
        {
            using var listener = new HttpListener { IgnoreWriteExceptions = false };
            listener.Prefixes.Add($"http://{_host}/");
            try
            {
                listener.Start();
                said = null;
                using var stopping = _stop.Token.Register(listener.Stop);
                while (listener.IsListening)
                    _ = AnswerAsync(await listener.GetContextAsync());
            }
            catch (Exception e) when (_stop.IsCancellationRequested && e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
            catch (HttpListenerException e)
            {
                if (said != e.Message) LogPortTaken(logger, ScreenText.PortTaken(port, e.Message));
                said = e.Message;
            }

            try
            {
                await Task.Delay(RetryDelay, time, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var response = context.Response;
        try
        {
            // What an answer that comes to nothing says: aborting one still sends its status.
            response.StatusCode = (int)HttpStatusCode.InternalServerError;
            response.Headers["Content-Security-Policy"] = Policy;
            response.Headers["X-Content-Type-Options"] = "nosniff";
            response.Headers["Referrer-Policy"] = "no-referrer";
            response.Headers["Cache-Control"] = "no-store";
            await HandleAsync(context.Request, response);
            response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The browser went away in the middle of its answer, or the kiosk stops.
            response.Abort();
        }
#pragma warning disable CA1031 // The page must not end the kiosk; a mistake of ours in it is said.
        catch (Exception e)
        {
            LogFailed(logger, e);
            response.Abort();
        }
#pragma warning restore CA1031
    }

    private async Task HandleAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        var path = request.Url?.AbsolutePath ?? "";
        if (request.UserHostName != _host) Say(response, HttpStatusCode.MisdirectedRequest);
        else if (request.HttpMethod == "POST") await PostAsync(request, path, response);
        else if (request.HttpMethod != "GET") Say(response, HttpStatusCode.MethodNotAllowed);
        else if (path == "/events") await StreamAsync(response);
        else await FileAsync(path.StartsWith("/photo/", StringComparison.Ordinal) ? actions.Photo(path["/photo/".Length..]) : PageFiles.Find(path == "/" ? "kiosk.html" : path[1..]), response);
    }

    /// <summary>A status, before anything is written.</summary>
    private static void Say(HttpListenerResponse response, HttpStatusCode status) => response.StatusCode = (int)status;

    private async Task FileAsync(PageFile? file, HttpListenerResponse response)
    {
        Say(response, file is null ? HttpStatusCode.NotFound : HttpStatusCode.OK);
        if (file is null) return;
        response.ContentType = file.ContentType;
        response.ContentLength64 = file.Content.Length;
        await response.OutputStream.WriteAsync(file.Content, _stop.Token);
    }

    /// <summary>What was asked is taken from whoever has the page open here, and only from the page itself.</summary>
    private async Task PostAsync(HttpListenerRequest request, string path, HttpListenerResponse response)
    {
        if (request.ContentLength64 is < 0 or > MostBody)
        {
            Say(response, HttpStatusCode.RequestEntityTooLarge);
            return;
        }

        using var reader = new StreamReader(request.InputStream, System.Text.Encoding.UTF8);
        var body = await reader.ReadToEndAsync(_stop.Token);
        if (request.Headers["Origin"] != $"http://{_host}") Say(response, HttpStatusCode.Forbidden);
        else if (path == "/direction") Say(response, Press(body));
        else if (path == "/staff-code") await EnterAsync(body, response);
        else Say(response, HttpStatusCode.NotFound);
    }

    private HttpStatusCode Press(string body)
    {
        if (body is not ("in" or "out" or "")) return HttpStatusCode.BadRequest;
        actions.Press(body.Length == 0 ? null : body);
        return HttpStatusCode.NoContent;
    }

    private async Task EnterAsync(string body, HttpListenerResponse response)
    {
        if (Form(body) is not { Code: not null, Pin: not null, Direction: null or "" or "in" or "out" } form)
        {
            Say(response, HttpStatusCode.BadRequest);
            return;
        }

        var answer = await actions.EnterAsync(form, _stop.Token);
        await FileAsync(new PageFile("application/json", JsonSerializer.SerializeToUtf8Bytes(answer, ScreenJson.Plain.StaffCodeAnswer)), response);
    }

    private static StaffCodeForm? Form(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ScreenJson.Plain.StaffCodeForm);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task StreamAsync(HttpListenerResponse response)
    {
        if (events.Pages >= MostPages)
        {
            Say(response, HttpStatusCode.ServiceUnavailable);
            return;
        }

        Say(response, HttpStatusCode.OK);
        response.ContentType = "text/event-stream; charset=utf-8";
        response.SendChunked = true;
        var page = events.Join(nowMs());
        try
        {
            await response.OutputStream.WriteAsync("retry: 300\n\n"u8.ToArray(), _stop.Token);
            // What waits goes in one piece: the listener makes three writes of each, and wakes the page as often.
            var piece = new ArrayBufferWriter<byte>();
            while (await page.WaitToReadAsync(_stop.Token))
            {
                piece.ResetWrittenCount();
                while (page.TryRead(out var bytes)) piece.Write(bytes);
                await response.OutputStream.WriteAsync(piece.WrittenMemory, _stop.Token);
            }
        }
        finally
        {
            events.Leave(page);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A request of the page failed")]
    private static partial void LogFailed(ILogger logger, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem}")]
    private static partial void LogPortTaken(ILogger logger, string problem);
}
