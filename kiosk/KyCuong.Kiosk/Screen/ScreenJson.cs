using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace KyCuong.Kiosk.Screen;

/// <summary>What goes to the page as JSON, without reflection.</summary>
[JsonSerializable(typeof(Panel))]
[JsonSerializable(typeof(ScreenState))]
[JsonSerializable(typeof(PanelNote))]
[JsonSerializable(typeof(Tick))]
[JsonSerializable(typeof(StaffCodeForm))]
[JsonSerializable(typeof(StaffCodeAnswer))]
internal sealed partial class ScreenJson : JsonSerializerContext
{
    /// <summary>Vietnamese as it is: the text goes over a stream, never into markup.</summary>
    public static ScreenJson Plain { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter<Tone>(), new JsonStringEnumConverter<Sound>() },
    });
}

/// <summary>A line that comes after its panel, which may be gone by then.</summary>
/// <param name="Id">Of the panel.</param>
/// <param name="Text">The line.</param>
internal sealed record PanelNote(long Id, string Text);

/// <summary>The kiosk's clock, and the sign that it lives.</summary>
/// <param name="NowMs">Milliseconds since 1970, as well as the kiosk knows them.</param>
/// <param name="Page">Which page the agent has; another than the one shown is loaded anew.</param>
internal sealed record Tick(long NowMs, string Page);
