using Grpc.Core;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Pins;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>Checks of staff codes over a real stream of a real server.</summary>
public sealed class StaffCodeTests : IAsyncLifetime
{
    private const string Pin = "004711";
    private RunningServer _server = null!;
    private TestKiosk _kiosk = null!;
    private long _staff;

    public async Task InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _kiosk = await _server.EnrolAsync();
        await _server.AddPersonAsync("NV001", "Nguyễn Văn An", new byte[16]);
        await _server.AddPersonAsync("NV002", "Trần Thị Bình", [.. Enumerable.Repeat((byte)2, 16)]);
        await _server.SetGateAsync(GateSetting.StaffCodeEntry, true);
        _staff = await GiveAsync("NV001", Pin);
    }

    public async Task DisposeAsync()
    {
        _kiosk.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_right_PIN_names_the_person_and_the_claim_is_a_tap_at_once()
    {
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        Assert.Equal(new StaffCodeAnswer { RequestId = 1, Accepted = true, PersonId = (ulong)_staff }, await AskAsync(stream, 1, "NV001", Pin));
        await stream.Up.WriteAsync(new KioskMessage { Journal = Batch(new ClaimedTapEntry("NV001", ClaimCheck.Verified, Direction.In, DirectionSource.Person)) });
        await stream.AckAsync(1);
        Assert.Equal(_staff, await _server.ReadAsync(db => db.ResolvedTaps.Select(tap => tap.StaffId).SingleAsync()));
        Assert.Equal(_staff, await _server.ReadAsync(db => db.BadgelessTaps.Select(tap => tap.StaffId).SingleAsync()));
        Assert.DoesNotContain(_server.Log.Lines, line => line.Text.Contains(Pin, StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_that_is_wrong_is_answered_alike()
    {
        var served = await _kiosk.ConnectAsync();
        using var stream = served;
        await stream.WelcomeAsync();
        // A wrong PIN, a person without one, and nobody.
        foreach (var (code, pin) in new[] { ("NV001", "004712"), ("NV002", Pin), ("NV777", Pin), ("nv001", Pin) })
            Assert.Equal(new StaffCodeAnswer { RequestId = 3 }, await AskAsync(stream, 3, code, pin));
        // Who is not of the unit that the kiosk serves.
        await _server.WriteAsync(db => db.Kiosks.Single().UnitId = db.Units.Single(unit => unit.Code == "U-NV002").UnitId);
        await TouchAsync();
        Assert.Equal(new StaffCodeAnswer { RequestId = 4 }, await AskAsync(stream, 4, "NV001", Pin));
        await _server.WriteAsync(db => db.Kiosks.Single().UnitId = null);
        await TouchAsync();
        Assert.True((await AskAsync(stream, 5, "NV001", Pin)).Accepted);
        // And where the agency does not want it.
        await _server.SetGateAsync(GateSetting.StaffCodeEntry, false);
        Assert.Equal(new StaffCodeAnswer { RequestId = 6 }, await AskAsync(stream, 6, "NV001", Pin));
    }

    [Fact]
    public async Task After_five_wrong_ones_even_the_right_PIN_waits_and_another_code_does_not()
    {
        await GiveAsync("NV002", "9999");
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        for (var i = 0; i < PinBounds.WrongPerCode; i++) Assert.Equal(new StaffCodeAnswer { RequestId = 1 }, await AskAsync(stream, 1, "NV001", "000000"));
        var waits = await AskAsync(stream, 2, "NV001", Pin);
        Assert.False(waits.Accepted);
        Assert.InRange(waits.WaitUs, 1UL, (ulong)UnixTime.ToUs(PinBounds.Window));
        Assert.True((await AskAsync(stream, 3, "NV002", "9999")).Accepted);
        _server.Clock.Shift += PinBounds.Window;
        Assert.True((await AskAsync(stream, 4, "NV001", Pin)).Accepted);
    }

    [Theory]
    [InlineData("NV 001", Pin)]
    [InlineData("", Pin)]
    [InlineData("NV001", "837")]
    [InlineData("NV001", "1234x")]
    public async Task What_is_not_of_the_contract_ends_the_stream(string code, string pin)
    {
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        await stream.Up.WriteAsync(new KioskMessage { StaffCodeCheck = new StaffCodeCheck { RequestId = 1, StaffCode = code, Pin = pin } });
        var end = await stream.EndAsync();
        Assert.Equal(StatusCode.InvalidArgument, end.StatusCode);
        if (pin.Length > 0) Assert.DoesNotContain(pin, end.Detail, StringComparison.Ordinal);
    }

    private static async Task<StaffCodeAnswer> AskAsync(TestStream stream, ulong id, string code, string pin)
    {
        await stream.Up.WriteAsync(new KioskMessage { StaffCodeCheck = new StaffCodeCheck { RequestId = id, StaffCode = code, Pin = pin } });
        return (await stream.NextAsync(ServerMessage.MessageOneofCase.StaffCodeAnswer)).StaffCodeAnswer;
    }

    private async Task<long> GiveAsync(string code, string pin)
    {
        var staff = await _server.ReadAsync(db => db.Staff.Where(person => person.Code == code).Select(person => person.StaffId).SingleAsync());
        var hash = PinHash.Of(pin);
        await _server.WriteAsync(db => db.StaffPins.Add(new StaffPinRow { AgencyId = _server.AgencyId, StaffId = staff, Salt = hash.Salt, Hash = hash.Hash, Rounds = hash.Rounds, IssuedUs = 1 }));
        return staff;
    }

    private Task TouchAsync() => _server.WriteAsync(db => db.Agencies.Single().RosterVersion++);

    private JournalBatch Batch(EntryBody body)
    {
        var us = _server.Clock.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
        var entry = new Entry(1, new Stamp(us, 1_000_000, 77, new ClockReading(us - 1_000_000, 1000, 1000)), body);
        var hash = CanonicalEntry.Hash(_kiosk.Journal, default, entry);
        var batch = new JournalBatch { Epoch = Google.Protobuf.ByteString.CopyFrom(Bytes128.ToArray(_kiosk.Epoch)), PreviousHash = Google.Protobuf.ByteString.CopyFrom(new byte[32]) };
        batch.Entries.Add(EntryWire.ToMessage(entry, hash));
        return batch;
    }
}
