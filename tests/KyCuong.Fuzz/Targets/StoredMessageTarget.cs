using Google.Protobuf;
using KyCuong.Kiosk.Arrivals;
using KyCuong.Kiosk.Files;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;

namespace KyCuong.Fuzz.Targets;

/// <summary>What the kiosk kept of the server's messages, read back from a disk that altered it: a person or a badge of the roster, or a configuration.</summary>
internal sealed class StoredMessageTarget : ITarget
{
    private static readonly StoredMessage<RosterPerson> Person = new(RosterPerson.Parser);
    private static readonly StoredMessage<RosterBadge> Badge = new(RosterBadge.Parser);
    private static readonly StoredMessage<Configuration> Settings = new(Configuration.Parser);

    public string Name => "stored-message";

    public int Weight => 40;

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        new RosterPerson { PersonId = 7, FullName = "Nguyễn Văn An", UnitName = "Văn phòng", StaffCode = "NV001" }.ToByteArray(),
        new RosterBadge { BadgeId = 3, PersonId = 7, State = BadgeState.Active, ValidFromUs = 1, Hashes = { new BadgeHash { Level = CredentialLevel.Em, KeyId = 1, Hash = ByteString.CopyFrom(new byte[16]) } } }.ToByteArray(),
        new Configuration { Version = 4 }.ToByteArray(),
    ];

    public long MostAllocated(int inputBytes) => 64 * 1024 + (256L * inputBytes);

    public string? Take(byte[] input)
    {
        if (Person.Read(input) is { } person)
            foreach (var segment in person.Segments) GateSegment.FromMessage(segment);
        if (Badge.Read(input) is { } badge && BadgeWire.TryFromMessages(badge.Hashes, badge.Hashes.Count, out var hashes) && hashes.Count != badge.Hashes.Count)
            return "a badge lost one of its hashes";
        Settings.Read(input);
        return null;
    }
}
