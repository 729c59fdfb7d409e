namespace KyCuong.Kiosk.Transports.Pcsc;

/// <summary>One reader in a wait for changes.</summary>
/// <param name="Reader">Its name.</param>
/// <param name="Known">What was known of it: the last <paramref name="Found"/> without the mark of a change; 0 = nothing.</param>
/// <param name="Found">What it is now.</param>
internal record struct PcscLook(string Reader, uint Known, uint Found);

/// <summary>
/// The calls of PC/SC that are needed, with the widths of neither of its two kinds. All but <see cref="Cancel"/> belong to the one thread
/// that owns the context. Each returns PC/SC's code, 0 when it succeeded (<see cref="PcscCode"/>), and throws
/// <see cref="DllNotFoundException"/> where PC/SC is not installed.
/// </summary>
internal interface IPcsc
{
    /// <summary>The pseudo reader whose state changes when a reader comes or goes.</summary>
    public const string PlugAndPlay = @"\\?PnP?\Notification";

    /// <summary>The control code that carries an escape command to a CCID reader.</summary>
    public uint EscapeCode { get; }

    /// <summary>Connects to the service.</summary>
    public uint Establish(out nint context);

    /// <summary>Leaves the service.</summary>
    public uint Release(nint context);

    /// <summary>The readers' names in the service's order; none is a success.</summary>
    public uint List(nint context, out IReadOnlyList<string> readers);

    /// <summary>Waits until one of them is not as known, or as long as said.</summary>
    public uint WaitForChange(nint context, Span<PcscLook> looks, uint milliseconds);

    /// <summary>Makes a <see cref="WaitForChange"/> that is under way return; without one it does nothing. Any thread.</summary>
    public uint Cancel(nint context);

    /// <summary>Connects to the card on a reader together with other programs; or, <paramref name="direct"/>, to the reader itself, card or not.</summary>
    public uint Connect(nint context, string reader, bool direct, out PcscCard card);

    /// <summary>Ends the connection and leaves the card as it is.</summary>
    public uint Disconnect(PcscCard card);

    /// <summary>Sends a command to the card and waits for its answer.</summary>
    public uint Transmit(PcscCard card, ReadOnlySpan<byte> command, Span<byte> answer, out int length);

    /// <summary>Sends an escape command to the reader and waits for its answer.</summary>
    public uint Control(PcscCard card, ReadOnlySpan<byte> command, Span<byte> answer, out int length);
}

/// <summary>A connection.</summary>
/// <param name="Handle">PC/SC's.</param>
/// <param name="Protocol">What the card speaks, 1 (T=0) or 2 (T=1); 0 for the reader itself.</param>
internal readonly record struct PcscCard(nint Handle, uint Protocol);
