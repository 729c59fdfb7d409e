using System.Text;

namespace KyCuong.Readers.Tests;

/// <summary>What only the unframed EM-18 needs: after opening, the first bytes may be the tail of a frame.</summary>
public sealed class Em18Tests
{
    [Theory]
    [InlineData(39_999, false)]
    [InlineData(40_000, true)]
    public void Frame_is_taken_only_when_the_line_was_silent_since_it_was_opened(long microseconds, bool read)
    {
        var player = new Player("em-18", ReaderOptions.Default);
        player.Play([new Chunk(microseconds, Encoding.ASCII.GetBytes("0C000621A58E"))]);
        player.Rest();
        Assert.Equal(read ? ["em:0C000621A5"] : ["!BadFrame"], player.Outcomes);
    }
}
