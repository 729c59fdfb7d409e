namespace KyCuong.Readers.Tests;

public sealed class GarbleWatchTests
{
    [Fact]
    public void Line_that_talks_and_never_makes_sense_is_one_fault()
    {
        var sink = new Sink();
        var watch = new GarbleWatch(sink);
        for (var i = 0; i < 100; i++)
            watch.Received(100, i);
        Assert.Equal([(ReaderFault.Garbled, 40L)], sink.Faults);
        Assert.True(watch.IsGarbled);
    }

    [Fact]
    public void Good_read_ends_it_and_the_next_time_is_a_fault_again()
    {
        var sink = new Sink();
        var watch = new GarbleWatch(sink);
        watch.Received(GarbleWatch.LimitBytes, 1);
        watch.Read(new RawRead(Technology.Em4100, CredentialForm.EmTag, new byte[5], 10, 2));
        Assert.False(watch.IsGarbled);
        watch.Received(GarbleWatch.LimitBytes - 1, 3);
        Assert.Single(sink.Faults);
        watch.Received(1, 4);
        Assert.Equal(2, sink.Faults.Count);
    }

    [Theory]
    [InlineData(ReadError.BadFrame, true)]
    [InlineData(ReadError.BadChecksum, true)]
    [InlineData(ReadError.TooLong, true)]
    [InlineData(ReadError.NotInGrammar, false)]
    [InlineData(ReadError.NationalId, false)]
    [InlineData(ReadError.WrongSymbology, false)]
    [InlineData(ReadError.DefaultIdentity, false)]
    public void Text_that_was_understood_and_refused_is_no_garble(ReadError reason, bool garbled)
    {
        var watch = new GarbleWatch(new Sink());
        for (var i = 0; i < 200; i++)
        {
            watch.Refused(new RefusedRead(reason, Technology.Optical, 140, i));
            watch.Received(140, i);
        }

        Assert.Equal(garbled, watch.IsGarbled);
    }

    [Theory]
    [InlineData(RefusedRead.LeastSense - 1, true)]
    [InlineData(RefusedRead.LeastSense, false)]
    public void Readable_text_of_a_few_characters_is_what_noise_makes_too(int length, bool garbled)
    {
        var watch = new GarbleWatch(new Sink());
        for (var i = 0; i < GarbleWatch.LimitBytes; i++)
        {
            watch.Refused(new RefusedRead(ReadError.NotInGrammar, Technology.Optical, length, i));
            watch.Received(1, i);
        }

        Assert.Equal(garbled, watch.IsGarbled);
    }

    [Theory]
    [InlineData(ReaderFault.SettingsRefused, 0)]
    [InlineData(ReaderFault.SettingsChanged, 0)]
    [InlineData(ReaderFault.NoAnswer, 1)]
    [InlineData(null, 0)]
    public void Answers_of_a_reader_that_is_asked_are_no_garbage_however_long_nobody_taps(ReaderFault? said, int garbled)
    {
        var sink = new Sink();
        var watch = new GarbleWatch(sink);
        for (var i = 0; i < GarbleWatch.LimitBytes; i++)
        {
            watch.Received(15, i);
            if (said is { } fault) watch.Fault(fault, i);
            else watch.Working(i);
        }

        Assert.Equal(garbled, sink.Faults.Count(f => f.Item1 == ReaderFault.Garbled));
    }

    [Fact]
    public void Reopened_line_is_judged_from_the_start()
    {
        var sink = new Sink();
        var watch = new GarbleWatch(sink);
        watch.Received(GarbleWatch.LimitBytes - 1, 1);
        watch.Reset();
        watch.Received(1, 2);
        Assert.Empty(sink.Faults);
    }

    private sealed class Sink : IReaderSink
    {
        public List<(ReaderFault, long)> Faults { get; } = [];

        public void Read(RawRead read)
        {
        }

        public void Refused(RefusedRead refused)
        {
        }

        public void Send(ReadOnlySpan<byte> bytes)
        {
        }

        public void Fault(ReaderFault fault, long t) => Faults.Add((fault, t));

        public void Working(long t)
        {
        }

        public void ReadTogether(RawRead first, RawRead? second)
        {
        }

        public void Nothing(long t)
        {
        }
    }
}
