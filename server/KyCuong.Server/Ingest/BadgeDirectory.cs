using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;

namespace KyCuong.Server.Ingest;

/// <summary>What a badge's hashes came to.</summary>
internal enum BadgeOutcome
{
    /// <summary>One person held it.</summary>
    Person,

    /// <summary>No badge has these hashes, or nobody held it on that date.</summary>
    Unknown,

    /// <summary>Several people could have tapped.</summary>
    Ambiguous,

    /// <summary>The badge was lost, damaged, returned or revoked by then.</summary>
    Blocked,
}

/// <summary>What a badge's hashes came to; the badge when blocked, the person when one was found, else 0; and whether it was lent to them.</summary>
internal readonly record struct BadgeMatch(BadgeOutcome Outcome, long StaffId, long BadgeId, bool Lent = false);

/// <summary>Who held a badge; days are <see cref="DateOnly.DayNumber"/>, both included.</summary>
internal readonly record struct HoldingSpan(long StaffId, int FromDay, int ToDay);

/// <summary>To whom a badge was lent; UTC microseconds, [from, to).</summary>
internal readonly record struct LoanSpan(long StaffId, long FromUs, long ToUs);

/// <summary>A badge, the state it is in since an instant, who held it, and to whom it was lent.</summary>
internal sealed record KnownBadge(long BadgeId, BadgeState State, long StateSinceUs, IReadOnlyList<HoldingSpan> Holdings, IReadOnlyList<LoanSpan> Loans)
{
    /// <summary>Blocked from the instant on: a badge lost today was good yesterday, and yesterday's taps stay judged.</summary>
    public bool IsBlocked(long atUs) =>
        atUs >= StateSinceUs && State is BadgeState.Lost or BadgeState.Damaged or BadgeState.Returned or BadgeState.Revoked;

    /// <summary>Who held it on this day; 0 for nobody.</summary>
    public long Holder(int day)
    {
        foreach (var span in Holdings)
            if (span.FromDay <= day && day <= span.ToDay) return span.StaffId;
        return 0;
    }

    /// <summary>To whom it was lent at this instant; 0 for nobody.</summary>
    public long Borrower(long atUs)
    {
        foreach (var loan in Loans)
            if (loan.FromUs <= atUs && atUs < loan.ToUs) return loan.StaffId;
        return 0;
    }
}

/// <summary>All badges of one agency by their hashes. Immutable and thread-safe.</summary>
internal sealed class BadgeDirectory(IReadOnlyDictionary<BadgeKey, IReadOnlyList<KnownBadge>> badges)
{
    /// <summary>
    /// Who tapped. The first level, strongest first, that any badge has decides: what a stronger level says is not
    /// overruled by a weaker one, which other badges may share.
    /// </summary>
    public BadgeMatch Match(ReadOnlySpan<BadgeKey> keys, int day, long atUs)
    {
        foreach (var key in keys)
            if (badges.TryGetValue(key, out var candidates)) return Choose(candidates, day, atUs);
        return new BadgeMatch(BadgeOutcome.Unknown, 0, 0);
    }

    private static BadgeMatch Choose(IReadOnlyList<KnownBadge> candidates, int day, long atUs)
    {
        long person = 0, blocked = 0;
        var lent = false;
        foreach (var badge in candidates)
        {
            if (badge.IsBlocked(atUs))
            {
                blocked = badge.BadgeId;
                continue;
            }

            var borrower = badge.Borrower(atUs);
            var holder = borrower != 0 ? borrower : badge.Holder(day);
            if (holder == 0 || holder == person) continue;
            if (person != 0) return new BadgeMatch(BadgeOutcome.Ambiguous, 0, 0);
            (person, lent) = (holder, borrower != 0);
        }

        if (person != 0) return new BadgeMatch(BadgeOutcome.Person, person, 0, lent);
        return blocked != 0 ? new BadgeMatch(BadgeOutcome.Blocked, 0, blocked) : new BadgeMatch(BadgeOutcome.Unknown, 0, 0);
    }
}
