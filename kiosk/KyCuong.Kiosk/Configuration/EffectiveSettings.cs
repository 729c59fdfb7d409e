using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using KyCuong.Kiosk.Devices;
using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Screen;
using KyCuong.Protos;
using KyCuong.Readers;
using KyCuong.Readers.Cards;

namespace KyCuong.Kiosk.Configuration;

/// <summary>The settings in force, as <c>--check-config</c> prints them and the journal hashes them. Secrets are masked. Pure.</summary>
public static class EffectiveSettings
{
    private static readonly JsonWriterOptions Layout = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The settings as JSON.</summary>
    /// <param name="readers">In force.</param>
    /// <param name="options">The kiosk's own settings; its readers are left to <paramref name="readers"/>.</param>
    /// <param name="gate">In force.</param>
    /// <param name="identity">Null before enrolment.</param>
    public static string Print(IReadOnlyList<ReaderSettings> readers, KioskOptions options, GatePolicy gate, KioskIdentity? identity)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Layout))
        {
            json.WriteStartObject();
            if (identity is not null) Write(json, identity);
            json.WriteStartArray("readers");
            foreach (var reader in readers) Write(json, reader);
            json.WriteEndArray();
            json.WriteStartArray("devices");
            foreach (var device in options.Devices) json.WriteStringValue(DeviceSettingsParser.NameOf(device));
            json.WriteEndArray();
            Write(json, options.Screen);
            Write(json, options.Limits);
            Write(json, gate);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>SHA-256 of what <see cref="Print"/> gives.</summary>
    public static Digest Hash(IReadOnlyList<ReaderSettings> readers, KioskOptions options, GatePolicy gate, KioskIdentity identity) =>
        Digest.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(Print(readers, options, gate, identity))));

    private static void Write(Utf8JsonWriter json, KioskIdentity identity)
    {
        json.WriteStartObject("identity");
        json.WriteString("server", identity.Server.ToString());
        json.WriteString("agency", identity.AgencyCode);
        json.WriteString("kiosk", identity.KioskCode);
        json.WriteNumber("kioskId", identity.KioskId);
        json.WriteString("timeZone", identity.TimeZone);
        json.WriteStartObject("badgeKeys");
        foreach (var key in identity.BadgeKeys) json.WriteString(key.KeyId.ToString(System.Globalization.CultureInfo.InvariantCulture), "***");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReaderSettings reader)
    {
        json.WriteStartObject();
        json.WriteString("id", reader.Id);
        json.WriteString("port", reader.Address.ToString());
        json.WriteString("protocol", reader.Protocol.Id);
        json.WriteString("direction", ReaderSettingsParser.Format(reader.Direction));
        if (reader.Address.HasLine) json.WriteString("line", reader.Line.ToString());
        json.WriteString("hold", Duration.Format(reader.Hold ?? reader.Protocol.Hold));
        if (reader.Driver.Silence is { } silence) json.WriteString("silence", Duration.Format(silence));
        if (reader.Protocol.OnBus)
        {
            json.WriteString("card", CardBitsNames.NameOf(reader.Driver.Card));
            json.WriteNumber("address", reader.Driver.Address);
        }

        if (reader.Protocol.Formats.Count > 0 && (!reader.Protocol.OnBus || reader.Driver.Format != CardFormat.BadgeCode)) json.WriteString("format", CardFormats.NameOf(reader.Driver.Format));
        if (reader.Protocol.Port == ReaderPort.Serial) json.WriteString("end", ReaderSettingsParser.Format(reader.Driver.End));
        if (reader.Protocol.Port != ReaderPort.SmartCard) json.WriteString("aim", ReaderSettingsParser.Format(reader.Driver.Aim));
        if (reader.Driver.Prefix.Length > 0) json.WriteString("prefix", reader.Driver.Prefix);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ScreenOptions screen)
    {
        json.WriteStartObject("screen");
        json.WriteNumber("port", screen.Port);
        json.WriteString("show", Duration.Format(screen.Show));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, KioskLimits limits)
    {
        json.WriteStartObject("limits");
        json.WriteString("retryFirst", Duration.Format(limits.RetryFirst));
        json.WriteString("retryLongest", Duration.Format(limits.RetryLongest));
        json.WriteString("retryRefused", Duration.Format(limits.RetryRefused));
        json.WriteString("connect", Duration.Format(limits.Connect));
        json.WriteString("acknowledgement", Duration.Format(limits.Acknowledgement));
        json.WriteString("clockProbe", Duration.Format(limits.ClockProbe));
        json.WriteString("health", Duration.Format(limits.Health));
        json.WriteString("stopFlush", Duration.Format(limits.StopFlush));
        json.WriteNumber("tapsPerReaderMinute", limits.TapsPerReaderMinute);
        json.WriteNumber("journalMegabytes", limits.JournalBytes / (1024 * 1024));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, GatePolicy gate)
    {
        json.WriteStartObject("gate");
        json.WriteBoolean("discreet", gate.Discreet);
        json.WriteBoolean("speak", gate.Speak);
        json.WriteBoolean("monthCount", gate.MonthCount);
        json.WriteBoolean("directionButtons", gate.DirectionButtons);
        json.WriteBoolean("staffCodeEntry", gate.StaffCodeEntry);
        json.WriteEndObject();
    }
}
