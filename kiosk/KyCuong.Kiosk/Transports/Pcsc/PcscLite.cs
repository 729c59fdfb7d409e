using System.Runtime.InteropServices;
using System.Text;

namespace KyCuong.Kiosk.Transports.Pcsc;

/// <summary>PC/SC of Linux: <c>DWORD</c>, <c>LONG</c> and handles have the width of a pointer, names are UTF-8 (pcsc-lite, winscard.h, wintypes.h).</summary>
internal sealed unsafe partial class PcscLite : IPcsc
{
    private const string Library = "libpcsclite.so.1";
    private const int AtrBytes = 33;

    /// <summary>For all names: pcsc-lite has 16 readers of 128 bytes.</summary>
    private const int NamesBytes = 16 * 128 + 1;

    /// <inheritdoc/>
    public uint EscapeCode => 0x42000001; // SCARD_CTL_CODE(1)

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
        nuint length = NamesBytes;
        var names = stackalloc byte[NamesBytes];
        var code = Code(SCardListReaders(context, null, names, &length));
        if (code == PcscCode.Success)
            readers = Encoding.UTF8.GetString(names, (int)length).Split('\0', StringSplitOptions.RemoveEmptyEntries);
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
                states[made] = new ReaderState { Reader = Marshal.StringToCoTaskMemUTF8(looks[made].Reader), Current = looks[made].Known };
            var code = Code(SCardGetStatusChange(context, milliseconds, states, (nuint)looks.Length));
            for (var i = 0; i < looks.Length; i++)
                looks[i].Found = unchecked((uint)states[i].Event);
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
        nuint protocol = 0;
        var name = Marshal.StringToCoTaskMemUTF8(reader);
        try
        {
            var code = Code(SCardConnect(context, name, direct ? PcscCode.Direct : PcscCode.Shared, direct ? 0 : PcscCode.AnyProtocol, &handle, &protocol));
            card = new PcscCard(handle, unchecked((uint)protocol));
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
        var request = new IoRequest { Protocol = card.Protocol, Length = (nuint)sizeof(IoRequest) };
        var received = (nuint)answer.Length;
        fixed (byte* send = command)
        fixed (byte* receive = answer)
        {
            var code = Code(SCardTransmit(card.Handle, &request, send, (nuint)command.Length, null, receive, &received));
            length = code == PcscCode.Success ? (int)received : 0;
            return code;
        }
    }

    /// <inheritdoc/>
    public uint Control(PcscCard card, ReadOnlySpan<byte> command, Span<byte> answer, out int length)
    {
        nuint received = 0;
        fixed (byte* send = command)
        fixed (byte* receive = answer)
        {
            var code = Code(SCardControl(card.Handle, EscapeCode, send, (nuint)command.Length, receive, (nuint)answer.Length, &received));
            length = code == PcscCode.Success ? (int)received : 0;
            return code;
        }
    }

    // LONG is 64 bits wide and not sign-extended: 80100013h comes as a positive number.
    private static uint Code(nint result) => unchecked((uint)result);

    [LibraryImport(Library)]
    private static partial nint SCardEstablishContext(nuint scope, nint reserved1, nint reserved2, nint* context);

    [LibraryImport(Library)]
    private static partial nint SCardReleaseContext(nint context);

    [LibraryImport(Library)]
    private static partial nint SCardListReaders(nint context, byte* groups, byte* readers, nuint* length);

    [LibraryImport(Library)]
    private static partial nint SCardGetStatusChange(nint context, nuint timeout, ReaderState* states, nuint count);

    [LibraryImport(Library)]
    private static partial nint SCardCancel(nint context);

    [LibraryImport(Library)]
    private static partial nint SCardConnect(nint context, nint reader, nuint share, nuint protocols, nint* card, nuint* protocol);

    [LibraryImport(Library)]
    private static partial nint SCardDisconnect(nint card, nuint disposition);

    [LibraryImport(Library)]
    private static partial nint SCardTransmit(nint card, IoRequest* sendRequest, byte* send, nuint sendLength, IoRequest* receiveRequest, byte* receive, nuint* receiveLength);

    [LibraryImport(Library)]
    private static partial nint SCardControl(nint card, nuint code, byte* send, nuint sendLength, byte* receive, nuint receiveLength, nuint* received);

    [StructLayout(LayoutKind.Sequential)]
    private struct ReaderState
    {
        public nint Reader;
        public nint UserData;
        public nuint Current;
        public nuint Event;
        public nuint AtrLength;
        public fixed byte Atr[AtrBytes];
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct IoRequest
    {
        public nuint Protocol;
        public nuint Length;
    }
}
