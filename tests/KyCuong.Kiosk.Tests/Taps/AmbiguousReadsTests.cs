using KyCuong.Kiosk.Roster;
using KyCuong.Kiosk.Taps;
using KyCuong.Protos.V1;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Tests.Taps;

public sealed class AmbiguousReadsTests : ILogger<AmbiguousReads>
{
    private const long Hour = 3_600_000_000;

    private readonly List<string> _log = [];

    [Fact]
    public void Operator_is_told_which_reader_which_badges_and_at_what_level_once_a_day()
    {
        var reads = new AmbiguousReads(this);
        for (var hour = 0; hour < 24; hour++)
            reads.Met("ra", Pair(12, 15), hour * Hour);
        Assert.Contains("Reader ra cannot tell badges 12 (NV12), 15 (NV15) apart", Assert.Single(_log), StringComparison.Ordinal);
        Assert.Contains("Em24", _log[0], StringComparison.Ordinal);
        reads.Met("ra", Pair(12, 16), 2 * Hour);
        Assert.Equal(2, _log.Count);
        reads.Met("ra", Pair(12, 15), 24 * Hour);
        Assert.Equal(3, _log.Count);
    }

    [Fact]
    public void Status_has_those_of_the_last_day()
    {
        var reads = new AmbiguousReads(this);
        reads.Met("vao", Pair(12, 15), 0);
        reads.Met("ra", Pair(12, 16), 2 * Hour);
        Assert.Equal(["vao", "ra"], reads.OfTheDay(23 * Hour).Select(read => read.Reader));
        Assert.Equal(["ra"], reads.OfTheDay(25 * Hour).Select(read => read.Reader));
    }

    [Fact]
    public void Only_so_many_are_remembered()
    {
        var reads = new AmbiguousReads(this);
        for (ulong i = 0; i < 1_000; i++)
            reads.Met("ra", Pair(i, i + 1), (long)i);
        Assert.Equal(AmbiguousReads.Most, reads.OfTheDay(1_000).Count);
    }

    private static BadgeAmbiguity Pair(ulong first, ulong second) => new(CredentialLevel.Em24, [(first, $"NV{first}"), (second, $"NV{second}")]);

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _log.Add(formatter(state, exception));

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;
}
