using System.Net;
using System.Text.Json;
using KyCuong.Server.Cli;
using KyCuong.Server.Store;

namespace KyCuong.Server.Serve;

/// <summary>
/// Reads <c>server.json</c>: a JSON object, comments allowed, every key optional, no other keys. A key nobody knows is
/// refused: a mistyped setting that is silently ignored is found on the day it matters. Pure.
/// </summary>
internal static class ServerSettingsFile
{
    /// <summary>The file's name in the data directory.</summary>
    public const string Name = "server.json";

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The settings in a file's content on top of <paramref name="defaults"/>.</summary>
    /// <exception cref="CommandException">No JSON object, an unknown key, or a value of the wrong kind; the message names file, key and value.</exception>
    public static ServerOptions Read(string path, ReadOnlyMemory<byte> content, ServerOptions defaults)
    {
        try
        {
            using var document = JsonDocument.Parse(content, Lenient);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw Wrong(ServeText.Get("settings.noObject", path));
            var options = defaults;
            foreach (var setting in document.RootElement.EnumerateObject())
            {
                options = setting.Name switch
                {
                    "kioskPort" => options with { KioskPort = Number(path, setting) },
                    "listen" => options with { Listen = Address(path, setting) },
                    "kioskConnections" => options with { KioskConnections = Number(path, setting) },
                    "stopTimeout" => options with { StopTimeout = Span(path, setting) },
                    "storage" => options with { Store = Storage(path, setting, options.Store) },
                    _ => throw Wrong(ServeText.Get("settings.unknown", path, setting.Name, "kioskPort, listen, kioskConnections, stopTimeout, storage")),
                };
            }

            return options;
        }
        catch (JsonException problem)
        {
            throw Wrong(ServeText.Get("settings.noJson", path, (problem.LineNumber ?? 0) + 1, (problem.BytePositionInLine ?? 0) + 1));
        }
    }

    private static StoreOptions Storage(string path, JsonProperty storage, StoreOptions options)
    {
        const string example = """{ "provider": "postgres", "connectionString": "Host=/var/run/postgresql;Database=kycuong" }""";
        // The value is not shown: it may hold a password.
        if (storage.Value.ValueKind != JsonValueKind.Object) throw Wrong(ServeText.Get("settings.value", path, storage.Name, "…", example));
        foreach (var setting in storage.Value.EnumerateObject())
        {
            options = setting.Name switch
            {
                "provider" => options with { Kind = Provider(path, setting) },
                "connectionString" => setting.Value.ValueKind == JsonValueKind.String
                    ? options with { ConnectionString = setting.Value.GetString()! }
                    : throw Wrong(ServeText.Get("settings.value", path, "storage.connectionString", "…", "\"Host=/var/run/postgresql;Database=kycuong\"")),
                _ => throw Wrong(ServeText.Get("settings.unknown", path, "storage." + setting.Name, "storage.provider, storage.connectionString")),
            };
        }

        return options;
    }

    private static StoreKind Provider(string path, JsonProperty setting) => setting.Value.ValueKind != JsonValueKind.String ? throw WrongValue(path, setting, "\"postgres\"") : setting.Value.GetString() switch
    {
        "sqlite" => StoreKind.Sqlite,
        "postgres" => StoreKind.Postgres,
        _ => throw WrongValue(path, setting, "\"sqlite\", \"postgres\""),
    };

    private static int Number(string path, JsonProperty setting) =>
        setting.Value.ValueKind == JsonValueKind.Number && setting.Value.TryGetInt32(out var number) ? number : throw WrongValue(path, setting, "7443");

    private static IPAddress Address(string path, JsonProperty setting) =>
        setting.Value.ValueKind == JsonValueKind.String && IPAddress.TryParse(setting.Value.GetString(), out var address)
            ? address : throw WrongValue(path, setting, "\"0.0.0.0\"");

    private static TimeSpan Span(string path, JsonProperty setting) =>
        setting.Value.ValueKind == JsonValueKind.String
        && TimeSpan.TryParseExact(setting.Value.GetString(), "c", System.Globalization.CultureInfo.InvariantCulture, out var span)
            ? span : throw WrongValue(path, setting, "\"00:00:10\"");

    private static CommandException WrongValue(string path, JsonProperty setting, string example) =>
        Wrong(ServeText.Get("settings.value", path, setting.Name, setting.Value.GetRawText(), example));

    private static CommandException Wrong(string message) => new(message) { ExitCode = 2 };
}
