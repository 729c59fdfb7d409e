using Microsoft.Extensions.Hosting;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Ends streams when the program stops. A service that watches ApplicationStopping itself has <see cref="DrainTime"/> to end its
/// streams in its own way; streams that are open after that are cancelled and end UNAVAILABLE, so that they do not hold up the
/// shutdown until HostOptions.ShutdownTimeout. Unary calls run to their end.
/// </summary>
internal sealed class StreamShutdown : IDisposable
{
    /// <summary>From ApplicationStopping until open streams are cancelled.</summary>
    public static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _cancelled = new();
    private readonly CancellationTokenRegistration _registration;
    private readonly TimeProvider _time;
    private ITimer? _timer;

    public StreamShutdown(IHostApplicationLifetime lifetime, IServiceProvider services)
    {
        // As with the packages a program need not register a clock; one that is registered is used.
#pragma warning disable RS0030
        _time = (TimeProvider?)services.GetService(typeof(TimeProvider)) ?? TimeProvider.System;
#pragma warning restore RS0030
        _registration = lifetime.ApplicationStopping.UnsafeRegister(static s => ((StreamShutdown)s!).Begin(), this);
    }

    /// <summary>Cancelled when streams must end.</summary>
    public CancellationToken Cancelled => _cancelled.Token;

    public void Dispose()
    {
        _registration.Dispose();
        _timer?.Dispose();
        _cancelled.Dispose();
    }

    private void Begin() =>
        _timer = _time.CreateTimer(static s => ((StreamShutdown)s!)._cancelled.Cancel(), this, DrainTime, Timeout.InfiniteTimeSpan);
}
