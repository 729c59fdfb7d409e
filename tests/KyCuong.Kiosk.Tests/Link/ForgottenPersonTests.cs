using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Link;

/// <summary>
/// Of a person who is on no roster any more no byte is left in the files of a kiosk: name, code, unit, badge, portrait. Each way in which a server
/// says so. The journal has its own rule: it keeps the badge's hash of a tap that was made.
/// </summary>
public sealed class ForgottenPersonTests : LinkFixture
{
    private const ulong Stays = 1;
    private const ulong Goes = 2;
    private const ulong HisBadge = 9;
    private static readonly byte[] Portrait2 = Portrait.Jpeg(2);
    private static readonly byte[] Portrait2Hash = SHA256.HashData(Portrait2);
    private static readonly BadgeKey Key = new(CredentialLevel.Em, 3, new UInt128(0x5A17_9C3E_0B64_D281, 0x77F0_13A9_E5C8_2B46));


    [Theory]
    [InlineData("the change says who is gone")]
    [InlineData("a whole roster without them")]
    [InlineData("a whole roster after a restart")]
    public async Task Who_is_on_no_roster_any_more_is_in_no_file(string way)
    {
        State.Photos[ByteString.CopyFrom(Portrait2Hash)] = ByteString.CopyFrom(Portrait2);
        State.AfterWelcome.Add(new ServerMessage { Roster = new RosterChunk { Version = 3, Complete = true, People = { Staying(), Going() }, Badges = { Badge() } } });
        await using (var kiosk = KioskRig.Start(Directory))
        {
            await RealClock.UntilAsync(() => kiosk.Roster.People == 2 && kiosk.Photos.Find(Convert.ToHexStringLower(Portrait2Hash)) is not null, "roster and portrait");
            // What is looked for is found while it is there.
            Assert.Equal(Traces.Select(trace => trace.What), Found().Select(found => found.What).Distinct().Order(StringComparer.Ordinal));
            if (way == "the change says who is gone")
                await State.ToSend!(new ServerMessage { Roster = new RosterChunk { Version = 4, BaseVersion = 3, Complete = true, RemovedPeople = { Goes }, RemovedBadges = { HisBadge } } });
            else if (way == "a whole roster without them")
                await State.ToSend!(new ServerMessage { Roster = Without() });
            if (way != "a whole roster after a restart") await GoneAsync(kiosk);
        }

        State.AfterWelcome.Clear();
        State.AfterWelcome.Add(new ServerMessage { Roster = Without() });
        if (way == "a whole roster after a restart")
        {
            await using var kiosk = KioskRig.Start(Directory);
            await GoneAsync(kiosk);
        }

        Assert.Equal([], Found());
    }

    private async Task GoneAsync(KioskRig kiosk)
    {
        await RealClock.UntilAsync(() => kiosk.Roster.Version == 4, "the roster without them");
        Assert.Equal(1, kiosk.Roster.People);
        Assert.Equal([], Found());
        Assert.Contains(Files, file => file.Content.AsSpan().IndexOf("Lê Thị Bình"u8) >= 0);
    }

    private static (string What, byte[] Bytes)[] Traces =>
    [
        ("badge", Bytes128.ToArray(Key.Hash)),
        ("code", "NV4711"u8.ToArray()),
        ("name", "Nguyễn Văn Quên"u8.ToArray()),
        ("portrait", Portrait2),
        ("portrait's hash", Portrait2Hash),
        ("portrait's name", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Portrait2Hash))),
        ("unit", "Phòng Một Người"u8.ToArray()),
    ];

    private List<(string What, string File)> Found() =>
        [.. from trace in Traces from file in Files where file.Content.AsSpan().IndexOf(trace.Bytes) >= 0 || Encoding.UTF8.GetBytes(file.Name).AsSpan().IndexOf(trace.Bytes) >= 0 select (trace.What, file.Name)];

    /// <summary>Every file of the kiosk, and of what SQLite keeps beside one.</summary>
    private List<(string Name, byte[] Content)> Files
    {
        get
        {
            var files = new List<(string, byte[])>();
            foreach (var path in System.IO.Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories))
            {
                try
                {
                    using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                    var content = new MemoryStream();
                    stream.CopyTo(content);
                    files.Add((Path.GetRelativePath(_folder.Path, path), content.ToArray()));
                }
                catch (FileNotFoundException)
                {
                    // Written anew under another name just now.
                }
            }

            return files;
        }
    }

    private static RosterChunk Without() => new() { Version = 4, Complete = true, People = { Staying() } };

    private static RosterPerson Staying() => new() { PersonId = Stays, FullName = "Lê Thị Bình", UnitName = "Văn phòng", StaffCode = "NV0002" };

    private static RosterPerson Going() => new() { PersonId = Goes, FullName = "Nguyễn Văn Quên", UnitName = "Phòng Một Người", StaffCode = "NV4711", PhotoSha256 = ByteString.CopyFrom(Portrait2Hash) };

    private static RosterBadge Badge() => new() { BadgeId = HisBadge, PersonId = Goes, State = BadgeState.Active, Hashes = { BadgeWire.ToMessage(Key) } };
}
