using System.IO.Pipelines;
using System.Net;

namespace KyCuong.Grpc.Tests;

/// <summary>Carries a call whose answer has begun and whose writes never end, whatever is cancelled.</summary>
internal sealed class StuckHandler : HttpMessageHandler
{
    private readonly TaskCompletionSource _writing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A message is being written.</summary>
    public Task Writing => _writing.Task;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _ = request.Content!.CopyToAsync(new StuckStream(_writing), null, CancellationToken.None);
        var answer = new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new StreamContent(new Pipe().Reader.AsStream()) };
        answer.Content.Headers.ContentType = new("application/grpc");
        return Task.FromResult(answer);
    }

    private sealed class StuckStream(TaskCompletionSource writing) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            writing.TrySetResult();
            return new ValueTask(new TaskCompletionSource().Task);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
