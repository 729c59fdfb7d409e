using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using KyCuong.Protos.V1;

namespace KyCuong.Protos.Tests;

/// <summary>Bytes captured at each release decode for ever, to the same values, and are written again alike.</summary>
public sealed class WireTests
{
    private static readonly Dictionary<string, MessageDescriptor> Messages =
        new[] { EnrolmentReflection.Descriptor, JournalReflection.Descriptor, RosterReflection.Descriptor, KioskLinkReflection.Descriptor, ReportingReflection.Descriptor }
            .SelectMany(file => file.MessageTypes).ToDictionary(message => message.Name);

    public static TheoryData<string, string, string> Captured()
    {
        var data = new TheoryData<string, string, string>();
        // A message that did not change stands in the captures of several releases with the same bytes.
        var captured = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "vectors"), "wire-*.txt").SelectMany(file => Vectors.Read(Path.GetFileName(file)));
        foreach (var fields in captured.DistinctBy(fields => (fields[0], fields[1], fields[2]))) data.Add(fields[0], fields[1], fields[2]);
        return data;
    }

    [Theory]
    [MemberData(nameof(Captured))]
    public void Captured_message_decodes_to_its_values(string name, string hex, string json)
    {
        var message = Messages[name].Parser.ParseFrom(Convert.FromHexString(hex));
        using var expected = JsonDocument.Parse(json);
        using var found = JsonDocument.Parse(JsonFormatter.Default.Format(message));
        Assert.True(JsonElement.DeepEquals(expected.RootElement, found.RootElement), found.RootElement.ToString());
        Assert.Equal(hex, Convert.ToHexStringLower(message.ToByteArray()));
    }

    [Fact]
    public void Every_message_of_the_services_and_every_field_is_captured()
    {
        var seen = new HashSet<string>();
        foreach (var row in Captured())
        {
            var fields = (object[])row;
            Look(Messages[(string)fields[0]].Parser.ParseFrom(Convert.FromHexString((string)fields[1])));
        }

        // A false flag and an open end look like absence on the wire.
        string[] neverOnTheWire = ["RosterBadge.valid_to_us", "ShiftResult.unscheduled", "ReaderHealth.fault"];
        var missing = Messages.Values.SelectMany(message => message.Fields.InDeclarationOrder()).Select(Name).Except(seen).Except(neverOnTheWire);
        Assert.Empty(missing);

        void Look(IMessage message)
        {
            foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
            {
                var value = field.Accessor.GetValue(message);
                if (field.IsMap)
                {
                    if (((System.Collections.IDictionary)value).Count > 0) seen.Add(Name(field));
                }
                else if (field.IsRepeated)
                {
                    foreach (var item in (System.Collections.IList)value)
                    {
                        seen.Add(Name(field));
                        if (item is IMessage inner) Look(inner);
                    }
                }
                else if (value is IMessage inner)
                {
                    seen.Add(Name(field));
                    Look(inner);
                }
                else if (value is not null && !IsDefault(value))
                {
                    seen.Add(Name(field));
                }
            }
        }
    }

    private static string Name(FieldDescriptor field) => $"{field.ContainingType.Name}.{field.Name}";

    private static bool IsDefault(object value) => value switch
    {
        string text => text.Length == 0,
        ByteString bytes => bytes.IsEmpty,
        bool flag => !flag,
        Enum number => Convert.ToInt32(number, null) == 0,
        _ => Convert.ToDecimal(value, null) == 0,
    };
}
