using System.Threading.Channels;
using Grpc.Core;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// One stream of one kiosk while it lasts: how the rest of the server ends it or tells it that the roster changed.
/// Thread-safe.
/// </summary>
#pragma warning disable CA1001 // The source has no timer and holds nothing; whoever ends the session may come after the stream disposed of it.
internal sealed class KioskSession(KioskIdentity kiosk)
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Channel<bool> _refresh = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _lock = new();
    private Status? _why;

    /// <summary>Whose it is.</summary>
    public KioskIdentity Kiosk => kiosk;

    /// <summary>Fires when <see cref="End"/> is called.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Why it was ended; null while it was not.</summary>
    public Status? Why
    {
        get
        {
            lock (_lock) return _why;
        }
    }

    /// <summary>One item when the roster or configuration may have changed since the last look; several changes are one item.</summary>
    public ChannelReader<bool> Refreshes => _refresh.Reader;

    /// <summary>Ends the stream with this status; the first call counts.</summary>
    public void End(StatusCode code, string detail)
    {
        lock (_lock)
        {
            if (_why is not null) return;
            _why = new Status(code, detail);
        }

        _ended.Cancel();
    }

    /// <summary>Asks the stream to look whether its roster or configuration changed.</summary>
    public void Refresh() => _refresh.Writer.TryWrite(true);

    /// <summary>The stream ends and looks no more.</summary>
    public void NoMoreRefreshes() => _refresh.Writer.TryComplete();
}
