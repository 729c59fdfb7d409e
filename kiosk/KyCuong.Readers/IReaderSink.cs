namespace KyCuong.Readers;

/// <summary>Where a driver says what it found. Called synchronously from the driver's methods, on the caller's thread.</summary>
public interface IReaderSink
{
    /// <summary>A frame that passed every check the reader's format offers. A held card gives many; see <see cref="Presence"/>.</summary>
    public void Read(RawRead read);

    /// <summary>
    /// Two cards stood before the reader in one look: one occurrence, of which at most one is a tap. <paramref name="second"/> is null
    /// when the other names nobody (a random UID, a maker's test value).
    /// </summary>
    public void ReadTogether(RawRead first, RawRead? second);

    /// <summary>
    /// A look of a reader that <see cref="IReaderProtocol.Looks"/> found nobody. Not said when no look could be made: what
    /// is not known is not gone.
    /// </summary>
    public void Nothing(long t);

    /// <summary>Something came that is no acceptable credential. Nothing of its text is kept.</summary>
    public void Refused(RefusedRead refused);

    /// <summary>Bytes to send to the reader, now. The span is valid only during the call.</summary>
    public void Send(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// The reader itself is not as it should be since <paramref name="t"/> (monotonic microseconds). A driver that checks its reader
    /// says so after each check that fails. Reads go on being passed: a badge that was read is a tap all the same.
    /// </summary>
    public void Fault(ReaderFault fault, long t);

    /// <summary>The reader answered and is as it should be; said after each check that succeeds, by drivers of readers that <see cref="IReaderProtocol.Converses"/> names.</summary>
    public void Working(long t);

    /// <summary>Something the operator should know of a reader that works all the same; said once in the driver's life. Changes no state.</summary>
    public void Remark(ReaderRemark remark)
    {
    }
}
