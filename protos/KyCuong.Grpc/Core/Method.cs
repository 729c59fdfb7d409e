namespace Grpc.Core;

/// <summary>Which side sends one message and which a stream.</summary>
public enum MethodType
{
    /// <summary>One request, one answer.</summary>
    Unary,

    /// <summary>A stream of requests, one answer.</summary>
    ClientStreaming,

    /// <summary>One request, a stream of answers.</summary>
    ServerStreaming,

    /// <summary>Two independent streams.</summary>
    DuplexStreaming,
}

/// <summary>A method of a service, without its message types.</summary>
public interface IMethod
{
    /// <summary>Which sides stream.</summary>
    public MethodType Type { get; }

    /// <summary>Full service name, e.g. <c>kycuong.v1.KioskLink</c>.</summary>
    public string ServiceName { get; }

    /// <summary>Name within the service.</summary>
    public string Name { get; }

    /// <summary>The path on the wire: <c>/service/method</c>.</summary>
    public string FullName { get; }
}

/// <summary>A method of a service with the marshallers of its messages. Immutable.</summary>
public class Method<TRequest, TResponse> : IMethod
{
    /// <summary>Made by generated code.</summary>
    public Method(MethodType type, string serviceName, string name, Marshaller<TRequest> requestMarshaller, Marshaller<TResponse> responseMarshaller)
    {
        ArgumentNullException.ThrowIfNull(serviceName);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(requestMarshaller);
        ArgumentNullException.ThrowIfNull(responseMarshaller);
        Type = type;
        ServiceName = serviceName;
        Name = name;
        RequestMarshaller = requestMarshaller;
        ResponseMarshaller = responseMarshaller;
        FullName = $"/{serviceName}/{name}";
    }

    /// <inheritdoc/>
    public MethodType Type { get; }

    /// <inheritdoc/>
    public string ServiceName { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string FullName { get; }

    /// <summary>Requests to bytes and back.</summary>
    public Marshaller<TRequest> RequestMarshaller { get; }

    /// <summary>Answers to bytes and back.</summary>
    public Marshaller<TResponse> ResponseMarshaller { get; }
}
