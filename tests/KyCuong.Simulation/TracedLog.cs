using Microsoft.Extensions.Logging;

namespace KyCuong.Simulation;

/// <summary>
/// What a program says in its log, from warnings on, in the trace that somebody reads; no part of the trace's digest, for an exception's text
/// names places of this machine.
/// </summary>
internal sealed class TracedLog(World world, string program) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => world.IsTold && logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) world.Tell($"{program} says {logLevel}: {formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
    }
}
