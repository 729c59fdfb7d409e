using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Resources;
using KyCuong.Readers.Cards;

namespace KyCuong.Kiosk.Identify;

/// <summary>What <c>identify</c> prints at its end. Pure.</summary>
public static class IdentifyReport
{
    private const int MostOthers = 5;

    /// <summary>For the operator.</summary>
    public static string ToText(Finding finding)
    {
        var text = new StringBuilder();
        void Say(string line) => text.Append(line).Append('\n');
        var best = finding.Ranking.Best;
        Say(finding.Line is { } line ? IdentifyText.HeardAt(finding.Bytes, line.ToString()) : IdentifyText.Heard(finding.Bytes));
        if (best.Count == 0) SayNobody(finding, Say);
        else if (best.Count == 1) Say(IdentifyText.Best(NameOf(best[0].Candidate), best[0].Candidate.Protocol.Models));
        else Say(IdentifyText.Equal(best.Count));
        foreach (var standing in best)
        {
            if (best.Count > 1) Say(IdentifyText.EqualOne(NameOf(standing.Candidate), standing.Candidate.Protocol.Models));
            Say(IdentifyText.Why(Why(standing)));
            if (finding.Cards.GetValueOrDefault(standing.Candidate) is { } card) Say(IdentifyText.Card(card));
            Say("    " + finding.ConfigurationLine(standing.Candidate));
        }

        if (best.Count > 0) Say(IdentifyText.Write);
        if (best.Count > 1 && best.Any(standing => standing.Candidate.Protocol.Converses)) Say(IdentifyText.AskToTell);
        if (best.Count > 1 && best.Any(standing => standing.Candidate.Format is not null)) Say(IdentifyText.CompareNumbers);
        if (best.Any(standing => standing.Candidate.Protocol.OnBus)) Say(IdentifyText.CardBits(CardBitsNames.Known));
        var others = finding.Ranking.All.Skip(best.Count).Where(standing => best.Count == 0 ? standing.Refused.Count > 0 : standing.Reads > 0).Take(MostOthers).ToList();
        if (others.Count > 0) Say(IdentifyText.Others);
        foreach (var standing in others) Say(IdentifyText.Other(NameOf(standing.Candidate), Why(standing)));
        return text.ToString();
    }

    /// <summary>For other programs.</summary>
    public static string ToJson(Finding finding)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("port", finding.Address.ToString());
            json.WriteString("line", finding.Line?.ToString());
            json.WriteNumber("bytes", finding.Bytes);
            json.WriteString("doubt", finding.Doubt == LineDoubt.None ? null : JsonNamingPolicy.CamelCase.ConvertName(finding.Doubt.ToString()));
            json.WriteStartArray("tryLines");
            foreach (var line in finding.LinesToTry ?? []) json.WriteStringValue(line);
            json.WriteEndArray();
            var best = finding.Ranking.Best;
            json.WriteStartArray("candidates");
            foreach (var standing in finding.Ranking.All.Where(standing => standing.Recognised || standing.Refused.Count > 0))
            {
                json.WriteStartObject();
                json.WriteString("protocol", standing.Candidate.Protocol.Id);
                json.WriteString("format", standing.Candidate.Format is { } format ? CardFormats.NameOf(format) : null);
                json.WriteString("end", ReaderSettingsParser.Format(standing.Candidate.End));
                json.WriteBoolean("best", best.Contains(standing));
                json.WriteNumber("reads", standing.Reads);
                json.WriteNumber("checkedReads", standing.Checked);
                json.WriteBoolean("answered", standing.Answered);
                json.WriteStartObject("refused");
                foreach (var (reason, count) in standing.Refused.OrderBy(refused => refused.Key)) json.WriteNumber(JsonNamingPolicy.CamelCase.ConvertName(reason.ToString()), count);
                json.WriteEndObject();
                json.WriteString("card", finding.Cards.GetValueOrDefault(standing.Candidate));
                json.WritePropertyName("reader");
                if (best.Contains(standing)) json.WriteRawValue(finding.ConfigurationLine(standing.Candidate));
                else json.WriteNullValue();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void SayNobody(Finding finding, Action<string> say)
    {
        if (finding.Bytes == 0) say(IdentifyText.Silent);
        else if (finding.Ranking.All.Any(standing => standing.Recognised)) say(IdentifyText.NoCard);
        else if (finding.LinesToTry is { } lines) say((finding.Doubt == LineDoubt.Speed ? IdentifyText.WrongSpeed(string.Join(", ", lines)) : IdentifyText.WrongParity(string.Join(", ", lines))));
        else say(IdentifyText.NotUnderstood);
    }

    private static string NameOf(Candidate candidate) =>
        candidate.Format is { } format ? $"{candidate.Protocol.Id} {CardFormats.NameOf(format)}" : candidate.Protocol.Id;

    private static string Why(Standing standing)
    {
        var parts = new List<string>();
        if (standing.Answered) parts.Add(IdentifyText.Answered);
        if (standing.Reads > 0 && standing.Checked == standing.Reads) parts.Add(IdentifyText.ReadsChecked(standing.Reads));
        else if (standing.Reads > 0) parts.Add(IdentifyText.ReadsUnchecked(standing.Reads));
        if (standing.Understood > 0) parts.Add(IdentifyText.Understood(standing.Understood));
        if (standing.Garbage > 0) parts.Add(IdentifyText.Garbage(standing.Garbage));
        return string.Join("; ", parts);
    }
}
