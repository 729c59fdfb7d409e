using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;
using KyCuong.Server.Formats;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Imports;

/// <summary>
/// Badges and who holds them from when to when. Numbers are hashed as they are read and forgotten. Refused: a badge with
/// two holders at a time, and one that a reader could not tell from somebody else's (design section 5): its own exact
/// level is among the levels of theirs, or theirs among its own. Two badges that agree only after a reader has cut both are
/// refused where some reader is known to cut them so (<see cref="ReadingLevels"/>), else they are allowed and noted, for a reader that keeps more tells them apart.
/// </summary>
internal sealed class BadgeImport(KyCuongDb db, long agencyId, TableFile table, IReadOnlyList<BadgeHasher> hashers, long nowUs, ProblemList problems)
{
    public static readonly string[] Required = ["staff_code", "badge", "kind"];
    public static readonly string[] Optional = ["from", "to"];

    private readonly Dictionary<BadgeKey, List<Held>> _byHash = [];
    private readonly Dictionary<Held, int> _touched = [];
    private readonly List<ImportNote> _notes = [];
    private Dictionary<long, string> _codes = [];

    /// <summary>What was taken and is worth a second look; complete after <see cref="RunAsync"/>.</summary>
    public IReadOnlyList<ImportNote> Notes => _notes;

    /// <summary>The first date on which somebody holds a badge they did not hold before, or no longer does; null: nothing changed.</summary>
    public DateOnly? FirstChange { get; private set; }

    /// <summary>A badge with its hashes (strongest level first) and holdings.</summary>
    private sealed class Held(BadgeRow row)
    {
        public BadgeRow Row => row;

        public List<BadgeKey> Keys { get; } = [];

        public List<BadgeHoldingRow> Holdings { get; } = [];

        public CredentialLevel Strongest => Keys.MinBy(key => Rank(key.Level)).Level;
    }

    /// <summary>Checks all rows and, without problems, writes what is new. The caller commits.</summary>
    public async Task<ImportCounts> RunAsync(CancellationToken cancel)
    {
        var staff = await db.Staff.AsNoTracking().Where(row => row.AgencyId == agencyId && row.FullName != "").ToDictionaryAsync(row => row.Code, row => row.StaffId, cancel);
        _codes = staff.ToDictionary(one => one.Value, one => one.Key);
        var badges = await LoadAsync(cancel);
        var outcomes = new List<(BadgeHoldingRow Holding, bool Added)>();
        var lines = new Dictionary<BadgeHoldingRow, int>();
        foreach (var row in table.Rows) Take(new RowReader(table, row, problems), staff, badges, outcomes, lines);
        foreach (var (badge, line) in _touched) CheckHoldings(badge, line, lines);
        foreach (var (badge, line) in _touched) CheckAmbiguity(badge, line, lines);
        await CheckCutAsync(lines, cancel);
        if (problems.Count > 0) return default;

        foreach (var badge in badges.Where(badge => badge.Row.BadgeId == 0)) db.Badges.Add(badge.Row);
        // Hashes and holdings need identities.
        await db.SaveChangesAsync(cancel);
        var stored = await db.BadgeHashes.AsNoTracking().Where(row => row.AgencyId == agencyId).Select(row => new { row.BadgeId, row.Level, row.KeyId }).ToListAsync(cancel);
        var known = stored.Select(row => (row.BadgeId, row.Level, row.KeyId)).ToHashSet();
        foreach (var badge in _touched.Keys)
        {
            foreach (var key in badge.Keys)
                if (known.Add((badge.Row.BadgeId, key.Level, key.KeyId)))
                    db.BadgeHashes.Add(new BadgeHashRow { AgencyId = agencyId, Level = key.Level, KeyId = key.KeyId, Hash = Protos.Bytes128.ToArray(key.Hash), BadgeId = badge.Row.BadgeId });
            foreach (var holding in badge.Holdings.Where(holding => holding.HoldingId == 0))
            {
                holding.BadgeId = badge.Row.BadgeId;
                db.BadgeHoldings.Add(holding);
            }
        }

        db.ChangeTracker.DetectChanges();
        var added = outcomes.Count(outcome => outcome.Added);
        var changed = outcomes.Where(outcome => !outcome.Added && db.Entry(outcome.Holding).State == EntityState.Modified).ToList();
        FirstChange = outcomes.Where(outcome => outcome.Added).Concat(changed).Select(outcome => (DateOnly?)outcome.Holding.FromDate).Min();
        await db.SaveChangesAsync(cancel);
        return new ImportCounts(table.Rows.Count, added, changed.Count, table.Rows.Count - added - changed.Count);
    }

    private async Task<List<Held>> LoadAsync(CancellationToken cancel)
    {
        var badges = (await db.Badges.Where(row => row.AgencyId == agencyId).ToListAsync(cancel)).ToDictionary(row => row.BadgeId, row => new Held(row));
        foreach (var row in await db.BadgeHashes.AsNoTracking().Where(row => row.AgencyId == agencyId).ToListAsync(cancel))
        {
            Protos.Bytes128.TryRead(row.Hash, out var hash);
            Index(badges[row.BadgeId], new BadgeKey(row.Level, row.KeyId, hash));
        }

        foreach (var row in await db.BadgeHoldings.Where(row => row.AgencyId == agencyId).OrderBy(row => row.HoldingId).ToListAsync(cancel)) badges[row.BadgeId].Holdings.Add(row);
        return [.. badges.Values];
    }

    private void Take(RowReader row, Dictionary<string, long> staff, List<Held> badges, List<(BadgeHoldingRow, bool)> outcomes, Dictionary<BadgeHoldingRow, int> lines)
    {
        var code = row.Raw("staff_code", required: true);
        if (code is not null && !staff.ContainsKey(code)) row.Refuse<string>("staff_code", code, ImportText.Get("badge.staff"));
        var text = row.Raw("badge", required: true);
        var kind = row.Raw("kind", required: true);
        BadgeIdentity? identity = null;
        if (kind is not null && !BadgeSpelling.IsKnown(kind)) row.Refuse<string>("kind", kind, ImportText.Get("badge.kind", string.Join(", ", BadgeSpelling.Names)));
        else if (kind is not null && text is not null && !BadgeSpelling.TryParse(kind, text, out identity)) row.Refuse<string>("badge", text, ImportText.Get("badge.spelling", kind));
        var from = row.Raw("from") is null ? Grammar.Always : row.Date("from");
        var to = row.Date("to");
        if (to < from) row.Refuse<string>("to", Grammar.Date(to!.Value), ImportText.Get("range.reversed", Grammar.Date(from!.Value)));
        if (code is null || !staff.TryGetValue(code, out var person) || identity is null || from is null || to < from) return;

        var keys = hashers.SelectMany(hasher => hasher.HashLevels(identity)).ToList();
        var badge = keys.Where(key => key.Level == identity.Level).SelectMany(key => _byHash.GetValueOrDefault(key) ?? []).FirstOrDefault(held => held.Strongest == identity.Level);
        if (badge is { Row.PoolLabel: { } label })
        {
            row.Refuse<string>("badge", text!, ImportText.Get("badge.pool", label));
            return;
        }

        if (badge is { Row.State: not BadgeState.Active and not BadgeState.Issued } blocked)
        {
            row.Refuse<string>("badge", text!, ImportText.Get("badge.blocked"));
            return;
        }

        if (badge is null)
        {
            badge = new Held(new BadgeRow { AgencyId = agencyId, Kind = kind!, State = BadgeState.Active, StateSinceUs = nowUs });
            badges.Add(badge);
        }

        foreach (var key in keys)
            if (!badge.Keys.Contains(key)) Index(badge, key);
        _touched.TryAdd(badge, row.Line);
        var holding = badge.Holdings.Find(one => one.FromDate == from);
        var added = holding is null;
        if (holding is null) badge.Holdings.Add(holding = new BadgeHoldingRow { AgencyId = agencyId, StaffId = person, FromDate = from.Value });
        else if (holding.StaffId != person || (lines.TryGetValue(holding, out var twice) && holding.ToDate != to))
        {
            row.Refuse<string>("badge", text!, ImportText.Get(lines.TryGetValue(holding, out var line) ? "badge.twoHoldersLine" : "badge.twoHolders", line));
            return;
        }

        if (!lines.TryAdd(holding, row.Line)) return;
        holding.ToDate = to;
        outcomes.Add((holding, added));
    }

    private void CheckHoldings(Held badge, int line, Dictionary<BadgeHoldingRow, int> lines)
    {
        var inOrder = badge.Holdings.OrderBy(holding => holding.FromDate).ToList();
        for (var i = 1; i < inOrder.Count; i++)
        {
            if (!(inOrder[i - 1].ToDate is null || inOrder[i - 1].ToDate >= inOrder[i].FromDate)) continue;
            var at = lines.GetValueOrDefault(inOrder[i], lines.GetValueOrDefault(inOrder[i - 1], line));
            problems.Add(at, "badge", "", ImportText.Get("badge.overlap", Grammar.Date(inOrder[i].FromDate)));
        }
    }

    private void CheckAmbiguity(Held badge, int line, Dictionary<BadgeHoldingRow, int> lines)
    {
        foreach (var (other, levels) in Alike(badge).Where(pair => IsSameCard(badge, pair)))
        {
            if (other.Row.PoolLabel is { } label && badge.Holdings.Any(mine => !IsStored(mine)))
                problems.Add(line, "badge", "", ImportText.Get("badge.ambiguousPool", label));
            foreach (var (at, theirs) in Together(badge, other, line, lines))
                problems.Add(at, "badge", "", lines.TryGetValue(theirs, out var otherLine)
                    ? ImportText.Get("badge.ambiguousLine", otherLine, other.Row.Kind)
                    : ImportText.Get("badge.ambiguous", other.Row.Kind));
        }
    }

    /// <summary>Cards that agree once a reader has cut them: two people cannot both use such a reader (readers, section 9.3).</summary>
    private async Task CheckCutAsync(Dictionary<BadgeHoldingRow, int> lines, CancellationToken cancel)
    {
        var alike = _touched.SelectMany(one => Alike(one.Key).Where(pair => !IsSameCard(one.Key, pair)).Select(pair => (Badge: one.Key, Line: one.Value, pair.Other, pair.Levels))).ToList();
        // Seldom any: only then it is worth asking what readers have kept of cards lately.
        if (alike.Count == 0) return;
        var inUse = await ReadingLevels.LoadAsync(db, agencyId, cancel);
        foreach (var (badge, line, other, levels) in alike)
        {
            var readAt = levels.Where(inUse.ContainsKey).ToList();
            void Tell(int at, string card, bool isNew)
            {
                var text = readAt.Count > 0
                    ? ImportText.Get("badge.cutInUse", inUse[readAt[0]].Reader, inUse[readAt[0]].Kiosk, readAt[0], card)
                    : ImportText.Get("badge.cut", string.Join(", ", levels), card);
                if (readAt.Count > 0 && isNew) problems.Add(at, "badge", "", text);
                else _notes.Add(new ImportNote(at, text));
            }

            if (other.Row.PoolLabel is { } label) Tell(line, ImportText.Get("badge.card.pool", label), badge.Holdings.Any(mine => !IsStored(mine)));
            // Those who were both here before are told of and not turned away with everybody else of the file.
            foreach (var (at, theirs) in Together(badge, other, line, lines).DistinctBy(pair => (pair.At, pair.Theirs.StaffId)))
                Tell(at, lines.TryGetValue(theirs, out var otherLine)
                    ? ImportText.Get("badge.card.line", otherLine, _codes[theirs.StaffId])
                    : ImportText.Get("badge.card.stored", other.Row.BadgeId, _codes.GetValueOrDefault(theirs.StaffId, "")), !IsStored(theirs) || badge.Holdings.Any(mine => !IsStored(mine)));
        }
    }

    /// <summary>Badges that share a level with this one, and which levels those are, the more telling first.</summary>
    private IEnumerable<(Held Other, IReadOnlyList<CredentialLevel> Levels)> Alike(Held badge) =>
        badge.Keys.SelectMany(key => (_byHash.GetValueOrDefault(key) ?? []).Where(other => other != badge).Select(other => (key.Level, Other: other)))
            .GroupBy(pair => pair.Other, pair => pair.Level)
            .Select(group => (group.Key, (IReadOnlyList<CredentialLevel>)[.. group.Distinct().OrderBy(level => level)]));

    /// <summary>One of the two is the other, as far as it was spelled.</summary>
    private static bool IsSameCard(Held badge, (Held Other, IReadOnlyList<CredentialLevel> Levels) pair) =>
        pair.Levels.Contains(badge.Strongest) || pair.Levels.Contains(pair.Other.Strongest);

    /// <summary>Where two people hold the two at a time: the line to tell it at and the other's holding. Each pair once, at its later line.</summary>
    private static IEnumerable<(int At, BadgeHoldingRow Theirs)> Together(Held badge, Held other, int line, Dictionary<BadgeHoldingRow, int> lines)
    {
        foreach (var mine in badge.Holdings)
            foreach (var theirs in other.Holdings)
            {
                if (mine.StaffId == theirs.StaffId || mine.ToDate < theirs.FromDate || theirs.ToDate < mine.FromDate) continue;
                var at = lines.GetValueOrDefault(mine, line);
                if (!lines.TryGetValue(theirs, out var otherLine) || otherLine <= at) yield return (at, theirs);
            }
    }

    private bool IsStored(BadgeHoldingRow holding) => holding.HoldingId != 0 && db.Entry(holding).State == EntityState.Unchanged;

    private void Index(Held badge, BadgeKey key)
    {
        badge.Keys.Add(key);
        if (!_byHash.TryGetValue(key, out var list)) _byHash[key] = list = [];
        list.Add(badge);
    }

    /// <summary>Levels of one card, the more telling first.</summary>
    private static int Rank(CredentialLevel level) => level switch
    {
        CredentialLevel.Em => 0,
        CredentialLevel.Em32 => 1,
        _ => 2,
    };
}
