using System.Collections;
using System.Globalization;
using System.Resources;
using KyCuong.Server.Resources;

namespace KyCuong.Server.Tests.Resources;

public sealed class TextTests
{
    [Fact]
    public void A_key_without_a_sentence_is_our_own_mistake_and_throws() =>
        Assert.Throws<MissingManifestResourceException>(() => Text.Get("no.such.key"));

    [Fact]
    public void Places_are_filled_in() =>
        Assert.Equal("Không có cơ quan \"X\"; các cơ quan đang có: A, B.", Text.Get("agency.unknown", "X", "A, B"));

    public static TheoryData<string> Resources()
    {
        var names = new TheoryData<string>();
        foreach (var name in typeof(Text).Assembly.GetManifestResourceNames())
            if (name.EndsWith(".resources", StringComparison.Ordinal)) names.Add(name);
        return names;
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void Every_sentence_is_a_format_that_can_be_filled_in(string resource)
    {
        var values = Enumerable.Range(0, 12).Select(n => (object?)n).ToArray();
        using var stream = typeof(Text).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new ResourceReader(stream);
        foreach (DictionaryEntry entry in reader)
        {
            var text = Assert.IsType<string>(entry.Value);
            Assert.False(string.IsNullOrWhiteSpace(text), $"{resource}: {entry.Key}");
            Assert.NotEqual("", string.Format(CultureInfo.InvariantCulture, text, values));
            Assert.True(text.IsNormalized(), $"{resource}: {entry.Key} is not NFC");
        }
    }
}
