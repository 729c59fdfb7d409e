using Google.Protobuf;
using KyCuong.Kiosk.Journal;
using KyCuong.Protos;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Link;

/// <summary>
/// Which lost entries to ask for on one stream: a bounded number at once, each hole from its end, where the entry behind it vouches for them.
/// What the server has not either is not asked for again before another stream. Thread-safe.
/// </summary>
/// <param name="lost">What the disk is known to have lost now.</param>
public sealed class LostFetch(Func<IReadOnlyList<LostRange>> lost)
{
    private readonly Lock _gate = new();
    private readonly HashSet<(UInt128 Epoch, ulong Last)> _lacking = [];
    private LostRange? _asked;
    private bool _answered;
    private bool _stopped;

    /// <summary>What to ask for now; null while an answer is awaited or when nothing is wanted.</summary>
    public EntriesRequest? Next()
    {
        lock (_gate)
        {
            if (_stopped || _asked is not null) return null;
            foreach (var range in lost())
            {
                if (_lacking.Contains((range.Epoch, range.Last))) continue;
                var first = range.Last - range.First < ContractLimits.EntriesPerRequest ? range.First : range.Last - ContractLimits.EntriesPerRequest + 1;
                _asked = range with { First = first };
                return new EntriesRequest { Epoch = ByteString.CopyFrom(Bytes128.ToArray(range.Epoch)), FirstSequence = first, LastSequence = range.Last };
            }

            return null;
        }
    }

    /// <summary>What was asked for when this is its answer; null when it answers nothing. Nothing else is asked for before <see cref="Kept"/>.</summary>
    public LostRange? Answered(FetchedEntries answer)
    {
        lock (_gate)
        {
            if (_answered || _asked is not { } asked || !Bytes128.TryRead(answer.Epoch.Span, out var epoch)
                || (epoch, answer.FirstSequence, answer.LastSequence) != (asked.Epoch, asked.First, asked.Last)) return null;
            _answered = true;
            return asked;
        }
    }

    /// <summary>So many of its newest entries were kept. Of what is left of it then, if any, the server has no more.</summary>
    public void Kept(LostRange asked, int count)
    {
        lock (_gate)
        {
            (_asked, _answered) = (null, false);
            if ((ulong)count <= asked.Last - asked.First) _lacking.Add((asked.Epoch, asked.Last - (ulong)count));
        }
    }

    /// <summary>Asks for nothing more on this stream.</summary>
    public void Stop()
    {
        lock (_gate) _stopped = true;
    }
}
