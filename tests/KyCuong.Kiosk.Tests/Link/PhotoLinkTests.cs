using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Link;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos.V1;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Link;

/// <summary>Portraits over the real stream.</summary>
public sealed class PhotoLinkTests : LinkFixture
{
    [Fact]
    public async Task The_portraits_of_a_roster_come_a_few_at_a_time_and_go_when_no_roster_names_them()
    {
        for (byte person = 1; person <= 7; person++) Give(person);
        State.AfterWelcome.Add(Roster(1, 0, [1, 2, 3, 4, 5, 6, 7]));
        await using var kiosk = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => Files == 7, "seven portraits");
        Assert.Equal(Portrait.Jpeg(3), kiosk.Photos.Find(NameOf(3))!.Content);
        Assert.All(State.PhotoRequests, request => Assert.InRange(request.Sha256.Count, 1, PhotoFetch.AtOnce));
        Assert.Equal(7, State.PhotoRequests.Sum(request => request.Sha256.Count));

        // Another portrait for one of them, and one person less.
        Give(8);
        await State.ToSend!(new ServerMessage
        {
            Roster = new RosterChunk { Version = 2, BaseVersion = 1, Complete = true, RemovedPeople = { 7 }, People = { Person(1, 8) } },
        });
        await RealClock.UntilAsync(() => kiosk.Photos.Find(NameOf(8)) is not null, "the new portrait");
        Assert.Equal(6, Files);
        Assert.Null(kiosk.Photos.Find(NameOf(1)));
        Assert.Null(kiosk.Photos.Find(NameOf(7)));
        Assert.Equal(8, State.PhotoRequests.Sum(request => request.Sha256.Count));
    }

    [Fact]
    public async Task What_had_not_come_when_the_link_broke_is_asked_for_on_the_next_and_nothing_twice()
    {
        Give(1);
        State.AfterWelcome.Add(Roster(1, 0, [1, 2]));
        await using var kiosk = KioskRig.Start(Directory);
        // The server is silent about the second.
        await RealClock.UntilAsync(() => Files == 1, "one portrait");
        await kiosk.TapAsync(1);
        await kiosk.AllAckedAsync();

        var (authority, port) = (_server.Authority, _server.Address.Port);
        await _server.DisposeAsync();
        // It knows the roster and sends none.
        _server = await FakeServer.StartAsync(authority, port: port, state: new ServerState());
        Give(2);
        await RealClock.UntilAsync(() => Files == 2, "the other one");
        Assert.Equal(HashOf(2), Assert.Single(Assert.Single(State.PhotoRequests).Sha256));
        Assert.Equal(1UL, kiosk.Roster.Version);
    }

    [Fact]
    public async Task A_portrait_that_is_not_the_one_asked_for_or_is_not_there_is_not_kept_and_the_rest_comes()
    {
        State.Photos[HashOf(1)] = ByteString.CopyFrom(Portrait.Jpeg(9));
        State.Photos[HashOf(2)] = ByteString.Empty;
        for (byte person = 3; person <= 5; person++) Give(person);
        State.AfterWelcome.Add(Roster(1, 0, [1, 2, 3, 4, 5]));
        await using var kiosk = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => Files == 3, "three portraits");
        Assert.Null(kiosk.Photos.Find(NameOf(1)));
        Assert.Single(kiosk.Log.Lines, line => line.Contains(NameOf(1), StringComparison.Ordinal));
        // Nobody asked.
        await State.ToSend!(new ServerMessage { Photo = new Photo { Sha256 = HashOf(9), Content = ByteString.CopyFrom(Portrait.Jpeg(9)) } });
        await kiosk.TapAsync(1);
        await kiosk.AllAckedAsync();
        Assert.Equal(3, Files);
        Assert.Equal(5, State.PhotoRequests.Sum(request => request.Sha256.Count));
        Assert.Single(State.Hellos);
    }

    [Fact]
    public async Task A_server_of_before_portraits_is_not_asked_for_any()
    {
        Give(1);
        State.AfterWelcome.Add(Roster(1, 0, [1]));
        await using (var kiosk = KioskRig.Start(Directory)) await RealClock.UntilAsync(() => Files == 1, "a portrait");
        foreach (var path in System.IO.Directory.GetFiles(Directory.Photos)) File.Delete(path);

        State.Revision = 0;
        await using var again = KioskRig.Start(Directory);
        await again.TapAsync(3);
        await again.AllAckedAsync();
        await RealClock.UntilAsync(() => State.Heartbeats.Count > 3, "the link goes on");
        Assert.Equal(2, State.Hellos.Count);
        Assert.Null(again.Photos.Find(NameOf(1)));
    }

    [Fact]
    public async Task Of_people_to_be_forgotten_no_portrait_stays_also_when_it_comes_afterwards_or_the_kiosk_was_killed_meanwhile()
    {
        Give(1);
        State.AfterWelcome.Add(Roster(1, 0, [1, 2]));
        await using (var kiosk = KioskRig.Start(Directory))
        {
            await RealClock.UntilAsync(() => Files == 1, "a portrait");
            await State.ToSend!(new ServerMessage { Command = new Command { Forget = new ForgetPeople { PersonIds = { 1, 2 } } } });
            await RealClock.UntilAsync(() => kiosk.Roster.People == 0 && Files == 0, "forgotten");
            await State.ToSend!(new ServerMessage { Photo = new Photo { Sha256 = HashOf(2), Content = ByteString.CopyFrom(Portrait.Jpeg(2)) } });
            await kiosk.TapAsync(1);
            await kiosk.AllAckedAsync();
            Assert.Equal(0, Files);
        }

        // Killed between the roster and the file.
        await File.WriteAllBytesAsync(Path.Combine(Directory.Photos, NameOf(1)), Portrait.Jpeg(1));
        State.Refuse = StatusCode.Unavailable;
        await using var again = KioskRig.Start(Directory);
        Assert.Equal(0, Files);
    }

    [Fact]
    public async Task Portraits_that_cannot_be_written_cost_neither_the_link_nor_a_tap()
    {
        for (byte person = 1; person <= 5; person++) Give(person);
        State.AfterWelcome.Add(Roster(1, 0, [1, 2, 3, 4, 5]));
        // Where the first is to be written there is a folder; root may write anywhere.
        foreach (var person in (byte[])[1, 2, 3, 4, 5]) System.IO.Directory.CreateDirectory(Path.Combine(Directory.Photos, NameOf(person) + ".new"));
        await using var kiosk = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => kiosk.Log.Lines.Any(line => line.Contains("cannot be written here", StringComparison.Ordinal)), "it is said");
        await kiosk.TapAsync(3);
        await kiosk.AllAckedAsync();
        Assert.Single(State.Hellos);
        Assert.Single(State.PhotoRequests);
        Assert.Single(kiosk.Log.Lines, line => line.Contains("cannot be written here", StringComparison.Ordinal));
        Assert.Equal(0, Files);
    }

    [Fact]
    public async Task An_entry_of_the_roster_names_its_portrait()
    {
        State.AfterWelcome.Add(Roster(1, 0, [1]));
        State.AfterWelcome.Add(new ServerMessage { Roster = new RosterChunk { Version = 2, BaseVersion = 1, Complete = true, People = { new RosterPerson { PersonId = 2, FullName = "B" } } } });
        await using var kiosk = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => kiosk.Roster.Version == 2, "the roster");
        Assert.Equal([NameOf(1)], kiosk.Roster.Photos);
    }

    private int Files => System.IO.Directory.Exists(Directory.Photos) ? System.IO.Directory.GetFiles(Directory.Photos).Length : 0;

    private void Give(byte number) => State.Photos[HashOf(number)] = ByteString.CopyFrom(Portrait.Jpeg(number));

    private static ByteString HashOf(byte number) => ByteString.CopyFrom(SHA256.HashData(Portrait.Jpeg(number)));

    private static string NameOf(byte number) => Convert.ToHexStringLower(HashOf(number).Span);

    private static RosterPerson Person(byte id, byte photo) => new() { PersonId = id, FullName = $"P{id}", PhotoSha256 = HashOf(photo) };

    private static ServerMessage Roster(ulong version, ulong before, byte[] people) =>
        new() { Roster = new RosterChunk { Version = version, BaseVersion = before, Complete = true, People = { people.Select(id => Person(id, id)) } } };
}
