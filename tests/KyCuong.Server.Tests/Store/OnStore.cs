using KyCuong.Server.Store;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace KyCuong.Server.Tests.Store;

/// <summary>
/// A test of what only one kind of store has. On the other it does not exist: it is not discovered, and so neither skipped
/// nor counted.
/// </summary>
/// <param name="kind">The store that has it.</param>
/// <param name="reason">Why the other has nothing of the kind.</param>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("KyCuong.Server.Tests.Store.OnStoreDiscoverer", "KyCuong.Server.Tests")]
internal sealed class OnStoreFactAttribute(StoreKind kind, string reason) : FactAttribute
{
    public StoreKind Kind => kind;

    public string Reason => reason;
}

/// <summary>Finds the tests of the store the run is on.</summary>
public sealed class OnStoreDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute)
    {
        var kind = factAttribute.GetConstructorArguments().OfType<StoreKind>().Single();
        return kind == TestStores.Kind
            ? [new XunitTestCase(messages, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod)]
            : [];
    }
}
