using System.Net;
using Grpc.Core;
using Grpc.Core.Interceptors;
using KyCuong.Protos.V1;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// The one gate before every method of the kiosk port. Closed unless opened: only <c>Enrolment.Enrol</c> is reached without
/// a certificate of a kiosk in service, only <c>Enrolment.Renew</c> with an expired one. A service added later is behind it
/// without a line here.
/// </summary>
internal sealed partial class KioskGate(KioskAdmission admission, ILogger<KioskGate> logger) : Interceptor
{
    // Built from the generated descriptors, so that renaming a method in the contract moves the exception with it.
    private static readonly string Enrol = PathOf(Enrolment.Descriptor, nameof(Enrolment.EnrolmentBase.Enrol));
    private static readonly string Renew = PathOf(Enrolment.Descriptor, nameof(Enrolment.EnrolmentBase.Renew));

    /// <inheritdoc />
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        await PassAsync(context);
        return await continuation(request, context);
    }

    /// <inheritdoc />
    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await PassAsync(context);
        return await continuation(requestStream, context);
    }

    /// <inheritdoc />
    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await PassAsync(context);
        await continuation(request, responseStream, context);
    }

    /// <inheritdoc />
    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await PassAsync(context);
        await continuation(requestStream, responseStream, context);
    }

    private async Task PassAsync(ServerCallContext context)
    {
        if (context.Method == Enrol) return;
        var connection = context.GetHttpContext().Connection;
        var (kiosk, refusal) = await admission.AdmitAsync(connection.ClientCertificate, context.Method == Renew, context.CancellationToken);
        if (kiosk is not null)
        {
            kiosk.AttachTo(context);
            return;
        }

        LogRefused(context.Method, connection.RemoteIpAddress, refusal);
        throw refusal == AdmissionRefusal.NoCertificate
            ? new RpcException(new Status(StatusCode.Unauthenticated, "A client certificate is needed."))
            : new RpcException(new Status(StatusCode.PermissionDenied, "This certificate is not of a kiosk in service."));
    }

    private static string PathOf(Google.Protobuf.Reflection.ServiceDescriptor service, string method) =>
        $"/{service.FullName}/{service.FindMethodByName(method).Name}";

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused {Method} from {Address}: {Refusal}")]
    private partial void LogRefused(string method, IPAddress? address, AdmissionRefusal refusal);
}
