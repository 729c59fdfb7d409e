using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Wire;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Ingest;

namespace KyCuong.Fuzz.Targets;

/// <summary>
/// What a kiosk sends: a <c>KioskMessage</c> in protobuf. Each entry in it is refused with a sentence or can be written, hashed and sent again as it is;
/// the batch is checked as the server does.
/// </summary>
internal sealed class EntryMessageTarget : ITarget
{
    private static readonly JournalId Journal = new(7, 11);

    // As the stock plugin's output makes it.
    private static readonly Marshaller<KioskMessage> Marshaller = Marshallers.Create<KioskMessage>(
        (message, context) => context.Complete(message.ToByteArray()), context => KioskMessage.Parser.ParseFrom(context.PayloadAsReadOnlySequence()));

    public string Name => "kiosk-message";

    public int Weight => 60;

    public IReadOnlyList<byte[]> Seeds { get; } = [.. Enumerable.Range(1, 20).Select(i => Any(new Random(i)))];

    public byte[] Generate(Random random) => Any(random);

    public long MostAllocated(int inputBytes) => 1024 * 1024 + (256L * inputBytes);

    public string? Take(byte[] input)
    {
        if (Message(input) is not { } message) return null;
        if (message.Heartbeat is { } heartbeat) EntryWire.TryFromMessage(heartbeat.Stamp, out _);
        if (message.Journal is not { } batch) return null;
        var entries = new List<HashedEntry>();
        Span<byte> bytes = stackalloc byte[CanonicalEntry.MaxSize];
        foreach (var one in batch.Entries)
        {
            if (!EntryWire.TryFromMessage(one, out var entry, out var hash, out var problem))
            {
                if (string.IsNullOrWhiteSpace(problem)) return "refused without a sentence";
                continue;
            }

            entries.Add(new HashedEntry(entry, hash));
            var length = CanonicalEntry.Write(bytes, Journal, default, entry);
            if (!CanonicalEntry.TryRead(bytes[..length], out _, out _, out var again) || again != entry) return $"entry {entry.Sequence} is not the same after its own encoding";
            if (!EntryWire.TryFromMessage(EntryWire.ToMessage(entry, hash), out var sent, out _, out _) || sent != entry) return $"entry {entry.Sequence} is not the same after being sent";
        }

        Digest.TryFromBytes(batch.PreviousHash.Span, out var previous);
        var taken = VerifiedBatch.Check(Journal, previous, entries, backlog: false, out var refusal, out var detail);
        return (taken is null) == (refusal == AppendRefusal.None) || (taken is null && string.IsNullOrWhiteSpace(detail)) ? "a batch is refused without a reason" : null;
    }

    /// <summary>As the runtime reads it off a stream; null: the stream ends with INTERNAL, whatever Google.Protobuf threw.</summary>
    private static KioskMessage? Message(byte[] input)
    {
        byte[] frame = [0, 0, 0, (byte)(input.Length >> 8), (byte)input.Length, .. input];
        var reader = new MessageReader<KioskMessage>(new PiecePipe(frame, frame.Length), Marshaller.ContextualDeserializer, ContractLimits.MessageBytes, gzip: false);
        try
        {
            return PiecePipe.Filled(reader.FillAsync(CancellationToken.None)) && reader.TryTake(out var message) ? message : throw new InvalidOperationException("a whole message was not taken");
        }
        catch (RpcException end) when (end.StatusCode == StatusCode.Internal)
        {
            return null;
        }
    }

    private static byte[] Any(Random random)
    {
        var batch = new JournalBatch { Epoch = ByteString.CopyFrom(new byte[16]), PreviousHash = ByteString.CopyFrom(new byte[32]) };
        Digest previous = default;
        var sequence = Math.Max(1, Mutation.Number(random));
        for (var left = random.Next(4); left >= 0; left--)
        {
            var entry = RandomEntry.Of(random, sequence);
            previous = CanonicalEntry.Hash(Journal, previous, entry);
            batch.Entries.Add(EntryWire.ToMessage(entry, previous));
            sequence = random.Next(8) == 0 ? Math.Max(1, Mutation.Number(random)) : sequence == ulong.MaxValue ? 1 : sequence + 1;
        }

        return new KioskMessage { Journal = batch }.ToByteArray();
    }
}
