namespace KyCuong.Readers.Tests;

public sealed class RefusalBudgetTests
{
    private const long Minute = 60_000_000;

    [Fact]
    public void First_few_pass_one_by_one_and_the_rest_come_as_one_when_the_window_ends()
    {
        var budget = new RefusalBudget();
        var passed = Enumerable.Range(0, 1000).Count(i => budget.Passes(Refusal(ReadError.BadFrame, i)));
        Assert.Equal(RefusalBudget.PerReason, passed);
        Assert.Empty(budget.Due(Minute - 1));
        var rest = Assert.Single(budget.Due(Minute));
        Assert.Equal((ReadError.BadFrame, 1000 - RefusalBudget.PerReason), (rest.Reason, rest.Count));
        Assert.Equal(RefusalBudget.PerReason, rest.At);
        Assert.Empty(budget.Due(2 * Minute));
    }

    [Fact]
    public void One_reason_does_not_use_up_another()
    {
        var budget = new RefusalBudget();
        for (var i = 0; i < 1000; i++)
            budget.Passes(Refusal(ReadError.BadFrame, i));
        Assert.True(budget.Passes(Refusal(ReadError.NationalId, 1000)));
    }

    [Fact]
    public void Next_window_begins_afresh()
    {
        var budget = new RefusalBudget();
        for (var i = 0; i < RefusalBudget.PerReason; i++)
            Assert.True(budget.Passes(Refusal(ReadError.TooLong, 0)));
        Assert.False(budget.Passes(Refusal(ReadError.TooLong, 0)));
        budget.Due(Minute);
        Assert.True(budget.Passes(Refusal(ReadError.TooLong, Minute)));
    }

    [Fact]
    public void Nothing_is_lost_from_the_count()
    {
        var budget = new RefusalBudget();
        var random = new Random(7);
        var (sent, reported) = (0, 0);
        for (var t = 0L; t < 100 * Minute; t += random.NextInt64(1, 5_000_000))
        {
            reported += budget.Due(t).Sum(r => r.Count);
            var refusal = Refusal((ReadError)random.Next(Enum.GetValues<ReadError>().Length), t);
            sent++;
            reported += budget.Passes(refusal) ? 1 : 0;
        }

        reported += budget.Due(long.MaxValue).Sum(r => r.Count);
        Assert.Equal(sent, reported);
    }

    private static RefusedRead Refusal(ReadError reason, long at) => new(reason, Technology.Optical, 3, at);
}
