using System.Threading.Channels;
using Google.Protobuf;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// Gives a kiosk back entries of its own that its disk lost, in order of asking, beside its taps: the reading of the stream never waits for
/// it. An entry goes out only when its bytes still have the hash it came with. One adds, one answers.
/// </summary>
internal sealed class EntryAnswers(KioskIdentity kiosk, ServerStore store, Outbox outbox)
{
    private readonly Channel<EntriesRequest> _waiting = Channel.CreateBounded<EntriesRequest>(
        new BoundedChannelOptions(KioskBounds.EntriesRequestsWaiting) { SingleReader = true, SingleWriter = true });

    /// <summary>Takes a request.</summary>
    /// <exception cref="Grpc.Core.RpcException">It is not one of the contract, or too many wait.</exception>
    public void Take(EntriesRequest request)
    {
        if (!Bytes128.TryRead(request.Epoch.Span, out _)) throw OutOfContract.Because($"entries_request: epoch does not have {Bytes128.Size} bytes");
        if (request.FirstSequence == 0 || request.LastSequence < request.FirstSequence || request.LastSequence > long.MaxValue
            || request.LastSequence - request.FirstSequence >= ContractLimits.EntriesPerRequest)
            throw OutOfContract.Because($"an entries_request asks for 1 to {ContractLimits.EntriesPerRequest} entries");
        if (!_waiting.Writer.TryWrite(request)) throw OutOfContract.Because("entries_request came before the ones before it were answered");
    }

    /// <summary>Nothing more will be asked.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    /// <summary>Answers until <see cref="Complete"/>.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (var request in _waiting.Reader.ReadAllAsync(cancel))
            await outbox.AddAsync(new ServerMessage { FetchedEntries = await AnswerAsync(request, cancel) }, cancel);
    }

    private async Task<FetchedEntries> AnswerAsync(EntriesRequest request, CancellationToken cancel)
    {
        var answer = new FetchedEntries { Epoch = request.Epoch, FirstSequence = request.FirstSequence, LastSequence = request.LastSequence };
        var bytes = request.Epoch.ToByteArray();
        Bytes128.TryRead(bytes, out var epoch);
        await using var db = store.NewReader();
        // Of its own journals alone: another's epoch is unknown here.
        var journal = await db.Journals.Where(j => j.KioskId == kiosk.KioskId && j.Epoch == bytes).Select(j => (long?)j.JournalId).SingleOrDefaultAsync(cancel);
        if (journal is not { } row) return answer;
        using var reader = new JournalReader(db.Session);
        for (var sequence = (long)request.FirstSequence; sequence <= (long)request.LastSequence; sequence++)
            if (reader.Encoding(row, new JournalId((ulong)kiosk.KioskId, epoch), sequence) is { } encoding) answer.Encodings.Add(UnsafeByteOperations.UnsafeWrap(encoding));
        return answer;
    }
}
