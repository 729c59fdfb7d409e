using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Taps;

namespace KyCuong.Kiosk.Agent;

/// <summary>A reader in a status report.</summary>
public sealed record StatusReader(string Id, string Port, string Protocol, string Direction, string State);

/// <summary>What <c>status</c> prints: how this kiosk stands. Immutable.</summary>
public sealed record StatusReport(
    bool Running, bool Linked, string Server, string Agency, string Kiosk, string KioskName, DateTimeOffset CertificateEnd, string? Retired,
    string Epoch, ulong FirstSequence, ulong LastSequence, ulong AckedSequence, ulong Unsent, string? OutOfService, IReadOnlyList<StatusReader> Readers)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A report.</summary>
    /// <param name="identity">Who the kiosk is.</param>
    /// <param name="journal">Its journal.</param>
    /// <param name="conditions">Of running readers; empty when it does not run.</param>
    /// <param name="readers">Configured.</param>
    /// <param name="linked">The link is up.</param>
    /// <param name="running">The agent runs.</param>
    public static StatusReport Of(
        KioskIdentity identity, KioskJournal journal, IReadOnlyList<ReaderCondition> conditions, IReadOnlyList<ReaderSettings> readers, bool linked, bool running)
    {
        var current = journal.Current;
        return new StatusReport(
            running, linked, identity.Server.ToString(), identity.AgencyCode, identity.KioskCode, identity.KioskName,
            new DateTimeOffset(identity.Certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero), identity.Retired,
            current.Id.Epoch.ToString("x32", CultureInfo.InvariantCulture), current.First, current.Last, current.Acked, journal.Unsent, journal.OutOfService,
            [.. readers.Select(reader => new StatusReader(
                reader.Id, reader.Address.ToString(), reader.Protocol.Id, ReaderSettingsParser.Format(reader.Direction),
                State(conditions.FirstOrDefault(condition => condition.Reader == reader.Id))))]);
    }

    /// <summary>As JSON, UTF-8.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>From <see cref="ToJson"/>; null for anything else.</summary>
    public static StatusReport? FromJson(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<StatusReport>(json, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>As lines for people.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        void Line(string name, string value) => text.Append(CultureInfo.InvariantCulture, $"{name,-14}{value}\n");
        Line("kiosk", $"{Kiosk} ({KioskName}), agency {Agency}");
        Line("server", Server);
        Line("state", Retired is not null ? $"retired: {Retired}" : !Running ? "not running" : OutOfService is not null ? $"OUT OF SERVICE: {OutOfService}" : Linked ? "running, linked" : "running, not linked");
        Line("certificate", $"until {CertificateEnd:yyyy-MM-dd HH:mm} UTC");
        Line("journal", LastSequence == 0 ? "empty" : $"entries {FirstSequence} to {LastSequence}, epoch {Epoch[..8]}…");
        Line("acknowledged", $"up to {AckedSequence}; {Unsent} unsent");
        if (Readers.Count == 0) Line("readers", "none configured");
        foreach (var reader in Readers) Line("reader", $"{reader.Id}: {reader.Protocol} at {reader.Port}, direction {reader.Direction}, {reader.State}");
        return text.ToString();
    }

    private static string State(ReaderCondition? condition) => condition switch
    {
        null => "not running",
        { Working: true } => "working",
        { Fault: { } fault } => $"fault: {fault}",
        _ => "opening",
    };
}
