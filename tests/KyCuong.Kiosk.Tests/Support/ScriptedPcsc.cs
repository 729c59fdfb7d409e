using KyCuong.Kiosk.Transports.Pcsc;

namespace KyCuong.Kiosk.Tests.Support;

/// <summary>A PC/SC service with one empty reader that says what the test wants, for faults that the real one cannot be made to have.</summary>
internal sealed class ScriptedPcsc : IPcsc
{
    public delegate uint Waiting(Span<PcscLook> looks);

    public ScriptedPcsc() => (Readers, OnWait) = ([Name], Still);

    public const string Name = "ACS ACR122U PICC Interface 00 00";

    public IReadOnlyList<string> Readers { get; set; }

    public Func<uint> OnEstablish { get; init; } = () => PcscCode.Success;

    public Waiting OnWait { get; set; }

    /// <summary>What the kiosk knew of the reader at its last look.</summary>
    public uint Known { get; private set; }

    public uint EscapeCode => 0;

    public uint Establish(out nint context)
    {
        context = 1;
        return OnEstablish();
    }

    public uint Release(nint context) => PcscCode.Success;

    public uint List(nint context, out IReadOnlyList<string> readers)
    {
        readers = Readers;
        return PcscCode.Success;
    }

    public uint WaitForChange(nint context, Span<PcscLook> looks, uint milliseconds)
    {
        Known = looks[0].Known;
        return OnWait(looks);
    }

    public uint Cancel(nint context) => PcscCode.Success;

    public uint Connect(nint context, string reader, bool direct, out PcscCard card)
    {
        card = default;
        return PcscCode.ReaderUnavailable;
    }

    public uint Disconnect(PcscCard card) => PcscCode.Success;

    public uint Transmit(PcscCard card, ReadOnlySpan<byte> command, Span<byte> answer, out int length)
    {
        length = 0;
        return PcscCode.ReaderUnavailable;
    }

    public uint Control(PcscCard card, ReadOnlySpan<byte> command, Span<byte> answer, out int length)
    {
        length = 0;
        return PcscCode.ReaderUnavailable;
    }

    private static uint Still(Span<PcscLook> looks)
    {
        const uint Empty = 0x00040010;
        if (looks[0].Known == Empty)
            return PcscCode.Timeout;
        looks[0].Found = Empty | 2;
        return PcscCode.Success;
    }
}
