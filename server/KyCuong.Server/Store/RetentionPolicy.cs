using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using KyCuong.Server.Store.Erasures;

namespace KyCuong.Server.Store;

/// <summary>
/// How long an agency keeps what, in days, kept in <see cref="Rows.AgencyRow.Policy"/> as it stands in an apply file
/// (<c>policy.retention</c>); what is not there has the default. Immutable.
/// </summary>
internal sealed class RetentionPolicy
{
    /// <summary>Longest period, days: a century.</summary>
    public const int Longest = 36_525;

    /// <summary>
    /// Kinds with their defaults and shortest periods. Taps, leave and explanations are what the month's sheets are made of, which are kept as
    /// long as payroll's vouchers, ten years; a person who left may still be asked about the years before.
    /// </summary>
    public static readonly IReadOnlyList<(string Kind, int Default, int Shortest)> Kinds =
    [
        (ErasureKind.UnknownTaps, 60, 1),
        (ErasureKind.Photos, 30, 0),
        (ErasureKind.Pins, 0, 0),
        (ErasureKind.Leave, 3_650, 90),
        (ErasureKind.Explanations, 3_650, 90),
        (ErasureKind.Taps, 3_650, 90),
        (ErasureKind.Person, 730, 0),
    ];

    private readonly ImmutableSortedDictionary<string, int> _days;

    private RetentionPolicy(ImmutableSortedDictionary<string, int> days) => _days = days;

    /// <summary>What <see cref="AddTo"/> wrote, or <c>{}</c>.</summary>
    /// <exception cref="FormatException">The stored text is damaged.</exception>
    public static RetentionPolicy Parse(string json)
    {
        try
        {
            var stored = JsonNode.Parse(json)!.AsObject()["retention"]?.AsObject();
            var days = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
            foreach (var (kind, _, _) in Kinds)
                if (stored?[Key(kind)] is { } value) days[kind] = value.GetValue<int>();
            return new RetentionPolicy(days.ToImmutable());
        }
        catch (Exception damage) when (damage is JsonException or InvalidOperationException or FormatException)
        {
            throw new FormatException($"The stored policy {json} is damaged.", damage);
        }
    }

    /// <summary>The key of a kind's period in an apply file.</summary>
    public static string Key(string kind) => kind + "Days";

    /// <summary>Days that a kind is kept.</summary>
    public int Days(string kind) => _days.TryGetValue(kind, out var days) ? days : Kinds.First(one => one.Kind == kind).Default;

    /// <summary>The same with another period.</summary>
    public RetentionPolicy With(string kind, int days) => new(_days.SetItem(kind, days));

    /// <summary>Adds it to the rest of the policy, in one canonical spelling.</summary>
    public string AddTo(string policy)
    {
        if (_days.Count == 0) return policy;
        var all = JsonNode.Parse(policy)!.AsObject();
        all["retention"] = new JsonObject(_days.Select(period => KeyValuePair.Create(Key(period.Key), (JsonNode?)JsonValue.Create(period.Value))));
        return all.ToJsonString();
    }
}
