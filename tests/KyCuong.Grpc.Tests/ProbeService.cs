using Grpc.Core;

namespace KyCuong.Grpc.Tests;

/// <summary>What the Probe does in one test.</summary>
public sealed class ProbeBehaviour
{
    public UnaryServerMethod<Note, Note> Unary { get; set; } = (request, _) => Task.FromResult(request);

    public ClientStreamingServerMethod<Note, Note> Collect { get; set; } = async (requests, _) =>
    {
        var sum = 0;
        await foreach (var note in requests.ReadAllAsync()) sum += note.Number;
        return new Note { Number = sum };
    };

    public ServerStreamingServerMethod<Note, Note> Spread { get; set; } = async (request, responses, _) =>
    {
        for (var i = 0; i < request.Number; i++) await responses.WriteAsync(new Note { Number = i });
    };

    public DuplexStreamingServerMethod<Note, Note> Chat { get; set; } = async (requests, responses, _) =>
    {
        await foreach (var note in requests.ReadAllAsync()) await responses.WriteAsync(note);
    };
}

/// <summary>The Probe: calls what the test gave.</summary>
public class ProbeService(ProbeBehaviour behaviour) : Probe.ProbeBase
{
    public override Task<Note> Unary(Note request, ServerCallContext context) => behaviour.Unary(request, context);

    public override Task<Note> Collect(IAsyncStreamReader<Note> requestStream, ServerCallContext context) => behaviour.Collect(requestStream, context);

    public override Task Spread(Note request, IServerStreamWriter<Note> responseStream, ServerCallContext context) => behaviour.Spread(request, responseStream, context);

    public override Task Chat(IAsyncStreamReader<Note> requestStream, IServerStreamWriter<Note> responseStream, ServerCallContext context) => behaviour.Chat(requestStream, responseStream, context);
}
