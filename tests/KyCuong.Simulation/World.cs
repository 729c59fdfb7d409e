using System.Globalization;

namespace KyCuong.Simulation;

/// <summary>
/// Time, chance and order of one seed. The process has one pool thread (see the project file), on which everything runs that the
/// product gives to tasks, whichever way it does so; only when nothing is left to run does time jump to the next event.
/// So no seam for scheduling is needed in the product, and a seed is the same each time.
/// </summary>
internal sealed class World : IThreadPoolWorkItem
{
    private readonly PriorityQueue<Action, (long Us, long Order)> _events = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TextWriter? _told;
    private ulong _digest = 14695981039346656037; // FNV-1a
    private long _order;
    private bool _over;

    /// <summary>A world, not yet running.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="startUs">True time at its beginning, µs since 1970.</param>
    /// <param name="told">Where the trace goes; null: it is only digested.</param>
    public World(int seed, long startUs, TextWriter? told)
    {
        (Seed, NowUs, _told) = (seed, startUs, told);
        Chance = new Random(seed);
    }

    /// <summary>What decides everything.</summary>
    public int Seed { get; }

    /// <summary>True time, µs since 1970. No clock of a machine shows it.</summary>
    public long NowUs { get; private set; }

    /// <summary>Everything that is left to chance and happens in the order of events.</summary>
    public Random Chance { get; }

    /// <summary>What was found wrong, as sentences; in order.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Of all events so far.</summary>
    public string Digest => _digest.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Lines of the trace so far.</summary>
    public long Lines { get; private set; }

    /// <summary>Begins; ends when <see cref="End"/> was called, or at the first mistake of the simulation itself.</summary>
    public Task RunAsync()
    {
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return _ended.Task;
    }

    /// <summary>Nothing happens any more.</summary>
    public void End() => _over = true;

    /// <summary>Does something at an instant, after what was asked for that instant before.</summary>
    public void At(long us, Action work) => _events.Enqueue(work, (Math.Max(us, NowUs), _order++));

    /// <summary>Does something after a time.</summary>
    public void After(TimeSpan time, Action work) => At(NowUs + (time.Ticks / TimeSpan.TicksPerMicrosecond), work);

    /// <summary>Takes in a task that nobody waits for: that it fails is a mistake of the simulation.</summary>
    public void Own(Task task) => task.ContinueWith(
        failed => _ended.TrySetException(failed.Exception!.InnerExceptions), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Enters an event in the trace.</summary>
    public void Trace(string line)
    {
        Lines++;
        Mix((ulong)NowUs);
        foreach (var character in line) Mix(character);
        Tell(line);
    }

    /// <summary>Somebody reads the trace.</summary>
    public bool IsTold => _told is not null;

    /// <summary>Tells whoever reads the trace; its digest is the same without.</summary>
    public void Tell(string line) =>
        _told?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UnixEpoch.AddMicroseconds(NowUs):yyyy-MM-dd HH:mm:ss.ffffff} {line}"));

    /// <summary>Enters numbers in the digest of the trace alone.</summary>
    public void Mix(ulong number)
    {
        unchecked
        {
            _digest = (_digest ^ number) * 1099511628211;
        }
    }

    /// <summary>Something is wrong.</summary>
    public void Wrong(string problem)
    {
        Trace("WRONG " + problem);
        if (Problems.Count < 20) Problems.Add(problem);
    }

    /// <summary>A chance of one in so many.</summary>
    public bool OneIn(int many) => Chance.Next(many) == 0;

    /// <summary>A time between two.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * Chance.NextDouble());

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            // Behind everything that waits: what is local to this thread goes first, then what was queued before.
            if (ThreadPool.PendingWorkItemCount == 0)
            {
                if (_over || _ended.Task.IsCompleted || !_events.TryDequeue(out var next, out var when))
                {
                    _ended.TrySetResult();
                    return;
                }

                NowUs = when.Us;
                next();
            }
        }
        catch (Exception mistake)
        {
            _ended.TrySetException(mistake);
            return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
