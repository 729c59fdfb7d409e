namespace KyCuong.Testing;

/// <summary>A reader that answers, played by the tests: bytes in, bytes out.</summary>
public interface ITestModule
{
    /// <summary>Takes bytes from the host and gives the answers to what is whole now, one each.</summary>
    public IReadOnlyList<byte[]> Hear(ReadOnlySpan<byte> bytes);

    /// <summary>The plug is pulled: what it keeps only while it has power is gone.</summary>
    public void LosePower();
}
