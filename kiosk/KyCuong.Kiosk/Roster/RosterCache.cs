namespace KyCuong.Kiosk.Roster;

/// <summary>
/// The roster in force, kept on disk so that names work after a restart without the server, and with it the portraits of its
/// people and of nobody else. Reading is thread-safe; changes come from one link at a time.
/// </summary>
public sealed class RosterCache : IDisposable
{
    private readonly RosterStore _store;
    private volatile RosterBook _current;

    /// <summary>What is on disk. Portraits that a stop left behind go now.</summary>
    public RosterCache(RosterStore store, PhotoStore photos)
    {
        (_store, Photos) = (store, photos);
        _current = store.Load();
        Photos.Keep(_current.Photos);
    }

    /// <summary>The book in force.</summary>
    public RosterBook Current => _current;

    /// <summary>The portraits of its people, as far as they have come.</summary>
    public PhotoStore Photos { get; }

    /// <summary>Puts a change in force. False when it does not fit what is here: a whole roster is needed.</summary>
    public bool Apply(RosterChange change)
    {
        if (!_store.Apply(change)) return false;
        Reload();
        return true;
    }

    /// <summary>Erases what is held of these people.</summary>
    public void Forget(IReadOnlyCollection<ulong> people)
    {
        try
        {
            _store.Forget(people);
        }
        finally
        {
            Reload();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _store.Dispose();

    private void Reload()
    {
        _current = _store.Load();
        Photos.Keep(_current.Photos);
    }
}
