namespace Grpc.Core;

/// <summary>
/// Would hand a server call's deadline and cancellation to a child call. The ASP.NET package offers no such token either;
/// the type is here so that the signatures that name it agree.
/// </summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}

/// <summary>What a child call would inherit.</summary>
public class ContextPropagationOptions
{
    /// <summary>Everything is inherited.</summary>
    public static readonly ContextPropagationOptions Default = new();

    /// <summary>Chooses what is inherited.</summary>
    public ContextPropagationOptions(bool propagateDeadline = true, bool propagateCancellation = true)
    {
        IsPropagateDeadline = propagateDeadline;
        IsPropagateCancellation = propagateCancellation;
    }

    /// <summary>The deadline is inherited.</summary>
    public bool IsPropagateDeadline { get; }

    /// <summary>Cancellation is inherited.</summary>
    public bool IsPropagateCancellation { get; }
}
