using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;

namespace KyCuong.Kiosk.Screen;

/// <summary>
/// What goes to the open pages (server-sent events, WHATWG HTML section 9.2): the state first, then whatever happens. A page that does not
/// read loses the oldest events and holds up nobody. Thread-safe.
/// </summary>
public sealed class ScreenEvents
{
    /// <summary>Events waiting for one page.</summary>
    public const int MostWaiting = 32;

    private readonly Lock _gate = new();
    private readonly List<Channel<byte[]>> _pages = [];
    private ScreenState? _state;

    /// <summary>Pages open now.</summary>
    public int Pages
    {
        get { lock (_gate) return _pages.Count; }
    }

    /// <summary>A verdict: shown at once, in place of the one before.</summary>
    public void Show(Panel panel) => Send("tap", panel, ScreenJson.Plain.Panel);

    /// <summary>A line under a panel that may still stand.</summary>
    public void Note(long panel, string text) => Send("note", new PanelNote(panel, text), ScreenJson.Plain.PanelNote);

    /// <summary>The state; sent when it changed.</summary>
    public void Show(ScreenState state)
    {
        lock (_gate)
        {
            if (state.Equals(_state)) return;
            _state = state;
            SendLocked(Event("state", state, ScreenJson.Plain.ScreenState));
        }
    }

    /// <summary>The clock.</summary>
    /// <param name="nowMs">Milliseconds since 1970.</param>
    public void Tick(long nowMs) => Send("tick", new Tick(nowMs, PageFiles.Version), ScreenJson.Plain.Tick);

    /// <summary>A page was opened.</summary>
    /// <param name="nowMs">Milliseconds since 1970, for its clock.</param>
    public ChannelReader<byte[]> Join(long nowMs)
    {
        var page = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });
        lock (_gate)
        {
            page.Writer.TryWrite(Event("tick", new Tick(nowMs, PageFiles.Version), ScreenJson.Plain.Tick));
            if (_state is not null) page.Writer.TryWrite(Event("state", _state, ScreenJson.Plain.ScreenState));
            _pages.Add(page);
        }

        return page.Reader;
    }

    /// <summary>That page was closed.</summary>
    public void Leave(ChannelReader<byte[]> page)
    {
        lock (_gate) _pages.RemoveAll(open => open.Reader == page);
    }

    private void Send<T>(string name, T data, JsonTypeInfo<T> type)
    {
        lock (_gate)
            if (_pages.Count > 0) SendLocked(Event(name, data, type));
    }

    private void SendLocked(byte[] bytes)
    {
        foreach (var page in _pages) page.Writer.TryWrite(bytes);
    }

    private static byte[] Event<T>(string name, T data, JsonTypeInfo<T> type) =>
        Encoding.UTF8.GetBytes($"event: {name}\ndata: {JsonSerializer.Serialize(data, type)}\n\n");
}
