using Grpc.Core;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>The kiosk sent what the contract does not allow: the stream ends and says which field it was.</summary>
internal static class OutOfContract
{
    /// <summary>INVALID_ARGUMENT with this sentence.</summary>
    public static RpcException Because(string problem) => new(new Status(StatusCode.InvalidArgument, problem));
}
