using KyCuong.Readers.SetupCodes;

namespace KyCuong.Readers.Gm65;

/// <summary>A GROW module: what it sends is taken apart by <see cref="ModuleFrame"/>, what it is told is up to <see cref="SetupCodeGuard"/>.</summary>
internal sealed class Gm65Driver : IReaderDriver, IModuleReplies
{
    private readonly SetupCodeGuard _guard;
    private readonly ModuleFrame _frame;

    public Gm65Driver(ReaderOptions options, IReaderSink sink)
    {
        _guard = new SetupCodeGuard(new Gm65SetupCodes(), sink);
        _frame = new ModuleFrame(options, sink, this);
    }

    public long? WakeAt => Math.Min(_frame.WakeAt ?? long.MaxValue, _guard.WakeAt);

    public void Opened(long t)
    {
        _frame.Opened(t);
        _guard.Opened(t);
    }

    public void Bytes(ReadOnlySpan<byte> bytes, long t) => _frame.Bytes(bytes, t);

    public void Tick(long t)
    {
        _frame.Tick(t);
        _guard.Tick(t);
    }

    void IModuleReplies.Alive(long t) => _guard.Alive(t);

    void IModuleReplies.Answer(ReadOnlySpan<byte> data, long t)
    {
        if (data.Length == 1)
            _guard.Done(t);
        else if (data.Length == Gm65SetupCodes.BytesAsked)
            _guard.Found(data[0], t);
        else
            _guard.Heard();
    }
}
