using System.Buffers;
using System.Text;
using System.Text.Json;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Resources;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Plugged;

/// <summary>What <c>readers</c> prints: each device by its stable name, what it may be, and whether it is in the settings. Pure.</summary>
public static class PluggedReport
{
    /// <summary>For the operator.</summary>
    public static string ToText(IReadOnlyList<PluggedDevice> devices, IReadOnlyList<ReaderSettings> configured)
    {
        var text = new StringBuilder();
        if (devices.Count == 0) text.Append(PluggedText.Nothing).Append('\n');
        foreach (var device in devices)
        {
            var suggestion = ReaderSuggestion.Of(device);
            text.Append(device.Port).Append('\n').Append("    ");
            text.Append(IdOf(device, configured) is { } id ? PluggedText.Configured(id) : Words(suggestion));
            if (!device.ById) text.Append(' ').Append(PluggedText.BySocket);
            text.Append('\n');
        }

        foreach (var missing in configured.Where(reader => !devices.Any(device => Leads(reader, device)) && reader.Address.ToString() is var port && !port.StartsWith("tcp:", StringComparison.Ordinal)))
            text.Append(PluggedText.Missing(missing.Id, missing.Address.ToString())).Append('\n');
        return text.ToString();
    }

    /// <summary>For other programs.</summary>
    public static string ToJson(IReadOnlyList<PluggedDevice> devices, IReadOnlyList<ReaderSettings> configured)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var device in devices)
            {
                var suggestion = ReaderSuggestion.Of(device);
                json.WriteStartObject();
                json.WriteString("port", device.Port);
                json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(suggestion.Kind.ToString()));
                json.WriteStartArray("protocols");
                foreach (var protocol in suggestion.Protocols) json.WriteStringValue(protocol);
                json.WriteEndArray();
                json.WriteString("reader", IdOf(device, configured));
                json.WriteBoolean("bySocket", !device.ById);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static string? IdOf(PluggedDevice device, IReadOnlyList<ReaderSettings> configured) =>
        configured.FirstOrDefault(reader => Leads(reader, device))?.Id;

    // By the name it is listed under: the configuration may have more of it, or less.
    private static bool Leads(ReaderSettings reader, PluggedDevice device) =>
        reader.Address.LeadsTo(device.Kind == ReaderPort.SmartCard ? new ReaderAddress.Pcsc(device.Name).ToString() : device.Port);

    private static string Words(ReaderSuggestion suggestion) => suggestion.Kind switch
    {
        SuggestionKind.Reader => PluggedText.Reader(string.Join(", ", suggestion.Protocols)),
        SuggestionKind.SerialAdapter => PluggedText.SerialAdapter(string.Join(", ", suggestion.Protocols)),
        SuggestionKind.HumanKeyboard => PluggedText.HumanKeyboard,
        SuggestionKind.MayBeReader => PluggedText.MayBeReader(string.Join(", ", suggestion.Protocols)),
        SuggestionKind.NoBadges => PluggedText.NoBadges,
        SuggestionKind.Unknown => PluggedText.Unknown(string.Join(", ", suggestion.Protocols)),
        _ => throw new InvalidOperationException($"No such suggestion: {suggestion.Kind}."),
    };
}
