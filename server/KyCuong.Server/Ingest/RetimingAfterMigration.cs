using KyCuong.Server.Store;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Ingest;

/// <summary>
/// A migration may leave taps without their instants, to be worked out anew (0013 did). Whoever brought the store forward does that before the store is
/// given to anybody, or the next who opens it, so that what is derived fits what was recorded whenever somebody looks. A file in the data
/// directory says that it is still to be done.
/// </summary>
internal static partial class RetimingAfterMigration
{
    private const string DueName = "retiming.unfinished";

    /// <summary>A store is about to be brought forward.</summary>
    /// <exception cref="IOException">It could not be noted.</exception>
    public static void SetDue(DataDirectory data) => data.WriteFile(DueName, []);

    /// <summary>Does it if it is due. A boot with damaged entries is left as it is; the verifier says what is wrong with it.</summary>
    public static void Finish(StoreWriter store, DataDirectory data, TimeProvider time, ILogger logger)
    {
        if (!File.Exists(data.PathOf(DueName))) return;
        var waiting = new Queue<IngestWork>([new ResumeWork()]);
        while (waiting.TryDequeue(out var work))
        {
            // Nobody else has the writer yet.
            using var lease = store.LeaseAsync(CancellationToken.None).GetAwaiter().GetResult();
            using var writer = new JournalWriter(lease);
            try
            {
                work.Apply(writer, time.NowUs());
            }
            catch (InvalidDataException problem)
            {
                LogDamaged(logger, problem);
                continue;
            }

            writer.Finish(lease);
            lease.Commit();
            foreach (var later in writer.Later) waiting.Enqueue(later);
        }

        File.Delete(data.PathOf(DueName));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The store was brought forward, but taps of one boot could not be given their instants anew and stay pending; KyCuong.Verify says what is wrong")]
    private static partial void LogDamaged(ILogger logger, Exception problem);
}
