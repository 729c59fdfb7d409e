using System.Text;
using KyCuong.Readers;
using KyCuong.Readers.Tests;

namespace KyCuong.Kiosk.Tests.Capture;

/// <summary>A captured session as the drivers' tests would have it: vectors, each played and compared with what it says of itself.</summary>
internal sealed class CapturedFile
{
    public CapturedFile(string path, string reader)
    {
        Text = File.ReadAllText(path);
        var file = VectorFile.At(path, reader);
        Vectors = file.Vectors;
        foreach (var vector in Vectors)
        {
            // What the reader answered is in the vector, or in the file's answers.
            var player = new Player(reader, vector.Options, answers: file.Answers);
            player.Play(vector.Chunks);
            player.Rest();
            Assert.Equal(vector.Expected, player.Outcomes);
            Outcomes.AddRange(player.Outcomes);
        }
    }

    public string Text { get; }

    public IReadOnlyList<Vector> Vectors { get; }

    public List<string> Outcomes { get; } = [];

    /// <summary>The reads, each as its kind and the place at which its card first came: <c>em:0 em:0 em:1</c>.</summary>
    public string Pattern => PatternOf(Outcomes.Where(Outcome.IsRead));

    public static string PatternOf(IEnumerable<string> reads)
    {
        var seen = new List<string>();
        var words = new List<string>();
        foreach (var read in reads)
        {
            if (!seen.Contains(read)) seen.Add(read);
            words.Add($"{read[..(read.IndexOf(':', StringComparison.Ordinal) + 1)]}{seen.IndexOf(read)}");
        }

        return string.Join(' ', words);
    }

    /// <summary>Nothing of the text stands in the file: as text, as hex, in what the vectors hold, in any case.</summary>
    public void AssertWithout(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        var held = string.Concat(Vectors.Select(vector => Encoding.Latin1.GetString(vector.Bytes) + "\n"));
        var bare = string.Concat(Text.Where(c => c != ' '));
        foreach (var spelling in (string[])[secret, new string([.. secret.Reverse()])])
        {
            Assert.DoesNotContain(spelling, Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(spelling, held, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(spelling, bare, StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotContain(Convert.ToHexString(bytes), bare, StringComparison.OrdinalIgnoreCase);
        if (secret.Length % 2 == 0 && secret.All(char.IsAsciiHexDigit))
            Assert.DoesNotContain(Encoding.Latin1.GetString(Convert.FromHexString(secret)), held, StringComparison.Ordinal);
    }

    /// <summary>Nothing of this card in any spelling that a driver knows.</summary>
    public void AssertWithout(RawRead card)
    {
        if (card.Form == CredentialForm.BadgeCode)
        {
            AssertWithout(Encoding.ASCII.GetString(card.Value.Span)["KC1:".Length..]);
            return;
        }

        AssertWithout(Convert.ToHexString(card.Value.Span));
        foreach (var format in Enum.GetValues<KyCuong.Readers.Cards.CardFormat>().Where(format => ReaderCatalog.All.Any(p => p.Formats.Contains(format)) && Fits(format, card.Value.Length)))
            foreach (var spelling in Kiosk.Capture.Spelling.All(card.Form, card.Value.Span, new ReaderOptions { Format = format }))
                AssertWithout(spelling);
    }

    // A pair has two bytes behind; a value of ten bytes is no number.
    private static bool Fits(KyCuong.Readers.Cards.CardFormat format, int length) => length is > 2 and <= 8 || format is KyCuong.Readers.Cards.CardFormat.UidHex or KyCuong.Readers.Cards.CardFormat.UidHexReversed;
}
