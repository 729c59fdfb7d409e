using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Core.Wire;

namespace KyCuong.Grpc.Tests;

public sealed class WireTests
{
    [Theory]
    [InlineData(0L, "1n")]
    [InlineData(-5L, "1n")]
    [InlineData(1L, "100n")]
    [InlineData(10_000L, "1000000n")]
    [InlineData(999_999L, "99999900n")]
    [InlineData(1_000_000L, "100000u")]
    [InlineData(10_000_000L, "1000000u")]
    [InlineData(1_000_000_001L, "100001m")]
    [InlineData(600_000_000_000L, "60000000m")]
    [InlineData(10_000_000_000_000L, "1000000S")]
    [InlineData(long.MaxValue, "99999999H")]
    public void A_timeout_is_written_in_the_finest_unit_that_fits_eight_digits(long ticks, string expected) =>
        Assert.Equal(expected, TimeoutHeader.Encode(new TimeSpan(ticks)));

    [Fact]
    public void A_timeout_that_is_read_back_is_never_shorter_than_what_was_written()
    {
        var random = new Random(20260513);
        for (var i = 0; i < 2000; i++)
        {
            var time = new TimeSpan(random.NextInt64(1, 1L << random.Next(1, 62)));
            Assert.True(TimeoutHeader.TryParse(TimeoutHeader.Encode(time), out var back));
            Assert.True(back >= time, $"{time} came back as {back}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("5")]
    [InlineData("5s")]
    [InlineData("-5S")]
    [InlineData("+5S")]
    [InlineData(" 5S")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    public void A_malformed_timeout_is_refused(string text) => Assert.False(TimeoutHeader.TryParse(text, out _));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("100%", "100%25")]
    [InlineData("\t\n", "%09%0A")]
    [InlineData("đi muộn", "%C4%91i mu%E1%BB%99n")]
    [InlineData("😈", "%F0%9F%98%88")]
    public void A_message_is_percent_encoded(string text, string expected)
    {
        Assert.Equal(expected, PercentEncoding.Encode(text));
        Assert.Equal(text, PercentEncoding.Decode(expected));
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz", "%zz")]
    [InlineData("a%41", "aA")]
    public void A_broken_percent_sign_stays_as_it_is(string text, string expected) => Assert.Equal(expected, PercentEncoding.Decode(text));

    [Theory]
    [InlineData("q6ur", "ABABAB")]
    [InlineData("qw", "AB")]
    [InlineData("qw==", "AB")]
    [InlineData("", "")]
    public void Binary_metadata_is_read_with_and_without_padding(string value, string hex)
    {
        var metadata = new Metadata();
        MetadataWire.Parse(metadata, "x-bin", value);
        Assert.Equal(hex, Convert.ToHexString(Assert.Single(metadata).ValueBytes));
    }

    [Fact]
    public void Binary_values_joined_by_commas_are_taken_apart_and_broken_ones_dropped()
    {
        var metadata = new Metadata();
        MetadataWire.Parse(metadata, "x-bin", "qw, !!!, q6ur");
        Assert.Equal(["AB", "ABABAB"], metadata.Select(e => Convert.ToHexString(e.ValueBytes)));
    }

    [Fact]
    public void Text_that_no_header_can_carry_is_refused() =>
        Assert.Throws<ArgumentException>(() => MetadataWire.Format(new Metadata.Entry("x", "giờ")));

    [Theory]
    [InlineData("grpc-status")]
    [InlineData("grpc-timeout")]
    [InlineData("content-type")]
    [InlineData(":path")]
    [InlineData("bad name")]
    public void What_the_protocol_owns_is_no_metadata(string name)
    {
        var metadata = new Metadata();
        MetadataWire.Parse(metadata, name, "1");
        Assert.Empty(metadata);
    }

    [Fact]
    public async Task Any_chunking_of_the_bytes_gives_the_same_messages()
    {
        var random = new Random(7);
        for (var round = 0; round < 50; round++)
        {
            var expected = Enumerable.Range(0, random.Next(1, 20)).Select(_ => RandomText(random)).ToList();
            var bytes = new ArrayBufferWriter<byte>();
            var serializer = new FrameSerializer(int.MaxValue);
            foreach (var text in expected)
                serializer.Write(text, Marshallers.StringMarshaller.ContextualSerializer, bytes, compress: random.Next(2) == 0);
            Assert.Equal(expected, await ReadAll(Chunks(bytes.WrittenMemory.ToArray(), random)));
        }
    }

    [Fact]
    public async Task Any_garbage_gives_messages_or_a_status_and_nothing_else()
    {
        var random = new Random(11);
        for (var round = 0; round < 500; round++)
        {
            var garbage = new byte[random.Next(0, 200)];
            random.NextBytes(garbage);
            if (garbage.Length > 4) garbage[1] = garbage[2] = garbage[3] = 0;
            if (garbage.Length > 0) garbage[0] &= 1;
            try
            {
                await ReadAll(Chunks(garbage, random));
            }
            catch (RpcException e)
            {
                Assert.Contains(e.StatusCode, new[] { StatusCode.Internal, StatusCode.ResourceExhausted });
            }
        }
    }

    [Fact]
    public async Task A_stream_that_ends_within_a_message_is_an_error()
    {
        var e = await Assert.ThrowsAsync<RpcException>(() => ReadAll([RawHttp.Frame([1, 2, 3], length: 4)]));
        Assert.Equal(StatusCode.Internal, e.StatusCode);
    }

    [Fact]
    public void A_bomb_is_stopped_at_the_limit_and_not_after_it()
    {
        using var small = new PooledBuffer();
        Gzip.Compress(new byte[50_000_000], small, CompressionLevel.Fastest);
        using var plain = new PooledBuffer();
        var e = Assert.Throws<RpcException>(() => Gzip.Decompress(new ReadOnlySequence<byte>(small.WrittenMemory), plain, 100_000));
        Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
        Assert.InRange(plain.Capacity, 0, 1_000_000);
    }

    [Fact]
    public void A_serializer_that_writes_another_length_than_it_announced_is_found_out()
    {
        var serializer = new FrameSerializer(int.MaxValue);
        Assert.Throws<InvalidOperationException>(() => serializer.Write("x", Announces(3, writes: 2), new ArrayBufferWriter<byte>(), compress: false));
        Assert.True(serializer.Started);
        Assert.Throws<InvalidOperationException>(() => serializer.Write("x", Announces(3, writes: 4), new ArrayBufferWriter<byte>(), compress: false));
        Assert.Throws<InvalidOperationException>(() => serializer.Write("x", (_, _) => { }, new ArrayBufferWriter<byte>(), compress: false));
        Assert.False(serializer.Started);

        static Action<string, SerializationContext> Announces(int length, int writes) => (_, context) =>
        {
            context.SetPayloadLength(length);
            context.GetBufferWriter().Write(new byte[writes]);
            context.Complete();
        };
    }

    private static string RandomText(Random random) => new((char)random.Next('a', 'z'), random.Next(0, 3000));

    private static IEnumerable<byte[]> Chunks(byte[] bytes, Random random)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(random.Next(1, random.Next(2, 4000)), bytes.Length - at);
            yield return bytes.AsSpan(at, length).ToArray();
            at += length;
        }
    }

    private static async Task<List<string>> ReadAll(IEnumerable<byte[]> chunks)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var reader = new MessageReader<string>(pipe.Reader, Marshallers.StringMarshaller.ContextualDeserializer, 100_000, gzip: true);
        var read = new List<string>();
        var reading = Task.Run(async () =>
        {
            do
            {
                while (reader.TryTake(out var text)) read.Add(text!);
            }
            while (await reader.FillAsync(CancellationToken.None));
        });
        foreach (var chunk in chunks) await pipe.Writer.WriteAsync(chunk);
        await pipe.Writer.CompleteAsync();
        await reading.Bounded();
        return read;
    }
}
