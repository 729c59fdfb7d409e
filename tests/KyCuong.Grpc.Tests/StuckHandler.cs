using System.Net;

namespace KyCuong.Grpc.Tests;

/// <summary>Carries a call whose writes and reads never end, whatever is cancelled; nor does its answer begin unless it is told to.</summary>
internal sealed class StuckHandler(bool answers) : HttpMessageHandler
{
    private readonly TaskCompletionSource _writing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A message is being written.</summary>
    public Task Writing => _writing.Task;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _ = request.Content!.CopyToAsync(new StuckStream(_writing), null, CancellationToken.None);
        var answer = new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new StreamContent(new StuckStream(_writing)) };
        answer.Content.Headers.ContentType = new("application/grpc");
        return answers ? Task.FromResult(answer) : new TaskCompletionSource<HttpResponseMessage>().Task;
    }

    private sealed class StuckStream(TaskCompletionSource writing) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            writing.TrySetResult();
            return new ValueTask(new TaskCompletionSource().Task);
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(new TaskCompletionSource<int>().Task);

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
