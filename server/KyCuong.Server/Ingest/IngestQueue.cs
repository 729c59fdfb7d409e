using System.Threading.Channels;

namespace KyCuong.Server.Ingest;

/// <summary>
/// What waits for the one writer, in two lanes. In the prompt one waits what somebody stands before: a tap just made, a journal being
/// opened. In the patient one waits what already waited on a kiosk's disk, and whatever of that journal comes behind it, so
/// that one journal's entries never overtake each other. The patient lane gets a bounded part of each commit, so that a month's
/// taps of one gate do not hold up another. Any thread adds; one takes.
/// </summary>
/// <param name="options">Bounds.</param>
internal sealed class IngestQueue(IngestOptions options)
{
    private readonly Channel<IngestWork> _prompt = Lane(options);
    private readonly Channel<IngestWork> _patient = Lane(options);
    private Task<bool>? _promptReady;
    private Task<bool>? _patientReady;

    /// <summary>Puts work in its lane; waits while that is full.</summary>
    /// <exception cref="ChannelClosedException">The queue is closed.</exception>
    public async ValueTask AddAsync(IngestWork work, CancellationToken cancel)
    {
        var lane = work.WaitsPatiently() ? _patient : _prompt;
        try
        {
            await lane.Writer.WriteAsync(work, cancel).ConfigureAwait(false);
        }
        catch
        {
            work.NotQueued();
            throw;
        }
    }

    /// <summary>Puts work in the prompt lane unless that is full or closed.</summary>
    public bool TryAdd(IngestWork work) => _prompt.Writer.TryWrite(work);

    /// <summary>Takes no more; what is queued can still be taken.</summary>
    public void Complete()
    {
        _prompt.Writer.Complete();
        _patient.Writer.Complete();
    }

    /// <summary>True when something waits; false when the queue is closed and empty.</summary>
    public async Task<bool> WaitAsync()
    {
        while (true)
        {
            // A wait that has not ended is kept for the next time: each asked for anew would stay with its channel.
            _promptReady ??= _prompt.Reader.WaitToReadAsync().AsTask();
            _patientReady ??= _patient.Reader.WaitToReadAsync().AsTask();
            await Task.WhenAny(_promptReady, _patientReady).ConfigureAwait(false);
            var (prompt, patient) = (_promptReady.IsCompleted, _patientReady.IsCompleted);
            var some = (prompt && await _promptReady.ConfigureAwait(false)) | (patient && await _patientReady.ConfigureAwait(false));
            if (some)
            {
                if (prompt) _promptReady = null;
                if (patient) _patientReady = null;
                return true;
            }

            if (prompt && patient) return false;
            // One lane is closed and empty: the other is being closed.
            await (prompt ? _patientReady : _promptReady).ConfigureAwait(false);
        }
    }

    /// <summary>Moves into the group what is committed next: the prompt lane first, as far as the group holds it.</summary>
    public void Fill(List<IngestWork> group)
    {
        Move(_prompt, options.EntriesPerCommit, group);
        Move(_patient, options.PatientEntriesPerCommit, group);
    }

    private static void Move(Channel<IngestWork> lane, int entries, List<IngestWork> group)
    {
        for (var size = 0; size < entries && lane.Reader.TryRead(out var work); size += work.Size) group.Add(work);
    }

    private static Channel<IngestWork> Lane(IngestOptions options) =>
        Channel.CreateBounded<IngestWork>(new BoundedChannelOptions(options.QueuedBatches) { SingleReader = true });
}
