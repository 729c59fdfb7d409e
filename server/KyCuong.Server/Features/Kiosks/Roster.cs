using Google.Protobuf;
using KyCuong.Protos.Rosters;
using KyCuong.Protos.V1;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>A roster cut into messages, which are shared between streams and never changed. Thread-safe.</summary>
internal sealed class Roster
{
    private readonly RosterContent _content;
    private readonly Lazy<IReadOnlyList<ServerMessage>> _whole;
    private readonly Lazy<Dictionary<string, ulong>> _byCode;
    private readonly Lazy<HashSet<ByteString>> _photos;
    private readonly Lazy<HashSet<ulong>> _people;
    private readonly (ulong Version, RosterContent Content)[] _earlier;
    private readonly Dictionary<ulong, Lazy<IReadOnlyList<ServerMessage>>> _changes;

    /// <summary>Versions before it from which it is known what has changed.</summary>
    public const int Remembered = 8;

    /// <param name="version">Its own.</param>
    /// <param name="content">Who and what it holds.</param>
    /// <param name="before">The one it takes the place of; null: none is known.</param>
    public Roster(ulong version, RosterContent content, Roster? before)
    {
        if (before is not null) content = RosterContent.Sharing(before._content, content);
        (Version, _content) = (version, content);
        _whole = new Lazy<IReadOnlyList<ServerMessage>>(() => RosterChunks.Split(version, content));
        _photos = new Lazy<HashSet<ByteString>>(() => [.. content.People.Select(person => person.PhotoSha256).Where(hash => !hash.IsEmpty)]);
        _people = new Lazy<HashSet<ulong>>(() => [.. content.People.Select(person => person.PersonId)]);
        _byCode = new Lazy<Dictionary<string, ulong>>(() => content.People.ToDictionary(person => person.StaffCode, person => person.PersonId));
        _earlier = before is null ? [] : [.. before._earlier.Prepend((before.Version, before._content)).DistinctBy(one => one.Version).Take(Remembered)];
        _changes = _earlier.ToDictionary(
            one => one.Version, one => new Lazy<IReadOnlyList<ServerMessage>>(() => RosterChunks.Split(version, RosterContent.Change(one.Content, content), one.Version)));
    }

    /// <summary>Grows with each change.</summary>
    public ulong Version { get; }

    /// <summary>Whether the person is in it.</summary>
    public bool Names(ulong person) => _people.Value.Contains(person);

    /// <summary>Whether somebody in it has this portrait, by its SHA-256.</summary>
    public bool NamesPhoto(ByteString sha256) => _photos.Value.Contains(sha256);

    /// <summary>Whose staff code it is; null: nobody in it has it.</summary>
    public ulong? PersonOf(string staffCode) => _byCode.Value.TryGetValue(staffCode, out var person) ? person : null;

    /// <summary>What a kiosk is sent.</summary>
    /// <param name="has">The version it has; 0: none.</param>
    /// <param name="part">What came of a version before its stream broke off; null: nothing. It is not sent again if it is the beginning of what is sent.</param>
    public IReadOnlyList<ServerMessage> For(ulong has, RosterPart? part = null)
    {
        if (has == Version) return [];
        var all = _changes.TryGetValue(has, out var change) ? change.Value : _whole.Value;
        return part is { Chunks: > 0 } && part.Chunks < all.Count && part.Equals(RosterParts.Of([.. all.Take((int)part.Chunks).Select(message => message.Roster)]))
            ? [.. all.Skip((int)part.Chunks)]
            : all;
    }
}
