using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Resources;
using KyCuong.Kiosk.Taps;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Agent;

/// <summary>A reader in a status report.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Port">Its address.</param>
/// <param name="Protocol">What it speaks.</param>
/// <param name="Direction"><c>in</c>, <c>out</c> or <c>none</c>.</param>
/// <param name="State"><c>stopped</c> (the agent does not run), <c>opening</c>, <c>working</c> or <c>fault</c>.</param>
/// <param name="Fault">What is wrong, in state <c>fault</c>; else null.</param>
public sealed record StatusReader(string Id, string Port, string Protocol, string Direction, string State, FaultCode? Fault);

/// <summary>Entries that this kiosk's disk lost, both ends included.</summary>
/// <param name="Epoch">The epoch's name, 32 hex digits.</param>
/// <param name="FirstSequence">The first.</param>
/// <param name="LastSequence">The last.</param>
public sealed record StatusLost(string Epoch, ulong FirstSequence, ulong LastSequence);

/// <summary>What <c>status</c> prints: how this kiosk stands. Immutable.</summary>
public sealed record StatusReport(
    bool Running, bool Linked, string Server, string Agency, string Kiosk, string KioskName, DateTimeOffset CertificateEnd, string? Retired,
    string Epoch, ulong FirstSequence, ulong LastSequence, ulong AckedSequence, ulong Unsent, string? OutOfService, IReadOnlyList<StatusReader> Readers)
{
    /// <summary>Badges that readers could not tell apart within the last day; empty when the agent does not run.</summary>
    public IReadOnlyList<AmbiguousRead> Ambiguous { get; init; } = [];

    /// <summary>Entries that this disk lost; the server may have them.</summary>
    public IReadOnlyList<StatusLost> Lost { get; init; } = [];

    private static readonly StatusJson Json = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter<FaultCode>(), new JsonStringEnumConverter<CredentialLevel>() },
    });

    /// <summary>A report.</summary>
    /// <param name="identity">Who the kiosk is.</param>
    /// <param name="journal">Its journal.</param>
    /// <param name="conditions">Of running readers; empty when it does not run.</param>
    /// <param name="readers">Configured.</param>
    /// <param name="ambiguous">Badges that readers could not tell apart.</param>
    /// <param name="linked">The link is up.</param>
    /// <param name="running">The agent runs.</param>
    public static StatusReport Of(
        KioskIdentity identity, KioskJournal journal, IReadOnlyList<ReaderCondition> conditions, IReadOnlyList<ReaderSettings> readers,
        IReadOnlyList<AmbiguousRead> ambiguous, bool linked, bool running)
    {
        var current = journal.Current;
        return new StatusReport(
            running, linked, identity.Server.ToString(), identity.AgencyCode, identity.KioskCode, identity.KioskName,
            new DateTimeOffset(identity.Certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero), identity.Retired,
            current.Id.Epoch.ToString("x32", CultureInfo.InvariantCulture), current.First, current.Last, current.Acked, journal.Unsent, journal.OutOfService,
            [.. readers.Select(reader => new StatusReader(
                reader.Id, reader.Address.ToString(), reader.Protocol.Id, ReaderSettingsParser.Format(reader.Direction),
                State(Condition(reader)), Condition(reader)?.Fault))]) 
        {
            Ambiguous = ambiguous,
            Lost = [.. journal.Lost.Select(range => new StatusLost(range.Epoch.ToString("x32", CultureInfo.InvariantCulture), range.First, range.Last))],
        };

        ReaderCondition? Condition(ReaderSettings reader) => conditions.FirstOrDefault(condition => condition.Reader == reader.Id);
    }

    /// <summary>As JSON, UTF-8.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json.StatusReport);

    /// <summary>From <see cref="ToJson"/>; null for anything else.</summary>
    public static StatusReport? FromJson(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Json.StatusReport);
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
        void Line(string name, string value) => text.Append(CultureInfo.InvariantCulture, $"{name,-13}{value}\n");
        Line(StatusText.Kiosk, StatusText.KioskIs(Kiosk, KioskName, Agency));
        Line(StatusText.Server, Server);
        Line(StatusText.State,
            Retired is not null ? StatusText.Retired(Retired) : !Running ? StatusText.NotRunning
            : OutOfService is not null ? StatusText.OutOfService(OutOfService) : Linked ? StatusText.Linked : StatusText.NotLinked);
        Line(StatusText.Certificate, StatusText.CertificateEnds(CertificateEnd.ToString("dd/MM/yyyy HH:mm", CultureInfo.InvariantCulture)));
        Line(StatusText.Journal, LastSequence == 0 ? StatusText.JournalEmpty : StatusText.JournalHas(FirstSequence, LastSequence, Epoch[..8]));
        Line(StatusText.Acknowledged, StatusText.AcknowledgedTo(AckedSequence, Unsent));
        foreach (var range in Lost) Line(StatusText.Lost, StatusText.LostEntries(range.FirstSequence, range.LastSequence, range.Epoch[..8]));
        if (Readers.Count == 0) Line(StatusText.Reader, StatusText.NoReaders);
        foreach (var reader in Readers) Line(StatusText.Reader, StatusText.ReaderIs(reader.Id, reader.Protocol, reader.Port, DirectionWord(reader.Direction), StateWord(reader)));
        foreach (var read in Ambiguous) Line(StatusText.Ambiguous, StatusText.AmbiguousAre(read.Badges, read.Reader, read.Level.ToString()));
        return text.ToString();
    }

    private static string State(ReaderCondition? condition) => condition switch
    {
        null => "stopped",
        { Working: true } => "working",
        { Fault: not null } => "fault",
        _ => "opening",
    };

    private static string DirectionWord(string direction) => direction switch
    {
        "in" => StatusText.DirectionIn,
        "out" => StatusText.DirectionOut,
        _ => StatusText.DirectionBoth,
    };

    private static string StateWord(StatusReader reader) => reader.State switch
    {
        "stopped" => StatusText.NotRunning,
        "working" => StatusText.Working,
        "fault" => StatusText.Fault(FaultText.Of(reader.Fault)),
        _ => StatusText.Opening,
    };
}

/// <summary>The report as JSON without reflection, which a trimmed program does not have.</summary>
[JsonSerializable(typeof(StatusReport))]
internal sealed partial class StatusJson : JsonSerializerContext;
