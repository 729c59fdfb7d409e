using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KyCuong.Server.Store;

/// <summary>What an agency may switch on at its gates: keys of <c>policy.gate</c> in an apply file.</summary>
internal enum GateSetting
{
    /// <summary>discreet: the same neutral answer for everyone, no lateness shown.</summary>
    Discreet,

    /// <summary>speak: results are spoken as well.</summary>
    Speak,

    /// <summary>monthCount: after a late arrival the count of the month's is shown.</summary>
    MonthCount,

    /// <summary>directionButtons: in or out is said by two large buttons.</summary>
    DirectionButtons,

    /// <summary>staffCodeEntry: who forgot the badge may enter staff code and PIN.</summary>
    StaffCodeEntry,
}

/// <summary>
/// The policy of an agency's gates, kept in <see cref="Rows.AgencyRow.Policy"/> as it stands in an apply file; what is not there is off.
/// Immutable.
/// </summary>
internal sealed class GatePolicy
{
    private readonly ImmutableHashSet<GateSetting> _on;

    private GatePolicy(ImmutableHashSet<GateSetting> on) => _on = on;

    /// <summary>What <see cref="ToJson"/> wrote, or <c>{}</c>.</summary>
    /// <exception cref="FormatException">The stored text is damaged.</exception>
    public static GatePolicy Parse(string json)
    {
        try
        {
            var gate = JsonNode.Parse(json)!.AsObject()["gate"]?.AsObject();
            return new GatePolicy([.. Enum.GetValues<GateSetting>().Where(setting => gate?[Key(setting)]?.GetValue<bool>() == true)]);
        }
        catch (Exception damage) when (damage is JsonException or InvalidOperationException)
        {
            throw new FormatException($"The stored policy {json} is damaged.", damage);
        }
    }

    /// <summary>The key of a setting.</summary>
    public static string Key(GateSetting setting) => JsonNamingPolicy.CamelCase.ConvertName(setting.ToString());

    /// <summary>Whether a setting is on.</summary>
    public bool Is(GateSetting setting) => _on.Contains(setting);

    /// <summary>The same with one setting on or off.</summary>
    public GatePolicy With(GateSetting setting, bool on) => new(on ? _on.Add(setting) : _on.Remove(setting));

    /// <summary>In one canonical spelling: equal policies give equal text.</summary>
    public string ToJson()
    {
        var gate = new JsonObject(_on.Order().Select(setting => KeyValuePair.Create(Key(setting), (JsonNode?)JsonValue.Create(true))));
        return (gate.Count == 0 ? [] : new JsonObject { ["gate"] = gate }).ToJsonString();
    }
}
