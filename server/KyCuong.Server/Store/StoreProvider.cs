namespace KyCuong.Server.Store;

/// <summary>What a <see cref="ServerStore"/> is on one kind of database: SQLite or PostgreSQL. Thread-safe.</summary>
internal abstract class StoreProvider(StoreWriter writer) : IDisposable
{
    /// <summary>The one session that writes.</summary>
    public StoreWriter Writer => writer;

    /// <summary>A session that cannot write.</summary>
    public abstract StoreSession OpenReader();

    /// <summary>A session for a context that only reads.</summary>
    public virtual StoreSession ReaderOfContext() => OpenReader();

    /// <summary>True when the store is one file.</summary>
    public abstract bool IsFile { get; }

    /// <summary>Writes a copy of the store as it is at one moment, while it is used. The file must not exist; only its owner can read it.</summary>
    /// <param name="path">Of the copy.</param>
    /// <param name="look">Is shown what was copied, as it was at that moment; null: nobody looks.</param>
    /// <returns>Where the log ends in the copy.</returns>
    /// <exception cref="Cli.CommandException">The copy could not be made, or does not pass its check.</exception>
    public abstract Log.LogHead CopyTo(string path, Action<Verify.Store>? look);

    /// <summary>
    /// Writes the store anew so that nothing of what was deleted is left in its files; everyone who writes waits meanwhile.
    /// </summary>
    /// <returns>False when a long reading kept something of it in a log beside the store; it goes with the next restart.</returns>
    public bool Scrub() => writer.Scrub();

    /// <summary>The sentence for a failure that is the database's; null: it is none that is known.</summary>
    public virtual Cli.CommandException? Refusal(Exception problem) => null;

    /// <summary>Closes readers, then the writer once its lease is returned.</summary>
    public void Dispose()
    {
        Close();
        writer.Dispose();
        Closed();
    }

    /// <summary>Lets go of sessions kept for reading.</summary>
    private protected abstract void Close();

    /// <summary>Nothing is open any more.</summary>
    private protected virtual void Closed()
    {
    }
}
