using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Taps;
using KyCuong.Kiosk.Transports;
using KyCuong.Protos.V1;
using KyCuong.Readers;
using KyCuong.Readers.Em4100;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Simulation.Site;

/// <summary>
/// One reader of a running kiosk: bytes of a badge go through the product's driver and filter into its pipeline. In place of the
/// product's loop, which waits for a line on a thread of its own.
/// </summary>
#pragma warning disable CA1001 // StopAsync disposes of the pipeline; a process that is killed disposes of nothing.
internal sealed class GateReader
#pragma warning restore CA1001
{
    private readonly string _id;
    private readonly IReaderDriver _driver;
    private readonly ReadFilter _filter;
    private readonly ReaderPipeline _pipeline;
    private readonly ReaderState _state;
    private readonly TimeProvider _time;
    private (int Badge, long BootTimeUs)? _held;

    /// <summary>What the pipeline is yet to tell, in order; null: no tap, but a fault or its end.</summary>
    private readonly Queue<MadeTap?> _untold = [];

    public GateReader(string id, Direction direction, TapParts parts, TimeProvider time)
    {
        (_id, Direction, _time) = (id, direction, time);
        IReaderProtocol protocol = new Rdm6300();
        _pipeline = new ReaderPipeline(
            new ReaderSettings(id, ReaderAddress.Parse("tty:/dev/" + id), protocol, direction, protocol.DefaultLine, null, ReaderOptions.Default), parts, () => { }, _ => { });
        _state = new ReaderState(id, protocol.Converses, _pipeline, NullLogger.Instance);
        _filter = new ReadFilter(new Readers.Presence(protocol.Hold, protocol.Looks, hearsSilence: true), _state, _pipeline);
        _driver = protocol.New(ReaderOptions.Default, _filter);
        _driver.Opened(Now);
        _state.Open(Now);
    }

    /// <summary>The reader's name.</summary>
    public string Id => _id;

    /// <summary>Which way people pass it.</summary>
    public Direction Direction { get; }

    /// <summary>Boot time of the oldest read whose entry is not yet committed, µs; null when all are.</summary>
    public long? OldestPendingUs => _pipeline.OldestPendingUs;

    private long Now => MonotonicClock.Microseconds(_time);

    /// <summary>Whether this badge has not been gone from it long enough to be another tap.</summary>
    public bool StillHas(int badge) => _held is var (held, at) && held == badge && Now - at <= Readers.Presence.RepeatingReaderHold.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>A badge is held to it; false when it did not get as far as the pipeline.</summary>
    public bool Hold(MadeTap tap)
    {
        var before = _pipeline.Condition.Reads;
        _untold.Enqueue(tap);
        _held = (tap.Badge, tap.Key.BootTimeUs);
        // Nothing came since the badge before.
        _filter.Silent(tap.Key.BootTimeUs - 1);
        _driver.Bytes(Frame(Agency.Tag(tap.Badge)), tap.Key.BootTimeUs);
        _driver.Tick(tap.Key.BootTimeUs);
        return _pipeline.Condition.Reads == before + 1;
    }

    /// <summary>True while its plug is out.</summary>
    public bool IsPulled { get; private set; }

    /// <summary>Its plug is pulled.</summary>
    public void Pull()
    {
        if (IsPulled) return;
        IsPulled = true;
        _untold.Enqueue(null);
        _state.Down(Readers.ReaderFault.Unplugged, "pulled", Now);
    }

    /// <summary>And put back.</summary>
    public void Put()
    {
        if (!IsPulled) return;
        IsPulled = false;
        _untold.Enqueue(null);
        _driver.Opened(Now);
        _state.Open(Now);
    }

    /// <summary>The pipeline tells; of which tap, null of none. False when nothing was to be told.</summary>
    public bool TryTell(out MadeTap? tap) => _untold.TryDequeue(out tap);

    /// <summary>Waits until all is told.</summary>
    public ValueTask StopAsync() => _pipeline.DisposeAsync();

    /// <summary>STX, the digits of the tag and of their sum, ETX.</summary>
    private static byte[] Frame(byte[] tag)
    {
        var sum = tag.Aggregate((byte)0, (all, one) => (byte)(all ^ one));
        return [0x02, .. System.Text.Encoding.ASCII.GetBytes(Convert.ToHexString([.. tag, sum])), 0x03];
    }
}

/// <summary>Which verdicts say that the tap is kept.</summary>
internal static class Verdicts
{
    public static bool SaysKept(this VerdictKind kind) => kind is VerdictKind.Accepted or VerdictKind.OnTime or VerdictKind.Late or VerdictKind.Left or VerdictKind.Repeat
        or VerdictKind.AcceptedWithoutRoster or VerdictKind.UnknownBadge or VerdictKind.LostBadge or VerdictKind.BlockedBadge or VerdictKind.AmbiguousBadge;
}
