using System.Runtime.InteropServices;

namespace KyCuong.Kiosk.Transports.Pcsc;

/// <summary>PC/SC of Windows: <c>DWORD</c> and <c>LONG</c> have 32 bits, handles the width of a pointer, names are UTF-16 (winscard.h). Never run yet.</summary>
internal sealed unsafe partial class WinSCard : IPcsc
{
    private const string Library = "winscard.dll";
    private const int AtrBytes = 36;

    /// <summary>For all names, characters: Windows has 10 readers at most, their names are shorter.</summary>
    private const int NamesLength = 10 * 256 + 1;

    /// <inheritdoc/>
    public uint EscapeCode => 0x003136B0; // SCARD_CTL_CODE(3500)

    /// <inheritdoc/>
    public uint Establish(out nint context)
    {
        fixed (nint* result = &context)
            return Code(SCardEstablishContext(PcscCode.ScopeSystem, 0, 0, result));
    }

    /// <inheritdoc/>
    public uint Release(nint context) => Code(SCardReleaseContext(context));

    /// <inheritdoc/>
    public uint List(nint context, out IReadOnlyList<string> readers)
    {
        readers = [];
        uint length = NamesLength;
        var names = stackalloc char[NamesLength];
        var code = Code(SCardListReaders(context, null, names, &length));
        if (code == PcscCode.Success)
            readers = new string(names, 0, (int)length).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return code == PcscCode.NoReaders ? PcscCode.Success : code;
    }

    /// <inheritdoc/>
    public uint WaitForChange(nint context, Span<PcscLook> looks, uint milliseconds)
    {
        var states = stackalloc ReaderState[looks.Length];
        var made = 0;
        try
        {
            for (; made < looks.Length; made++)
                states[made] = new ReaderState { Reader = Marshal.StringToCoTaskMemUni(looks[made].Reader), Current = looks[made].Known };
            var code = Code(SCardGetStatusChange(context, milliseconds, states, (uint)looks.Length));
            for (var i = 0; i < looks.Length; i++)
                looks[i].Found = states[i].Event;
            return code;
        }
        finally
        {
            while (made > 0)
                Marshal.FreeCoTaskMem(states[--made].Reader);
        }
    }

    /// <inheritdoc/>
    public uint Cancel(nint context) => Code(SCardCancel(context));

    /// <inheritdoc/>
    public uint Connect(nint context, string reader, bool direct, out PcscCard card)
    {
        nint handle = 0;
        uint protocol = 0;
        var name = Marshal.StringToCoTaskMemUni(reader);
        try
        {
            var code = Code(SCardConnect(context, name, direct ? PcscCode.Direct : PcscCode.Shared, direct ? 0 : PcscCode.AnyProtocol, &handle, &protocol));
            card = new PcscCard(handle, protocol);
            return code;
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
        }
    }

    /// <inheritdoc/>
    public uint Disconnect(PcscCard card) => Code(SCardDisconnect(card.Handle, PcscCode.LeaveCard));

    /// <inheritdoc/>
    public uint Transmit(PcscCard card, ReadOnlySpan<byte> command, Span<byte> answer, out int length)
    {
        var request = new IoRequest { Protocol = card.Protocol, Length = (uint)sizeof(IoRequest) };
        var received = (uint)answer.Length;
        fixed (byte* send = command)
        fixed (byte* receive = answer)
        {
            var code = Code(SCardTransmit(card.Handle, &request, send, (uint)command.Length, null, receive, &received));
            length = code == PcscCode.Success ? (int)received : 0;
            return code;
        }
    }

    /// <inheritdoc/>
    public uint Control(PcscCard card, ReadOnlySpan<byte> command, Span<byte> answer, out int length)
    {
        uint received = 0;
        fixed (byte* send = command)
        fixed (byte* receive = answer)
        {
            var code = Code(SCardControl(card.Handle, EscapeCode, send, (uint)command.Length, receive, (uint)answer.Length, &received));
            length = code == PcscCode.Success ? (int)received : 0;
            return code;
        }
    }

    private static uint Code(int result) => unchecked((uint)result);

    [LibraryImport(Library)]
    private static partial int SCardEstablishContext(uint scope, nint reserved1, nint reserved2, nint* context);

    [LibraryImport(Library)]
    private static partial int SCardReleaseContext(nint context);

    [LibraryImport(Library, EntryPoint = "SCardListReadersW")]
    private static partial int SCardListReaders(nint context, char* groups, char* readers, uint* length);

    [LibraryImport(Library, EntryPoint = "SCardGetStatusChangeW")]
    private static partial int SCardGetStatusChange(nint context, uint timeout, ReaderState* states, uint count);

    [LibraryImport(Library)]
    private static partial int SCardCancel(nint context);

    [LibraryImport(Library, EntryPoint = "SCardConnectW")]
    private static partial int SCardConnect(nint context, nint reader, uint share, uint protocols, nint* card, uint* protocol);

    [LibraryImport(Library)]
    private static partial int SCardDisconnect(nint card, uint disposition);

    [LibraryImport(Library)]
    private static partial int SCardTransmit(nint card, IoRequest* sendRequest, byte* send, uint sendLength, IoRequest* receiveRequest, byte* receive, uint* receiveLength);

    [LibraryImport(Library)]
    private static partial int SCardControl(nint card, uint code, byte* send, uint sendLength, byte* receive, uint receiveLength, uint* received);

    [StructLayout(LayoutKind.Sequential)]
    private struct ReaderState
    {
        public nint Reader;
        public nint UserData;
        public uint Current;
        public uint Event;
        public uint AtrLength;
        public fixed byte Atr[AtrBytes];
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct IoRequest
    {
        public uint Protocol;
        public uint Length;
    }
}
