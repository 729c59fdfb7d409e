using Google.Protobuf;
using Grpc.Core;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using StopEntry = KyCuong.Protos.Journal.StopEntry;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>The server gives a kiosk back what it had of that kiosk's journals, to the byte, and to nobody else: over real TLS, out of a real store.</summary>
public sealed class EntriesRequestTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private TestKiosk _kiosk = null!;
    private JournalBatch _batch = null!;
    private JournalBatch _others = null!;

    public async Task InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _kiosk = await _server.EnrolAsync();
        _batch = _kiosk.Batch(1, 150);
        // 151 to 153: entries that stand in their encoding, and a tap by staff code.
        _others = _kiosk.Batch(151, TestKiosk.LastHash(_batch), 0,
            (1, new Protos.Journal.BootEntry("0.1", PreviousStop.None)), (2, new Protos.Journal.ClaimedTapEntry("NV001", ClaimCheck.Unverified, Direction.In, DirectionSource.Person)), (3, new StopEntry(StopReason.Requested)));
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        await stream.Up.WriteAsync(new KioskMessage { Journal = _batch });
        await stream.Up.WriteAsync(new KioskMessage { Journal = _others });
        // Behind a hole: 201, a tap, and 202.
        await stream.Up.WriteAsync(new KioskMessage { Journal = _kiosk.Batch(201, 2, TestKiosk.LastHash(_batch)) });
        await stream.AckAsync(153);
        await stream.Up.CompleteAsync();
        await stream.EndAsync();
    }

    public async Task DisposeAsync()
    {
        _kiosk.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(1UL, 128UL)]
    [InlineData(30UL, 30UL)]
    [InlineData(140UL, 153UL)]
    public async Task Taps_and_other_entries_come_back_as_they_were_written(ulong first, ulong last)
    {
        var sent = _batch.Entries.Concat(_others.Entries).Where(entry => entry.Sequence >= first && entry.Sequence <= last).ToList();
        var answer = await AskAsync(_kiosk, Request(first, last));
        Assert.Equal((first, last), (answer.FirstSequence, answer.LastSequence));
        Assert.Equal(sent.Select(entry => entry.Hash), answer.Encodings.Select(encoding => ByteString.CopyFrom(CanonicalEntry.HashBytes(encoding.Span).ToArray())));
    }

    [Fact]
    public async Task What_is_not_here_is_left_out()
    {
        var answer = await AskAsync(_kiosk, Request(152, 202));
        // Of 201 nobody here knows what it was chained to.
        Assert.Equal([152UL, 153, 202], answer.Encodings.Select(encoding => CanonicalEntry.TryRead(encoding.Span, out _, out _, out var entry) ? entry.Sequence : 0));
        Assert.Empty((await AskAsync(_kiosk, Request(1000, 1001))).Encodings);
        var elsewhere = Request(1, 3);
        elsewhere.Epoch = ByteString.CopyFrom(Bytes128.ToArray(4711));
        Assert.Empty((await AskAsync(_kiosk, elsewhere)).Encodings);
    }

    [Fact]
    public async Task Another_kiosk_gets_nothing_of_it()
    {
        using var other = await _server.EnrolAsync("CONG-SAU");
        Assert.Empty((await AskAsync(other, Request(1, 3))).Encodings);
    }

    [Theory]
    [InlineData(0UL, 1UL, 16)]
    [InlineData(2UL, 1UL, 16)]
    [InlineData(1UL, 129UL, 16)]
    [InlineData(1UL, ulong.MaxValue, 16)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, 16)]
    [InlineData(1UL, 1UL, 15)]
    public async Task A_request_out_of_the_contract_ends_the_stream(ulong first, ulong last, int epoch)
    {
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        var request = Request(first, last);
        request.Epoch = ByteString.CopyFrom(new byte[epoch]);
        await stream.Up.WriteAsync(new KioskMessage { EntriesRequest = request });
        Assert.Equal(StatusCode.InvalidArgument, (await stream.EndAsync()).StatusCode);
    }

    private EntriesRequest Request(ulong first, ulong last) => new() { Epoch = ByteString.CopyFrom(Bytes128.ToArray(_kiosk.Epoch)), FirstSequence = first, LastSequence = last };

    private static async Task<FetchedEntries> AskAsync(TestKiosk kiosk, EntriesRequest request)
    {
        using var stream = await kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        await stream.Up.WriteAsync(new KioskMessage { EntriesRequest = request });
        return (await stream.NextAsync(ServerMessage.MessageOneofCase.FetchedEntries)).FetchedEntries;
    }
}
