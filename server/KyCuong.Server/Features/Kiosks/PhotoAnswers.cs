using System.Threading.Channels;
using Google.Protobuf;
using KyCuong.Protos;
using KyCuong.Protos.V1;
using KyCuong.Server.Store;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// Answers one stream's requests for portraits, in order, beside its taps: the reading of the stream never waits for it.
/// Gives out those that the kiosk's roster names and no others. One adds, one answers.
/// </summary>
internal sealed class PhotoAnswers(KioskIdentity kiosk, ServerStore store, RosterSource rosters, Outbox outbox)
{
    private readonly Channel<PhotoRequest> _waiting = Channel.CreateBounded<PhotoRequest>(
        new BoundedChannelOptions(KioskBounds.PhotoRequestsWaiting) { SingleReader = true, SingleWriter = true });

    /// <summary>Takes a request.</summary>
    /// <exception cref="Grpc.Core.RpcException">It is not one of the contract, or too many wait.</exception>
    public void Take(PhotoRequest request)
    {
        if (request.Sha256.Count is 0 or > ContractLimits.PhotosPerRequest)
            throw OutOfContract.Because($"a photo_request has 1 to {ContractLimits.PhotosPerRequest} hashes, this has {request.Sha256.Count}");
        foreach (var hash in request.Sha256)
            if (hash.Length != Digest.Size) throw OutOfContract.Because($"photo_request: sha256 does not have {Digest.Size} bytes");
        if (!_waiting.Writer.TryWrite(request)) throw OutOfContract.Because("photo_request came before the ones before it were answered");
    }

    /// <summary>Nothing more will be asked.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    /// <summary>Answers until <see cref="Complete"/>.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (var request in _waiting.Reader.ReadAllAsync(cancel))
            foreach (var hash in request.Sha256)
                await outbox.AddAsync(new ServerMessage { Photo = new Photo { Sha256 = hash, Content = await ContentAsync(hash, cancel) } }, cancel);
    }

    private async Task<ByteString> ContentAsync(ByteString hash, CancellationToken cancel)
    {
        var roster = await rosters.GetAsync(kiosk.KioskId, cancel);
        if (!roster.NamesPhoto(hash)) return ByteString.Empty;
        var sha256 = hash.ToByteArray();
        await using var db = store.NewReader();
        var content = await db.StaffPhotos.Where(photo => photo.AgencyId == kiosk.AgencyId && photo.Sha256 == sha256).Select(photo => photo.Content).FirstOrDefaultAsync(cancel);
        // Replaced since the roster was made: the next roster names the new one.
        return content is null ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(content);
    }
}
