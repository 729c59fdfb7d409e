using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Tests.Support;

namespace KyCuong.Kiosk.Tests.Link;

/// <summary>A server that a test has in its hand, and the directory of a kiosk that is enrolled there.</summary>
public abstract class LinkFixture : IAsyncLifetime, IDisposable
{
    private protected readonly TempFolder _folder = new();
    private protected FakeServer _server = null!;

    private protected DataDirectory Directory => DataDirectory.Open(_folder.Path);
    private protected ServerState State => _server.State;

    /// <summary>The only epoch the server has met; an empty one before it met any.</summary>
    private protected EpochState Only => State.Epochs.Count == 0 ? new EpochState() : State.Journal(Assert.Single(State.Epochs));

    public virtual async Task InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        await KioskRig.EnrolAsync(_server, Directory);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
