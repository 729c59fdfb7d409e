namespace KyCuong.Testing;

/// <summary>The reader's end of a line, with the plug in the test's hand.</summary>
public interface ITestLine : IDisposable
{
    /// <summary>The stable path a reader is configured with.</summary>
    public string Link { get; }

    /// <summary>The reader says something of its own accord.</summary>
    public void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Pulls the plug.</summary>
    public void Unplug();

    /// <summary>Plugs it in again under the same name.</summary>
    public void Plug();
}
