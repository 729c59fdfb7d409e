namespace KyCuong.Kiosk.Link;

/// <summary>How often somebody came late this month: the seam between the screen and the link. Thread-safe.</summary>
public interface IMonthCount
{
    /// <summary>
    /// Late arrivals of a person this calendar month, today's included, as the server counts them. Null: the agency does not
    /// show it, the server is away, does not say or does not say it in time, or too much is being asked.
    /// </summary>
    /// <param name="personId">Of the roster.</param>
    /// <param name="timeout">The longest wait; what comes later is forgotten.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> fired.</exception>
    public Task<int?> AskAsync(ulong personId, TimeSpan timeout, CancellationToken cancellation = default);
}
