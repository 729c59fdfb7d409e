using System.Buffers;
using Grpc.Core;

namespace KyCuong.Grpc.Tests;

/// <summary>A service as generated code would bind it, whose answers' serializer fails in the middle when told to.</summary>
public static class Half
{
    public static readonly Method<string, string> Method = new(
        MethodType.Unary, "kycuong.grpc.tests.Half", "Say", Marshallers.StringMarshaller, Marshallers.Create(Serialize, context => System.Text.Encoding.UTF8.GetString(context.PayloadAsNewBuffer())));

    public static void BindService(ServiceBinderBase binder, HalfBase? service) =>
        binder.AddMethod(Method, service is null ? null : new UnaryServerMethod<string, string>(service.Say));

    private static void Serialize(string message, SerializationContext context)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(message);
        context.SetPayloadLength(bytes.Length);
        var writer = context.GetBufferWriter();
        if (message == "half")
        {
            writer.Write(bytes.AsSpan(0, 2));
            throw new ArithmeticException("half way");
        }
        writer.Write(bytes);
        context.Complete();
    }
}

[BindServiceMethod(typeof(Half), nameof(Half.BindService))]
public abstract class HalfBase
{
    public abstract Task<string> Say(string request, ServerCallContext context);
}

public sealed class HalfService : HalfBase
{
    public override Task<string> Say(string request, ServerCallContext context) => Task.FromResult(request);
}
