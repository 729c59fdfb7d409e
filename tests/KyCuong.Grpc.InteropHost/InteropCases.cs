using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Testing;

namespace Grpc.InteropHost;

/// <summary>What a case works with.</summary>
internal sealed record InteropContext(GrpcChannel Channel, EncodingSpy Spy)
{
    public TestService.TestServiceClient Client { get; } = new(Channel);
}

/// <summary>The client's cases of gRPC's interop description. A case that returns is good.</summary>
internal static class InteropCases
{
    private const int LargeRequestBytes = 271828;
    private const int LargeAnswerBytes = 314159;
    private static readonly int[] RequestSizes = [27182, 8, 1828, 45904];
    private static readonly int[] AnswerSizes = [31415, 9, 2653, 58979];

    public static IReadOnlyList<(string Name, Func<InteropContext, Task> Run)> All { get; } =
    [
        ("empty_unary", async c => Same(new Empty(), await c.Client.EmptyCallAsync(new Empty()))),
        ("large_unary", LargeUnary),
        ("client_streaming", ClientStreaming),
        ("server_streaming", ServerStreaming),
        ("ping_pong", PingPong),
        ("empty_stream", EmptyStream),
        ("cancel_after_begin", CancelAfterBegin),
        ("cancel_after_first_response", CancelAfterFirstResponse),
        ("timeout_on_sleeping_server", TimeoutOnSleepingServer),
        ("custom_metadata", CustomMetadata),
        ("status_code_and_message", StatusCodeAndMessage),
        ("special_status_message", SpecialStatusMessage),
        ("unimplemented_method", async c => await Fails(StatusCode.Unimplemented, async () => await c.Client.UnimplementedCallAsync(new Empty()))),
        ("unimplemented_service", async c => await Fails(StatusCode.Unimplemented, async () => await new UnimplementedService.UnimplementedServiceClient(c.Channel).UnimplementedCallAsync(new Empty()))),
        ("client_compressed_unary", ClientCompressedUnary),
        ("server_compressed_unary", ServerCompressedUnary),
    ];

    /// <summary>The server does not let this client in; run only when asked for by name.</summary>
    public static (string Name, Func<InteropContext, Task> Run) Refused { get; } =
        ("refused", c => Fails(StatusCode.Unavailable, async () => await c.Client.EmptyCallAsync(new Empty())));

    private static async Task LargeUnary(InteropContext c)
    {
        var answer = await c.Client.UnaryCallAsync(new SimpleRequest { ResponseSize = LargeAnswerBytes, Payload = Zeros(LargeRequestBytes) });
        Same(Zeros(LargeAnswerBytes), answer.Payload);
    }

    private static async Task ClientStreaming(InteropContext c)
    {
        using var call = c.Client.StreamingInputCall();
        foreach (var size in RequestSizes) await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = Zeros(size) });
        await call.RequestStream.CompleteAsync();
        Same(RequestSizes.Sum(), (await call).AggregatedPayloadSize);
    }

    private static async Task ServerStreaming(InteropContext c)
    {
        var request = new StreamingOutputCallRequest();
        request.ResponseParameters.AddRange(AnswerSizes.Select(size => new ResponseParameters { Size = size }));
        using var call = c.Client.StreamingOutputCall(request);
        var sizes = new List<int>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync()) sizes.Add(answer.Payload.Body.Length);
        Same(string.Join(",", AnswerSizes), string.Join(",", sizes));
        Same(StatusCode.OK, call.GetStatus().StatusCode);
    }

    private static async Task PingPong(InteropContext c)
    {
        using var call = c.Client.FullDuplexCall();
        for (var i = 0; i < RequestSizes.Length; i++)
        {
            await call.RequestStream.WriteAsync(Ask(AnswerSizes[i], RequestSizes[i]));
            Same(true, await call.ResponseStream.MoveNext());
            Same(AnswerSizes[i], call.ResponseStream.Current.Payload.Body.Length);
        }
        await call.RequestStream.CompleteAsync();
        Same(false, await call.ResponseStream.MoveNext());
    }

    private static async Task EmptyStream(InteropContext c)
    {
        using var call = c.Client.FullDuplexCall();
        await call.RequestStream.CompleteAsync();
        Same(false, await call.ResponseStream.MoveNext());
        Same(StatusCode.OK, call.GetStatus().StatusCode);
    }

    private static async Task CancelAfterBegin(InteropContext c)
    {
        using var cancel = new CancellationTokenSource();
        using var call = c.Client.StreamingInputCall(cancellationToken: cancel.Token);
        await cancel.CancelAsync();
        await Fails(StatusCode.Cancelled, async () => await call);
    }

    private static async Task CancelAfterFirstResponse(InteropContext c)
    {
        using var cancel = new CancellationTokenSource();
        using var call = c.Client.FullDuplexCall(cancellationToken: cancel.Token);
        await call.RequestStream.WriteAsync(Ask(AnswerSizes[0], RequestSizes[0]));
        Same(true, await call.ResponseStream.MoveNext());
        await cancel.CancelAsync();
        await Fails(StatusCode.Cancelled, () => call.ResponseStream.MoveNext());
    }

    private static async Task TimeoutOnSleepingServer(InteropContext c)
    {
        using var call = c.Client.FullDuplexCall(new CallOptions(deadline: Now + TimeSpan.FromMilliseconds(1)));
        try
        {
            // It asks for nothing: an answer could come before the deadline.
            await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { Payload = Zeros(RequestSizes[0]) });
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.DeadlineExceeded)
        {
            // The deadline may pass before the request has left; the case is about what reading says.
        }
        await Fails(StatusCode.DeadlineExceeded, () => call.ResponseStream.MoveNext());
    }

    private static async Task CustomMetadata(InteropContext c)
    {
        var headers = new Metadata { { "x-grpc-test-echo-initial", "test_initial_metadata_value" }, { "x-grpc-test-echo-trailing-bin", new byte[] { 0xab, 0xab, 0xab } } };
        using var unary = c.Client.UnaryCallAsync(new SimpleRequest { ResponseSize = LargeAnswerBytes, Payload = Zeros(LargeRequestBytes) }, headers);
        await unary;
        Echoed(await unary.ResponseHeadersAsync, unary.GetTrailers());

        using var duplex = c.Client.FullDuplexCall(headers);
        await duplex.RequestStream.WriteAsync(Ask(LargeAnswerBytes, LargeRequestBytes));
        await duplex.RequestStream.CompleteAsync();
        Same(true, await duplex.ResponseStream.MoveNext());
        Same(false, await duplex.ResponseStream.MoveNext());
        Echoed(await duplex.ResponseHeadersAsync, duplex.GetTrailers());

        static void Echoed(Metadata initial, Metadata trailers)
        {
            Same("test_initial_metadata_value", initial.GetValue("x-grpc-test-echo-initial"));
            Same("ABABAB", Convert.ToHexString(trailers.GetValueBytes("x-grpc-test-echo-trailing-bin") ?? []));
        }
    }

    private static async Task StatusCodeAndMessage(InteropContext c)
    {
        var status = new EchoStatus { Code = 2, Message = "test status message" };
        await Fails(StatusCode.Unknown, async () => await c.Client.UnaryCallAsync(new SimpleRequest { ResponseStatus = status }), status.Message);

        using var call = c.Client.FullDuplexCall();
        try
        {
            await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseStatus = status });
            await call.RequestStream.CompleteAsync();
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unknown)
        {
            // The server has read it and ended the call before the write was through: its status is what is looked at.
        }

        await Fails(StatusCode.Unknown, () => call.ResponseStream.MoveNext(), status.Message);
    }

    private static async Task SpecialStatusMessage(InteropContext c)
    {
        var status = new EchoStatus { Code = 2, Message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n" };
        await Fails(StatusCode.Unknown, async () => await c.Client.UnaryCallAsync(new SimpleRequest { ResponseStatus = status }), status.Message);
    }

    private static async Task ClientCompressedUnary(InteropContext c)
    {
        var compressed = new Metadata { { "grpc-internal-encoding-request", "gzip" } };
        var request = new SimpleRequest { ExpectCompressed = new BoolValue { Value = true }, ResponseSize = LargeAnswerBytes, Payload = Zeros(LargeRequestBytes) };
        Same(LargeAnswerBytes, (await c.Client.UnaryCallAsync(request, compressed)).Payload.Body.Length);
        request.ExpectCompressed.Value = false;
        Same(LargeAnswerBytes, (await c.Client.UnaryCallAsync(request)).Payload.Body.Length);
    }

    private static async Task ServerCompressedUnary(InteropContext c)
    {
        var request = new SimpleRequest { ResponseCompressed = new BoolValue { Value = true }, ResponseSize = LargeAnswerBytes, Payload = Zeros(LargeRequestBytes) };
        Same(LargeAnswerBytes, (await c.Client.UnaryCallAsync(request)).Payload.Body.Length);
        Same("gzip", c.Spy.LastEncoding);
        request.ResponseCompressed.Value = false;
        Same(LargeAnswerBytes, (await c.Client.UnaryCallAsync(request)).Payload.Body.Length);
    }

    private static StreamingOutputCallRequest Ask(int answerBytes, int requestBytes) => new()
    {
        ResponseParameters = { new ResponseParameters { Size = answerBytes } },
        Payload = Zeros(requestBytes),
    };

    private static Payload Zeros(int bytes) => new() { Body = ByteString.CopyFrom(new byte[bytes]) };

    private static void Same<T>(T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual)) throw new InvalidOperationException($"expected {expected}, got {actual}");
    }

    private static async Task Fails(StatusCode code, Func<Task> act, string? message = null)
    {
        try
        {
            await act();
        }
        catch (RpcException e)
        {
            if (e.StatusCode != code) throw new InvalidOperationException($"expected {code}, got {e.Status}", e);
            if (message is not null) Same(message, e.Status.Detail);
            return;
        }
        throw new InvalidOperationException($"expected {code}, but the call succeeded");
    }

#pragma warning disable RS0030 // A deadline is an instant of the real clock, which this test program has no reason to replace.
    private static DateTime Now => TimeProvider.System.GetUtcNow().UtcDateTime;
#pragma warning restore RS0030
}
