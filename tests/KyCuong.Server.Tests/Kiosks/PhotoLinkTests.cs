using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using KyCuong.Protos;
using KyCuong.Protos.V1;
using KyCuong.Server.Store.Rows;
using KyCuong.Testing;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>Portraits on a kiosk's stream, over real TLS out of a real store.</summary>
public sealed class PhotoLinkTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private TestKiosk _kiosk = null!;

    public async Task InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _kiosk = await _server.EnrolAsync();
    }

    public async Task DisposeAsync()
    {
        _kiosk.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_portrait_named_by_the_roster_is_given_and_a_change_of_it_is_a_change_of_the_roster()
    {
        await AddAsync("NV001", 1);
        await AddAsync("NV002", null);
        using var stream = await _kiosk.ConnectAsync();
        Assert.Equal(ContractLimits.ContractRevision, (await stream.WelcomeAsync()).ContractRevision);
        var people = (await stream.RosterAsync()).SelectMany(chunk => chunk.People).ToDictionary(person => person.StaffCode, person => person.PhotoSha256);
        Assert.Equal(HashOf(1), people["NV001"]);
        Assert.True(people["NV002"].IsEmpty);
        Assert.Equal([(HashOf(1), Content(1))], await AskAsync(stream, HashOf(1)));

        await SetPhotoAsync("NV001", 3);
        var change = Assert.Single(await stream.RosterAsync());
        Assert.NotEqual(0UL, change.BaseVersion);
        Assert.Equal(("NV001", HashOf(3)), (Assert.Single(change.People).StaffCode, change.People[0].PhotoSha256));
        Assert.Equal([(HashOf(3), Content(3)), (HashOf(1), ByteString.Empty)], await AskAsync(stream, HashOf(3), HashOf(1)));
    }

    [Fact]
    public async Task Only_portraits_of_people_of_the_kiosks_roster_are_given()
    {
        await AddAsync("NV001", 1);
        await AddAsync("NV002", 2);
        // A gate of the unit of NV001 alone.
        using var gate = await _server.EnrolAsync("CONG-PHU");
        await _server.WriteAsync(db => db.Kiosks.Single(kiosk => kiosk.Code == "CONG-PHU").UnitId = db.Units.Single(unit => unit.Code == "U-NV001").UnitId);
        using var stream = await gate.ConnectAsync();
        await stream.WelcomeAsync();
        Assert.Equal([(HashOf(2), ByteString.Empty), (HashOf(1), Content(1)), (HashOf(7), ByteString.Empty)], await AskAsync(stream, HashOf(2), HashOf(1), HashOf(7)));
    }

    [Fact]
    public async Task Another_agencys_portrait_with_the_same_hash_asked_by_chance_is_not_given()
    {
        await AddAsync("NV001", 1);
        await _server.WriteAsync(db =>
        {
            var other = new AgencyRow { Code = "OTHER", Name = "Other", TimeZone = "UTC", RestDays = "[]", Policy = "{}" };
            db.Agencies.Add(other);
            db.SaveChanges();
            var person = new StaffRow { AgencyId = other.AgencyId, Code = "X", FullName = "X", NameSort = [1] };
            db.Staff.Add(person);
            db.SaveChanges();
            AddPhoto(db, other.AgencyId, person.StaffId, 5);
        });
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        Assert.Equal([(HashOf(5), ByteString.Empty), (HashOf(1), Content(1))], await AskAsync(stream, HashOf(5), HashOf(1)));
    }

    [Fact]
    public async Task Taps_are_acknowledged_while_portraits_wait_for_a_kiosk_that_does_not_read()
    {
        await AddAsync("NV001", 1);
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        for (var i = 0; i < 3; i++) await stream.Up.WriteAsync(Request([.. Enumerable.Repeat(HashOf(1), ContractLimits.PhotosPerRequest)]));
        await stream.Up.WriteAsync(new KioskMessage { Journal = _kiosk.Batch(1, 5) });
        Assert.Equal(5UL, await stream.AckAsync(5));
        await stream.Up.CompleteAsync();
        Assert.Equal(StatusCode.OK, (await stream.EndAsync()).StatusCode);
    }

    public static TheoryData<string, ByteString[]> OutOfContractRequests() => new()
    {
        { "this has 0", [] },
        { "this has 17", [.. Enumerable.Repeat(HashOf(1), ContractLimits.PhotosPerRequest + 1)] },
        { "32 bytes", [ByteString.CopyFrom(new byte[31])] },
    };

    [Theory]
    [MemberData(nameof(OutOfContractRequests))]
    public async Task A_request_out_of_contract_ends_the_stream_and_says_why(string word, ByteString[] hashes)
    {
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        await stream.Up.WriteAsync(Request(hashes));
        var end = await stream.EndAsync();
        Assert.Equal(StatusCode.InvalidArgument, end.StatusCode);
        Assert.Contains(word, end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_of_a_kind_that_a_newer_kiosk_has_is_passed_over()
    {
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        // Field 1000, a message of no bytes.
        await stream.Up.WriteAsync(KioskMessage.Parser.ParseFrom([0xC2, 0x3E, 0x00]));
        await stream.Up.WriteAsync(new KioskMessage { Journal = _kiosk.Batch(1, 1) });
        Assert.Equal(1UL, await stream.AckAsync(1));
    }

    private async Task AddAsync(string code, byte? photo)
    {
        await _server.AddPersonAsync(code, code, SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(code))[..16]);
        if (photo is { } number) await SetPhotoAsync(code, number);
    }

    private Task SetPhotoAsync(string code, byte number) => _server.WriteAsync(db =>
    {
        var person = db.Staff.Single(row => row.Code == code).StaffId;
        if (db.StaffPhotos.SingleOrDefault(row => row.StaffId == person) is { } old) (old.Sha256, old.Content) = (SHA256.HashData(Portrait.Jpeg(number)), Portrait.Jpeg(number));
        else AddPhoto(db, _server.AgencyId, person, number);
        db.Agencies.Single(row => row.AgencyId == _server.AgencyId).RosterVersion++;
    });

    private static void AddPhoto(Server.Store.KyCuongDb db, long agency, long person, byte number)
    {
        var import = new ImportRow { AgencyId = agency, Kind = "photos", FileName = "anh", Sha256 = new byte[32] };
        db.Imports.Add(import);
        db.SaveChanges();
        db.StaffPhotos.Add(new StaffPhotoRow { AgencyId = agency, StaffId = person, ImportId = import.ImportId, Sha256 = SHA256.HashData(Portrait.Jpeg(number)), Content = Portrait.Jpeg(number) });
    }

    private static async Task<List<(ByteString, ByteString)>> AskAsync(TestStream stream, params ByteString[] hashes)
    {
        await stream.Up.WriteAsync(Request(hashes));
        var answers = new List<(ByteString, ByteString)>();
        while (answers.Count < hashes.Length)
        {
            var photo = (await stream.NextAsync(ServerMessage.MessageOneofCase.Photo)).Photo;
            answers.Add((photo.Sha256, photo.Content));
        }

        return answers;
    }

    private static KioskMessage Request(ByteString[] hashes) => new() { PhotoRequest = new PhotoRequest { Sha256 = { hashes } } };

    private static ByteString Content(byte number) => ByteString.CopyFrom(Portrait.Jpeg(number));

    private static ByteString HashOf(byte number) => ByteString.CopyFrom(SHA256.HashData(Portrait.Jpeg(number)));
}
