using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>A stream of messages to read. One reader at a time.</summary>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message <see cref="MoveNext"/> found.</summary>
    public T Current { get; }

    /// <summary>True with the next message in <see cref="Current"/>, false at the end. An error of the call throws.</summary>
    public Task<bool> MoveNext(CancellationToken cancellationToken);
}

/// <summary>A stream of messages to write. One write at a time.</summary>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>Hints for the writes from here on; null = none.</summary>
    public WriteOptions? WriteOptions { get; set; }

    /// <summary>Ends when the message is handed to the connection.</summary>
    public Task WriteAsync(T message);

    /// <summary>As <see cref="WriteAsync(T)"/>, given up when the token is cancelled; that ends the call.</summary>
    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
            throw new NotSupportedException($"{GetType()} cannot cancel a write.");
        return WriteAsync(message);
    }
}

/// <summary>The client's outgoing stream.</summary>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Says that no more messages follow; the call stays open for answers.</summary>
    public Task CompleteAsync();
}

/// <summary>The server's outgoing stream; it ends when the handler returns.</summary>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>
{
}

/// <summary>Shorter ways to read a stream.</summary>
public static class AsyncStreamReaderExtensions
{
    /// <summary>MoveNext without a token.</summary>
    public static Task<bool> MoveNext<T>(this IAsyncStreamReader<T> streamReader)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(streamReader);
        return streamReader.MoveNext(CancellationToken.None);
    }

    /// <summary>The stream for <c>await foreach</c>.</summary>
    public static IAsyncEnumerable<T> ReadAllAsync<T>(this IAsyncStreamReader<T> streamReader, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(streamReader);
        return ReadAll(streamReader, cancellationToken);
    }

    private static async IAsyncEnumerable<T> ReadAll<T>(IAsyncStreamReader<T> reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await reader.MoveNext(cancellationToken)) yield return reader.Current;
    }
}
