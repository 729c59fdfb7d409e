using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KyCuong.Grpc.Tests;

public sealed class StatusTests
{
    private const string Unary = "/kycuong.grpc.tests.Probe/Unary";

    [Fact]
    public async Task A_handlers_status_message_and_trailers_reach_the_client()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Probe.Unary = (_, _) => throw new RpcException(new Status(StatusCode.NotFound, "không có %\n😈"), new Metadata { { "x-why", "lost" } });
        var e = await Assert.ThrowsAsync<RpcException>(() => host.Client.UnaryAsync(new Note()).ResponseAsync.Bounded());
        Assert.Equal(StatusCode.NotFound, e.StatusCode);
        Assert.Equal("không có %\n😈", e.Status.Detail);
        Assert.Equal("lost", e.Trailers.GetValue("x-why"));
    }

    [Fact]
    public async Task An_error_after_messages_comes_after_them()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Probe.Spread = async (_, responses, _) =>
        {
            await responses.WriteAsync(new Note { Number = 1 });
            throw new RpcException(new Status(StatusCode.Aborted, "half way"));
        };
        using var call = host.Client.Spread(new Note());
        Assert.True(await call.ResponseStream.MoveNext().Bounded());
        Assert.Equal(StatusCode.Aborted, (await Wait.Failure(() => call.ResponseStream.MoveNext())).StatusCode);
        Assert.Equal(StatusCode.Aborted, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_status_set_on_the_context_ends_the_call_without_an_answer()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Probe.Unary = (request, context) =>
        {
            context.Status = new Status(StatusCode.DataLoss, "gone");
            return Task.FromResult(request);
        };
        Assert.Equal(StatusCode.DataLoss, (await Wait.Failure(() => host.Client.UnaryAsync(new Note()).ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task An_unexpected_exception_is_UNKNOWN_keeps_its_secret_and_is_logged()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Probe.Unary = (_, _) => throw new ArithmeticException("the secret");
        var status = await Wait.Failure(() => host.Client.UnaryAsync(new Note()).ResponseAsync);
        Assert.Equal(StatusCode.Unknown, status.StatusCode);
        Assert.DoesNotContain("secret", status.Detail, StringComparison.Ordinal);
        Assert.Contains("the secret", Assert.Single(host.Log.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_detailed_errors_the_exception_is_told()
    {
        await using var host = await ProbeHost.StartAsync(o => o.EnableDetailedErrors = true);
        host.Probe.Unary = (_, _) => throw new ArithmeticException("the reason");
        Assert.Contains("the reason", (await Wait.Failure(() => host.Client.UnaryAsync(new Note()).ResponseAsync)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_before_any_answer_is_one_block_of_headers()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Probe.Unary = (_, _) => throw new RpcException(new Status(StatusCode.NotFound, "no"));
        using var raw = new RawHttp(host.Address);
        var answer = await raw.PostAsync(Unary, RawHttp.Frame([]));
        Assert.Equal("5", answer.Headers["grpc-status"]);
        Assert.Equal("no", answer.Headers["grpc-message"]);
        Assert.Empty(answer.Trailers);
        Assert.Empty(answer.Body);
    }

    [Fact]
    public async Task Trailers_that_cannot_be_sent_become_a_status_that_says_so()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Probe.Unary = (request, context) =>
        {
            context.ResponseTrailers.Add("x-name", "giờ");
            return Task.FromResult(request);
        };
        var status = await Wait.Failure(() => host.Client.UnaryAsync(new Note()).ResponseAsync);
        Assert.Equal(StatusCode.Internal, status.StatusCode);
        Assert.Contains("x-name", status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_method_or_service_is_UNIMPLEMENTED()
    {
        await using var host = await ProbeHost.StartAsync();
        using var raw = new RawHttp(host.Address);
        Assert.Equal("12", (await raw.PostAsync("/kycuong.grpc.tests.Probe/Missing", RawHttp.Frame([]))).Status);
        Assert.Equal(StatusCode.Unimplemented, (await Wait.Failure(() => new Absent.AbsentClient(host.NewChannel()).UnaryAsync(new Note()).ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task A_method_the_service_does_not_override_is_UNIMPLEMENTED()
    {
        await using var host = await ProbeHost.StartAsync(map: app => app.MapGrpcService<Bare>());
        Assert.Equal(StatusCode.Unimplemented, (await Wait.Failure(() => host.Client.UnaryAsync(new Note()).ResponseAsync)).StatusCode);
    }

    [Theory]
    [InlineData("/kycuong.grpc.tests.Probe/unary")]
    [InlineData("/kycuong.grpc.tests.probe/Unary")]
    public async Task A_path_in_another_case_is_another_method(string path)
    {
        await using var host = await ProbeHost.StartAsync();
        using var raw = new RawHttp(host.Address);
        Assert.Equal("12", (await raw.PostAsync(path, RawHttp.Frame([]))).Status);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData("text/plain")]
    public async Task Another_content_type_is_refused_with_415(string contentType)
    {
        await using var host = await ProbeHost.StartAsync();
        using var raw = new RawHttp(host.Address);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await raw.PostAsync(Unary, RawHttp.Frame([]), contentType)).Code);
    }

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc;charset=utf-8")]
    public async Task Each_form_of_the_content_type_is_taken(string contentType)
    {
        await using var host = await ProbeHost.StartAsync();
        using var raw = new RawHttp(host.Address);
        Assert.Equal("0", (await raw.PostAsync(Unary, RawHttp.Frame([]), contentType)).Status);
    }

    [Fact]
    public async Task HTTP_1_is_told_to_upgrade()
    {
        await using var host = await ProbeHost.StartAsync(protocols: HttpProtocols.Http1);
        using var raw = new RawHttp(host.Address);
        Assert.Equal(HttpStatusCode.UpgradeRequired, (await raw.PostAsync(Unary, RawHttp.Frame([]), version: HttpVersion.Version11)).Code);
    }

    [Fact]
    public async Task Requests_that_are_not_gRPC_go_on_to_other_endpoints()
    {
        await using var host = await ProbeHost.StartAsync(map: app =>
        {
            app.MapGrpcService<ProbeService>();
            app.MapPost("/{a}/{b}", (string a, string b) => Results.Text($"{a} and {b}"));
        });
        using var raw = new RawHttp(host.Address);
        Assert.Equal("x and y", System.Text.Encoding.UTF8.GetString((await raw.PostAsync("/x/y", [], "text/plain")).Body));
    }

    [Fact]
    public async Task A_malformed_timeout_ends_the_call()
    {
        await using var host = await ProbeHost.StartAsync();
        using var raw = new RawHttp(host.Address);
        Assert.Equal("13", (await raw.PostAsync(Unary, RawHttp.Frame([]), headers: h => h.Add("grpc-timeout", "soon"))).Status);
    }

    [Fact]
    public async Task A_call_without_its_request_or_with_two_is_INTERNAL()
    {
        await using var host = await ProbeHost.StartAsync();
        using var raw = new RawHttp(host.Address);
        Assert.Equal("13", (await raw.PostAsync(Unary, [])).Status);
        Assert.Equal("13", (await raw.PostAsync(Unary, [.. RawHttp.Frame([]), .. RawHttp.Frame([])])).Status);
        Assert.Equal("13", (await raw.PostAsync(Unary, RawHttp.Frame([0xFF, 0xFF]))).Status);
    }

    private sealed class Bare : Probe.ProbeBase;
}
