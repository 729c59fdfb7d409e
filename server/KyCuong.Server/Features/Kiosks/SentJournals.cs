using KyCuong.Protos;
using KyCuong.Protos.V1;
using KyCuong.Server.Store;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// Finds out, for a kiosk that has earlier journals, whether the store still holds what was acknowledged of them. A store that was put back to an
/// earlier state does not, and nothing that comes of the kiosk's present journal would tell.
/// </summary>
internal static class SentJournals
{
    /// <summary>Null, or what is wrong with those that a Hello names.</summary>
    public static string? Problem(Hello hello)
    {
        if (hello.SentJournals.Count > ContractLimits.SentJournals) return $"hello names more than {ContractLimits.SentJournals} sent_journals";
        foreach (var sent in hello.SentJournals)
        {
            if (sent.Epoch.Length != Bytes128.Size) return $"sent_journals: epoch does not have {Bytes128.Size} bytes";
            if (sent.LastSequence is 0 or > long.MaxValue) return "sent_journals: last_sequence counts from 1";
        }

        return null;
    }

    /// <summary>Names in a Welcome those of which the store does not hold everything.</summary>
    public static async Task NameMissingAsync(Welcome welcome, Hello hello, KioskIdentity kiosk, ServerStore store, CancellationToken cancel)
    {
        if (hello.SentJournals.Count == 0) return;
        await using var db = store.NewReader();
        var held = await db.Journals.Where(j => j.KioskId == kiosk.KioskId).Select(j => new { j.Epoch, j.HighWater }).ToListAsync(cancel);
        welcome.MissingEpochs.AddRange(hello.SentJournals
            .Where(sent => !held.Any(j => j.HighWater >= (long)sent.LastSequence && sent.Epoch.Span.SequenceEqual(j.Epoch)))
            .Select(sent => sent.Epoch));
    }
}
