using System.Text.Json;

namespace KyCuong.Server.Formats;

/// <summary>Problems for programs: an array <c>problems</c> of line, place, value and reason.</summary>
internal static class ProblemJson
{
    /// <summary>Writes the property into an open object.</summary>
    public static void Write(Utf8JsonWriter json, ProblemList problems)
    {
        json.WriteStartArray("problems");
        foreach (var problem in problems.Kept)
        {
            json.WriteStartObject();
            json.WriteNumber("line", problem.Line);
            json.WriteString("place", problem.Place);
            json.WriteString("value", problem.Value);
            json.WriteString("reason", problem.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
