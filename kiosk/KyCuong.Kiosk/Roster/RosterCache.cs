namespace KyCuong.Kiosk.Roster;

/// <summary>The roster in force, kept on disk so that names work after a restart without the server. Reading is thread-safe; changes come from one link at a time.</summary>
public sealed class RosterCache(RosterStore store) : IDisposable
{
    private volatile RosterBook _current = store.Load();

    /// <summary>The book in force.</summary>
    public RosterBook Current => _current;

    /// <summary>Puts a change in force. False when it does not fit what is here: a whole roster is needed.</summary>
    public bool Apply(RosterChange change)
    {
        if (!store.Apply(change)) return false;
        _current = store.Load();
        return true;
    }

    /// <summary>Erases what is held of these people.</summary>
    public void Forget(IReadOnlyCollection<ulong> people)
    {
        store.Forget(people);
        _current = store.Load();
    }

    /// <inheritdoc />
    public void Dispose() => store.Dispose();
}
