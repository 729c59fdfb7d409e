namespace KyCuong.Testing;

/// <summary>A reader that answers at the far end of a pseudo-terminal, answering on a thread of its own. Linux only.</summary>
public sealed class RunningModule<TModule> : ITestLine where TModule : ITestModule
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(5);

    private readonly PtyPair _pty = new();
    private readonly Lock _turn = new();
    private readonly TModule _module;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private bool _pluggedIn = true;

    /// <summary>A module, plugged in.</summary>
    /// <param name="module">Left to this object; ask for it with <see cref="With"/>.</param>
    public RunningModule(TModule module)
    {
        _module = module;
        _thread = new Thread(Run) { IsBackground = true, Name = "reader of the tests" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public string Link => _pty.Link;

    /// <summary>What becomes of an answer on its way; set it within <see cref="With"/>.</summary>
    public Func<byte[], byte[]> OnTheWay { get; set; } = answer => answer;

    /// <summary>Looks at the module, or changes it, between two of its answers.</summary>
    public T With<T>(Func<TModule, T> look)
    {
        ArgumentNullException.ThrowIfNull(look);
        lock (_turn)
            return look(_module);
    }

    /// <summary>The module sends a scan.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        lock (_turn)
            _pty.Send(bytes);
    }

    /// <summary>Pulls the plug; the reader has no power.</summary>
    public void Unplug()
    {
        lock (_turn)
        {
            _pty.Unplug();
            _pluggedIn = false;
            _module.LosePower();
        }
    }

    /// <summary>Plugs it in again under the same name.</summary>
    public void Plug()
    {
        lock (_turn)
        {
            _pty.Plug();
            _pluggedIn = true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
        _pty.Dispose();
    }

    private void Run()
    {
        while (!_stop.Wait(Breath))
        {
            lock (_turn)
            {
                if (_pluggedIn)
                {
                    foreach (var answer in _module.Hear(_pty.Listen(TimeSpan.Zero)))
                        _pty.Send(OnTheWay(answer));
                }
            }
        }
    }
}
