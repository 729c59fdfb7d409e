using System.Threading.Channels;
using KyCuong.Protos.V1;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// Answers one stream's questions how often somebody came late this month, in order, beside its taps. Says nothing where the
/// agency does not show it, nothing of people whom the kiosk does not serve, and nothing to a kiosk that asks faster than it
/// is answered. One adds, one answers.
/// </summary>
internal sealed class MonthCountAnswers(KioskIdentity kiosk, ServerStore store, RosterSource rosters, Outbox outbox, TimeProvider time)
{
    private readonly Channel<(MonthCountRequest Request, Task After)> _waiting = Channel.CreateBounded<(MonthCountRequest, Task)>(
        new BoundedChannelOptions(KioskBounds.MonthCountsWaiting) { SingleReader = true, SingleWriter = true });

    /// <summary>Takes a question; at the bound it is answered with nothing.</summary>
    /// <param name="request">The question.</param>
    /// <param name="after">What the kiosk sent before it: the tap that is asked about is among it, and is counted.</param>
    /// <param name="cancel">The stream ends.</param>
    public ValueTask TakeAsync(MonthCountRequest request, Task after, CancellationToken cancel) =>
        _waiting.Writer.TryWrite((request, after)) ? ValueTask.CompletedTask : outbox.AddAsync(Answer(request, null), cancel);

    /// <summary>Nothing more will be asked.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    /// <summary>Answers until <see cref="Complete"/>.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (var (request, after) in _waiting.Reader.ReadAllAsync(cancel))
        {
            // That it failed is told where it is acknowledged.
            await after.WaitAsync(cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await outbox.AddAsync(Answer(request, await CountAsync(request.PersonId, cancel)), cancel);
        }
    }

    private async Task<int?> CountAsync(ulong person, CancellationToken cancel)
    {
        await using (var db = store.NewReader())
        {
            var policy = await db.Agencies.Where(agency => agency.AgencyId == kiosk.AgencyId).Select(agency => agency.Policy).SingleAsync(cancel);
            if (!GatePolicy.Parse(policy).Is(GateSetting.MonthCount)) return null;
        }

        var roster = await rosters.GetAsync(kiosk.KioskId, cancel);
        return roster.Names(person) ? await LateThisMonth.CountAsync(store, kiosk.AgencyCode, (long)person, time, cancel) : null;
    }

    private static ServerMessage Answer(MonthCountRequest request, int? late)
    {
        var answer = new MonthCount { RequestId = request.RequestId, PersonId = request.PersonId };
        if (late is { } times) answer.LateTimes = (uint)times;
        return new ServerMessage { MonthCount = answer };
    }
}
