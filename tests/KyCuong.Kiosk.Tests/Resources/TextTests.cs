using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Text;
using KyCuong.Kiosk.Resources;

namespace KyCuong.Kiosk.Tests.Resources;

public sealed class TextTests
{
    private static readonly Type[] Classes =
        [typeof(Text), typeof(CommandText), typeof(ConfigurationText), typeof(EnrolmentText), typeof(IdentifyText), typeof(JournalText), typeof(PluggedText), typeof(ScreenText), typeof(StatusText), typeof(TransportText)];

    public static IEnumerable<object[]> Members => Classes.SelectMany(Named, (type, member) => new object[] { type, member.Name });

    private static IEnumerable<MemberInfo> Named(Type type) => type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(member => member is PropertyInfo or MethodInfo { IsSpecialName: false });

    [Theory]
    [MemberData(nameof(Members))]
    public void Each_sentence_is_there_and_shows_all_it_is_told(Type type, string name)
    {
        if (type.GetProperty(name) is { } property)
        {
            Assert.NotEmpty((string)property.GetValue(null)!);
            return;
        }

        var method = type.GetMethod(name)!;
        var values = method.GetParameters().Select((parameter, i) => parameter.ParameterType == typeof(string)
            ? $"<{parameter.Name}>" : Convert.ChangeType(7001 + i, parameter.ParameterType, CultureInfo.InvariantCulture)).ToArray();
        var text = (string)method.Invoke(null, values)!;
        Assert.All(values, value => Assert.Contains(Convert.ToString(value, CultureInfo.InvariantCulture)!, text, StringComparison.Ordinal));
        Assert.DoesNotMatch(@"\{\d", text);
    }

    [Fact]
    public void No_sentence_is_left_that_nobody_says_and_each_is_one_line_of_composed_letters()
    {
        foreach (var type in Classes)
        {
            using var set = new ResourceManager(type).GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!;
            var texts = set.Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);
            Assert.Equal(Named(type).Select(member => member.Name).Order(StringComparer.Ordinal), texts.Keys.Order(StringComparer.Ordinal));
            Assert.All(texts.Values, text => Assert.True(text.IsNormalized(NormalizationForm.FormC) && !text.Contains('\n', StringComparison.Ordinal), text));
        }
    }
}
