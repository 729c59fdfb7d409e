using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace KyCuong.Grpc.Tests;

/// <summary>Our client against servers that answer as no gRPC server should.</summary>
public sealed class ForeignServerTests
{
    private static readonly byte[] Empty = RawHttp.Frame([]);

    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    [InlineData(500, StatusCode.Unknown)]
    public async Task An_HTTP_error_is_a_status(int code, StatusCode expected) =>
        Assert.Equal(expected, await CallAsync(http =>
        {
            http.Response.StatusCode = code;
            return Task.CompletedTask;
        }));

    [Fact]
    public async Task Another_content_type_is_UNKNOWN() =>
        Assert.Equal(StatusCode.Unknown, await CallAsync(http => http.Response.WriteAsync("<html>")));

    [Fact]
    public async Task An_answer_without_a_status_is_INTERNAL() =>
        Assert.Equal(StatusCode.Internal, await CallAsync(http => Answer(http, Empty, null)));

    [Fact]
    public async Task OK_without_an_answer_is_INTERNAL() =>
        Assert.Equal(StatusCode.Internal, await CallAsync(http => Answer(http, [], "0")));

    [Fact]
    public async Task Two_answers_to_a_unary_call_are_INTERNAL() =>
        Assert.Equal(StatusCode.Internal, await CallAsync(http => Answer(http, [.. Empty, .. Empty], "0")));

    [Theory]
    [InlineData("99")]
    [InlineData("-1")]
    [InlineData("x")]
    public async Task A_status_that_does_not_exist_is_UNKNOWN(string status) =>
        Assert.Equal(StatusCode.Unknown, await CallAsync(http => Answer(http, Empty, status)));

    [Fact]
    public async Task A_message_cut_off_is_INTERNAL() =>
        Assert.Equal(StatusCode.Internal, await CallAsync(http => Answer(http, RawHttp.Frame([1], length: 9), "0")));

    [Fact]
    public async Task A_huge_length_is_RESOURCE_EXHAUSTED() =>
        Assert.Equal(StatusCode.ResourceExhausted, await CallAsync(http => Answer(http, RawHttp.Frame([1], length: uint.MaxValue), "0")));

    [Fact]
    public async Task An_undecodable_answer_is_INTERNAL() =>
        Assert.Equal(StatusCode.Internal, await CallAsync(http => Answer(http, RawHttp.Frame([0xFF, 0xFF]), "0")));

    [Fact]
    public async Task An_encoding_we_did_not_offer_is_INTERNAL() =>
        Assert.Equal(StatusCode.Internal, await CallAsync(http =>
        {
            http.Response.Headers["grpc-encoding"] = "snappy";
            return Answer(http, Empty, "0");
        }));

    [Theory]
    [InlineData(2, StatusCode.Internal)]
    [InlineData(7, StatusCode.Unavailable)]
    [InlineData(8, StatusCode.Cancelled)]
    [InlineData(11, StatusCode.ResourceExhausted)]
    [InlineData(12, StatusCode.PermissionDenied)]
    public async Task A_reset_is_told_by_its_code(int code, StatusCode expected) =>
        Assert.Equal(expected, await CallAsync(async http =>
        {
            // After the headers: before them the handler may try REFUSED_STREAM again by itself.
            http.Response.ContentType = "application/grpc";
            await http.Response.BodyWriter.FlushAsync();
            http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResetFeature>()!.Reset(code);
        }));

    private static async Task<StatusCode> CallAsync(RequestDelegate server)
    {
        await using var host = await ProbeHost.StartAsync(map: app => app.MapPost("/{**any}", server));
        return (await Wait.Failure(() => host.Client.UnaryAsync(new Note()).ResponseAsync)).StatusCode;
    }

    private static async Task Answer(HttpContext http, byte[] body, string? status)
    {
        http.Response.ContentType = "application/grpc";
        await http.Response.Body.WriteAsync(body);
        await http.Response.Body.FlushAsync();
        if (status is not null) http.Response.AppendTrailer("grpc-status", status);
    }
}
