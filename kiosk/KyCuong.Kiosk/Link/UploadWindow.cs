using KyCuong.Protos;

namespace KyCuong.Kiosk.Link;

/// <summary>
/// Which entries of an epoch go up next on one stream: from the server's high-water mark on, at most
/// <see cref="ContractLimits.UnacknowledgedEntries"/> ahead of its acknowledgements. Pure. Not thread-safe.
/// </summary>
/// <param name="highWater">What the server has, contiguously.</param>
public sealed class UploadWindow(ulong highWater)
{
    /// <summary>The next sequence to send.</summary>
    public ulong Next { get; private set; } = highWater + 1;

    /// <summary>What the server acknowledged on this stream.</summary>
    public ulong Acked { get; private set; } = highWater;

    /// <summary>True while something sent is not acknowledged.</summary>
    public bool IsWaiting => Next - 1 > Acked;

    /// <summary>How many entries may go now, given the newest on disk; 0 for none.</summary>
    public int Room(ulong last)
    {
        if (Next > last) return 0;
        var open = ContractLimits.UnacknowledgedEntries - (long)(Next - 1 - Math.Min(Acked, Next - 1));
        return (int)Math.Min(Math.Min(open, ContractLimits.BatchEntries), (long)Math.Min(last - Next + 1, long.MaxValue));
    }

    /// <summary>Everything up to this was sent, or told as lost.</summary>
    public void Sent(ulong upTo) => Next = upTo + 1;

    /// <summary>Takes an acknowledgement; true when it says something new. One of what was not sent yet counts to what was.</summary>
    public bool Acknowledge(ulong sequence)
    {
        sequence = Math.Min(sequence, Next - 1);
        if (sequence <= Acked) return false;
        Acked = sequence;
        return true;
    }

    /// <summary>The server wants them again from here.</summary>
    public void ResendFrom(ulong sequence)
    {
        Next = Math.Min(Next, Math.Max(1, sequence));
        Acked = Math.Min(Acked, Next - 1);
    }
}
