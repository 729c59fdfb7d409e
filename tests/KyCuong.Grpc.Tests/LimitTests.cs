using System.IO.Compression;
using Google.Protobuf;
using Grpc.Core;

namespace KyCuong.Grpc.Tests;

public sealed class LimitTests
{
    private const string Unary = "/kycuong.grpc.tests.Probe/Unary";

    [Fact]
    public async Task A_request_over_the_servers_limit_is_RESOURCE_EXHAUSTED_and_one_at_the_limit_is_not()
    {
        var atLimit = Sized(10_000);
        await using var host = await ProbeHost.StartAsync(o => o.MaxReceiveMessageSize = 10_000);
        await host.Client.UnaryAsync(atLimit).ResponseAsync.Bounded();
        Assert.Equal(StatusCode.ResourceExhausted, (await Wait.Failure(() => host.Client.UnaryAsync(Sized(10_001)).ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task An_answer_over_the_servers_send_limit_is_RESOURCE_EXHAUSTED()
    {
        await using var host = await ProbeHost.StartAsync(o => o.MaxSendMessageSize = 10_000);
        await host.Client.UnaryAsync(Sized(10_000)).ResponseAsync.Bounded();
        Assert.Equal(StatusCode.ResourceExhausted, (await Wait.Failure(() => host.Client.UnaryAsync(Sized(10_001)).ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task An_answer_over_the_clients_limit_is_RESOURCE_EXHAUSTED()
    {
        await using var host = await ProbeHost.StartAsync();
        var client = host.NewClient(o => o.MaxReceiveMessageSize = 10_000);
        await client.UnaryAsync(Sized(10_000)).ResponseAsync.Bounded();
        Assert.Equal(StatusCode.ResourceExhausted, (await Wait.Failure(() => client.UnaryAsync(Sized(10_001)).ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task A_request_over_the_clients_send_limit_never_leaves_and_leaves_the_stream_whole()
    {
        await using var host = await ProbeHost.StartAsync();
        var client = host.NewClient(o => o.MaxSendMessageSize = 10_000);
        using var call = client.Chat();
        var e = await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(Sized(10_001)));
        Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
        await call.RequestStream.WriteAsync(new Note { Number = 8 }).Bounded();
        Assert.True(await call.ResponseStream.MoveNext().Bounded());
        Assert.Equal(8, call.ResponseStream.Current.Number);
    }

    [Theory]
    [InlineData(4u * 1024 * 1024 + 1)]
    [InlineData(int.MaxValue)]
    [InlineData(uint.MaxValue)]
    public async Task A_huge_length_is_refused_from_the_prefix_alone(uint length)
    {
        await using var host = await ProbeHost.StartAsync();
        using var raw = new RawHttp(host.Address);
        Assert.Equal("8", (await raw.PostAsync(Unary, RawHttp.Frame([1], length: length))).Status);
    }

    [Fact]
    public async Task Without_a_limit_a_length_beyond_what_exists_is_still_refused()
    {
        await using var host = await ProbeHost.StartAsync(o => o.MaxReceiveMessageSize = null);
        using var raw = new RawHttp(host.Address);
        Assert.Equal("8", (await raw.PostAsync(Unary, RawHttp.Frame([1], length: uint.MaxValue))).Status);
    }

    [Fact]
    public async Task A_small_message_that_unpacks_over_the_limit_is_RESOURCE_EXHAUSTED()
    {
        await using var host = await ProbeHost.StartAsync();
        using var raw = new RawHttp(host.Address);
        var bomb = RawHttp.Frame(Gzipped(new byte[100_000_000]), flag: 1);
        Assert.InRange(bomb.Length, 0, 1_000_000);
        Assert.Equal("8", (await raw.PostAsync(Unary, bomb, headers: h => h.Add("grpc-encoding", "gzip"))).Status);
    }

    [Fact]
    public async Task An_unknown_encoding_is_UNIMPLEMENTED_and_names_the_known_ones()
    {
        await using var host = await ProbeHost.StartAsync();
        using var raw = new RawHttp(host.Address);
        var answer = await raw.PostAsync(Unary, RawHttp.Frame([]), headers: h => h.Add("grpc-encoding", "snappy"));
        Assert.Equal("12", answer.Status);
        Assert.Equal("identity,gzip", answer.Headers["grpc-accept-encoding"]);
    }

    [Fact]
    public async Task A_compressed_message_in_a_call_that_names_no_compression_is_INTERNAL()
    {
        await using var host = await ProbeHost.StartAsync();
        using var raw = new RawHttp(host.Address);
        Assert.Equal("13", (await raw.PostAsync(Unary, RawHttp.Frame(Gzipped([]), flag: 1))).Status);
    }

    [Fact]
    public async Task A_broken_gzip_or_a_broken_flag_is_INTERNAL()
    {
        await using var host = await ProbeHost.StartAsync();
        using var raw = new RawHttp(host.Address);
        Assert.Equal("13", (await raw.PostAsync(Unary, RawHttp.Frame([1, 2, 3], flag: 1), headers: h => h.Add("grpc-encoding", "gzip"))).Status);
        Assert.Equal("13", (await raw.PostAsync(Unary, RawHttp.Frame([], flag: 2))).Status);
    }

    [Fact]
    public async Task A_compressed_request_is_understood()
    {
        await using var host = await ProbeHost.StartAsync();
        using var raw = new RawHttp(host.Address);
        var note = new Note { Text = new string('a', 10_000) };
        var answer = await raw.PostAsync(Unary, RawHttp.Frame(Gzipped(note.ToByteArray()), flag: 1), headers: h => h.Add("grpc-encoding", "gzip"));
        Assert.Equal("0", answer.Status);
        Assert.Equal(note, Note.Parser.ParseFrom(answer.Body[5..]));
    }

    [Theory]
    [InlineData("gzip", 1)]
    [InlineData("identity, gzip", 1)]
    [InlineData("identity", 0)]
    [InlineData("", 0)]
    public async Task An_answer_is_compressed_for_those_who_accept_it(string accepts, byte flag)
    {
        await using var host = await ProbeHost.StartAsync(o => o.ResponseCompressionAlgorithm = "gzip");
        using var raw = new RawHttp(host.Address);
        var answer = await raw.PostAsync(Unary, RawHttp.Frame(Sized(10_000).ToByteArray()), headers: h => h.TryAddWithoutValidation("grpc-accept-encoding", accepts));
        Assert.Equal(flag, answer.Body[0]);
        Assert.Equal(flag == 1 ? "gzip" : null, answer.Headers.GetValueOrDefault("grpc-encoding"));
    }

    [Fact]
    public async Task Compression_works_both_ways_between_our_two_halves_and_NoCompress_spares_a_message()
    {
        await using var host = await ProbeHost.StartAsync(o => o.ResponseCompressionAlgorithm = "gzip");
        var encoding = "";
        host.Probe.Chat = async (requests, responses, context) =>
        {
            encoding = context.GetHttpContext().Request.Headers["grpc-encoding"].ToString();
            await foreach (var note in requests.ReadAllAsync())
            {
                responses.WriteOptions = new WriteOptions(note.Number == 1 ? WriteFlags.NoCompress : 0);
                await responses.WriteAsync(note);
            }
        };
        using var call = host.Client.Chat(new Metadata { { "grpc-internal-encoding-request", "gzip" } });
        for (var i = 0; i < 3; i++)
        {
            var note = Sized(50_000);
            note.Number = i;
            call.RequestStream.WriteOptions = new WriteOptions(i == 2 ? WriteFlags.NoCompress : 0);
            await call.RequestStream.WriteAsync(note).Bounded();
            Assert.True(await call.ResponseStream.MoveNext().Bounded());
            Assert.Equal(note, call.ResponseStream.Current);
        }
        Assert.Equal("gzip", encoding);
    }

    /// <summary>A note of exactly so many bytes on the wire.</summary>
    private static Note Sized(int bytes)
    {
        var note = new Note { Body = ByteString.CopyFrom(new byte[bytes]) };
        note.Body = ByteString.CopyFrom(new byte[bytes - (note.CalculateSize() - bytes)]);
        Assert.Equal(bytes, note.CalculateSize());
        return note;
    }

    private static byte[] Gzipped(byte[] bytes)
    {
        using var into = new MemoryStream();
        using (var gzip = new GZipStream(into, CompressionLevel.Optimal)) gzip.Write(bytes);
        return into.ToArray();
    }
}
