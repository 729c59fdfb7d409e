namespace KyCuong.Readers.Tests;

public sealed class PresenceTests
{
    private static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(400);

    [Fact]
    public void Card_held_for_an_hour_is_one_tap()
    {
        var presence = new Presence(Hold);
        var taps = Enumerable.Range(0, 55_000).Count(i => presence.IsTap(Tag(1, i * 65)));
        Assert.Equal(1, taps);
    }

    [Theory]
    [InlineData(399, false)]
    [InlineData(400, true)]
    [InlineData(401, true)]
    public void Presence_ends_when_the_hold_has_passed_without_a_frame(int silenceMs, bool tap)
    {
        var presence = new Presence(Hold);
        Assert.True(presence.IsTap(Tag(1, 0)));
        Assert.False(presence.IsTap(Tag(1, 300)));
        Assert.Equal(tap, presence.IsTap(Tag(1, 300 + silenceMs)));
    }

    [Theory]
    [InlineData(null, 1000, false)]
    [InlineData(699, 1000, false)]
    [InlineData(700, 1000, true)]
    [InlineData(700, 700, true)]
    [InlineData(700, 699, false)]
    [InlineData(null, 2699, false)]
    [InlineData(null, 2700, true)]
    public void Where_silence_is_heard_a_presence_ends_by_it_or_long_after(int? silentMs, int nextMs, bool tap)
    {
        var presence = new Presence(Hold, hearsSilence: true);
        Assert.True(presence.IsTap(Tag(1, 0)));
        Assert.False(presence.IsTap(Tag(1, 300)));
        Assert.Equal(700_000, presence.DueAt);
        if (silentMs is { } silent)
            presence.Silent(silent * 1000L);
        Assert.Equal(silentMs >= 700 ? null : 700_000, presence.DueAt);
        Assert.Equal(tap, presence.IsTap(Tag(1, nextMs)));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Card_before_a_reader_that_looks_has_gone_when_two_looks_missed_it(int misses, bool tap)
    {
        var presence = new Presence(Hold, looks: true);
        Assert.True(presence.IsTap(Tag(1, 0)));
        for (var i = 1; i <= misses; i++)
            presence.Nothing(i * 400_000);
        Assert.Equal(tap, presence.IsTap(Tag(1, 2_000)));
    }

    [Fact]
    public void Look_that_sees_another_card_is_a_miss_and_one_that_sees_it_again_forgives()
    {
        var presence = new Presence(Hold, looks: true);
        Assert.True(presence.IsTap(Tag(1, 0)));
        Assert.True(presence.IsTap(Tag(2, 500)));
        Assert.False(presence.IsTap(Tag(1, 1_000)));
        Assert.False(presence.IsTap(Tag(2, 1_500)));
        Assert.False(presence.IsTap(Tag(2, 2_000)));
        Assert.True(presence.IsTap(Tag(1, 2_500)));
    }

    [Fact]
    public void Card_is_still_present_after_an_hour_in_which_the_reader_could_not_look()
    {
        var presence = new Presence(Hold, looks: true);
        Assert.True(presence.IsTap(Tag(1, 0)));
        presence.Nothing(200_000);
        Assert.False(presence.IsTap(Tag(1, 3_600_000)));
    }

    [Fact]
    public void Two_cards_are_one_occurrence_while_both_stay_and_taking_one_leaves_the_other()
    {
        var presence = new Presence(Hold, looks: true);
        Assert.True(presence.BeginsTogether(Tag(1, 0), Tag(2, 0)));
        presence.Take(Tag(1, 0));
        Assert.False(presence.BeginsTogether(Tag(2, 500), Tag(1, 500)));
        Assert.True(presence.IsTaken(Tag(1, 500)));
        Assert.False(presence.IsTaken(Tag(2, 500)));
        Assert.False(presence.IsTap(Tag(1, 1_000)));
        Assert.False(presence.BeginsTogether(Tag(1, 1_500), Tag(2, 1_500)));
    }

    [Fact]
    public void Card_not_taken_is_a_tap_when_the_other_has_gone_and_only_then_and_once()
    {
        var presence = new Presence(Hold, looks: true);
        Assert.True(presence.BeginsTogether(Tag(1, 0), Tag(2, 0)));
        Assert.False(presence.IsTap(Tag(2, 500)));   // one look may miss a card
        Assert.True(presence.IsTap(Tag(2, 1_000)));
        Assert.False(presence.IsTap(Tag(2, 1_500)));
    }

    [Fact]
    public void Card_taken_is_no_second_tap_when_the_other_has_gone()
    {
        var presence = new Presence(Hold, looks: true);
        Assert.True(presence.BeginsTogether(Tag(1, 0), Tag(2, 0)));
        presence.Take(Tag(2, 0));
        Assert.False(presence.IsTap(Tag(2, 500)));
        Assert.False(presence.IsTap(Tag(2, 1_000)));
    }

    [Fact]
    public void Card_that_joins_one_that_was_a_tap_begins_an_occurrence_and_so_does_a_third()
    {
        var presence = new Presence(Hold, looks: true);
        Assert.True(presence.IsTap(Tag(1, 0)));
        Assert.True(presence.BeginsTogether(Tag(1, 500), Tag(2, 500)));
        Assert.True(presence.IsTaken(Tag(1, 500)));
        Assert.True(presence.BeginsTogether(Tag(2, 1_000), Tag(3, 1_000)));
        Assert.False(presence.BeginsTogether(Tag(2, 1_500), Tag(3, 1_500)));
    }

    [Fact]
    public void Card_that_names_nobody_begins_nothing_by_itself_and_is_not_followed()
    {
        var presence = new Presence(Hold, looks: true);
        Assert.True(presence.BeginsTogether(Tag(1, 0), null));
        Assert.False(presence.BeginsTogether(Tag(1, 500), null));
        Assert.Equal(1, presence.Count);
        Assert.True(presence.IsTap(Tag(1, 1_000)));
    }

    [Fact]
    public void Two_cards_that_both_left_are_a_new_occurrence()
    {
        var presence = new Presence(Hold, looks: true);
        Assert.True(presence.BeginsTogether(Tag(1, 0), Tag(2, 0)));
        presence.Nothing(500_000);
        presence.Nothing(1_000_000);
        Assert.True(presence.BeginsTogether(Tag(1, 1_500), Tag(2, 1_500)));
    }

    [Fact]
    public void Two_looks_within_the_hold_do_not_end_a_presence()
    {
        var presence = new Presence(Hold, looks: true);
        Assert.True(presence.IsTap(Tag(1, 0)));
        presence.Nothing(100_000);
        presence.Nothing(200_000);
        Assert.False(presence.IsTap(Tag(1, 300)));
    }

    [Fact]
    public void Another_card_at_once_is_another_tap()
    {
        var presence = new Presence(Hold);
        Assert.True(presence.IsTap(Tag(1, 0)));
        Assert.True(presence.IsTap(Tag(2, 1)));
    }

    [Fact]
    public void Two_cards_in_the_field_together_are_two_taps()
    {
        var presence = new Presence(Hold);
        var taps = Enumerable.Range(0, 1000).Count(i => presence.IsTap(Tag((byte)(i % 2), i * 65)));
        Assert.Equal(2, taps);
    }

    [Fact]
    public void Same_bytes_of_another_form_are_another_credential()
    {
        var presence = new Presence(Hold);
        var tag = Tag(1, 0);
        Assert.True(presence.IsTap(tag));
        Assert.True(presence.IsTap(tag with { Form = CredentialForm.BadgeCode }));
    }

    [Fact]
    public void Badge_left_under_a_scanner_in_continuous_mode_is_one_tap()
    {
        var presence = new Presence(Presence.ScannerHold);
        var taps = Enumerable.Range(0, 600).Count(i => presence.IsTap(Tag(1, i * 1000)));
        Assert.Equal(1, taps);
    }

    [Fact]
    public void Flood_of_different_cards_is_held_to_the_capacity_and_loses_no_tap()
    {
        var presence = new Presence(Presence.ScannerHold);
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(presence.IsTap(new RawRead(Technology.Em4100, CredentialForm.EmTag, BitConverter.GetBytes(i), 10, i)));
            Assert.True(presence.Count <= Presence.Capacity);
        }

        // The one seen longest ago was forgotten, the latest was not.
        Assert.False(presence.IsTap(new RawRead(Technology.Em4100, CredentialForm.EmTag, BitConverter.GetBytes(999), 10, 1000)));
        Assert.True(presence.IsTap(new RawRead(Technology.Em4100, CredentialForm.EmTag, BitConverter.GetBytes(0), 10, 1001)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(60_001)]
    public void Hold_outside_its_bounds_is_refused(int milliseconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Presence(TimeSpan.FromMilliseconds(milliseconds)));

    private static RawRead Tag(byte number, long ms) => new(Technology.Em4100, CredentialForm.EmTag, new byte[] { 1, 2, 3, 4, number }, 10, ms * 1000);
}
