namespace KyCuong.Rules.Tests;

public sealed class PurityTests
{
    [Fact]
    public void The_rules_reference_nothing_but_the_framework() =>
        Assert.All(typeof(PersonAssessor).Assembly.GetReferencedAssemblies(), name => Assert.StartsWith("System.", name.Name, StringComparison.Ordinal));

    [Fact]
    public void The_recount_references_neither_the_rules_nor_the_server() =>
        Assert.All(typeof(Recount.NaiveDay).Assembly.GetReferencedAssemblies(), name => Assert.StartsWith("System.", name.Name, StringComparison.Ordinal));
}
