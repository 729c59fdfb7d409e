using KyCuong.Kiosk.Identify;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Tests.Identify;

/// <summary>What a line read with wrong settings looks like: bits as a UART puts them on the wire, sampled by another UART.</summary>
public sealed class SpeedEvidenceTests
{
    private static readonly byte[] Scan = "KC1:KYC7V0NG2T8QHANA\r\n"u8.ToArray();
    private static readonly byte[] Frame = "\u00020C000621A58E\u0003"u8.ToArray();

    [Theory]
    [InlineData(9600, 115_200)]
    [InlineData(9600, 38_400)]
    [InlineData(9600, 19_200)]
    [InlineData(19_200, 9600)]
    public void Wrong_speed_is_suspected(int sent, int listened)
    {
        foreach (var bytes in (byte[][])[Scan, Frame])
            Assert.Equal(LineDoubt.Speed, Judge(Sample(Bits([.. Enumerable.Repeat(bytes, 12).SelectMany(b => b)], Parity.None), (double)sent / listened)));
    }

    [Fact]
    public void Right_speed_is_not()
    {
        foreach (var bytes in (byte[][])[Scan, Frame])
        {
            var sampled = Sample(Bits(bytes, Parity.None), 1);
            Assert.Equal(bytes, sampled);
            Assert.Equal(LineDoubt.None, Judge(sampled));
        }
    }

    [Theory]
    [InlineData(Parity.Even, LineDoubt.EvenParity, "9600 7E1")]
    [InlineData(Parity.Odd, LineDoubt.OddParity, "9600 7O1")]
    public void Parity_is_recognised(Parity parity, LineDoubt doubt, string line)
    {
        Assert.Equal(doubt, Judge(Sample(Bits(Scan, parity), 1)));
        var finding = new Finding(ReaderAddress.Parse("tty:/dev/x"), new LineSettings(9600), 1, new Ranking([]), doubt, new Dictionary<Candidate, string>());
        Assert.Equal([line], finding.LinesToTry);
    }

    [Fact]
    public void Speeds_to_try_begin_with_the_catalogues_own_and_leave_out_the_one_that_was_wrong()
    {
        var finding = new Finding(ReaderAddress.Parse("tty:/dev/x"), new LineSettings(9600), 1, new Ranking([]), LineDoubt.Speed, new Dictionary<Candidate, string>());
        Assert.Equal("115200", finding.LinesToTry![0]);
        Assert.DoesNotContain("9600", finding.LinesToTry);
    }

    [Fact]
    public void Few_bytes_say_nothing() => Assert.Equal(LineDoubt.None, Judge([0xFF, 0x00, 0xFE]));

    public enum Parity
    {
        None,
        Even,
        Odd,
    }

    private static LineDoubt Judge(byte[] bytes)
    {
        var evidence = new SpeedEvidence();
        evidence.Add(bytes);
        return evidence.Judge();
    }

    // Idle 1, start 0, bits from the lowest, stop 1; with a parity bit in the place of the eighth.
    private static List<bool> Bits(byte[] bytes, Parity parity)
    {
        var bits = new List<bool>();
        foreach (var b in bytes)
        {
            bits.Add(false);
            for (var i = 0; i < 7; i++) bits.Add((b >> i & 1) != 0);
            var isOdd = System.Numerics.BitOperations.PopCount((uint)(b & 0x7F)) % 2 != 0;
            bits.Add(parity switch { Parity.Even => isOdd, Parity.Odd => !isOdd, _ => (b & 0x80) != 0 });
            bits.AddRange([true, true]);
        }

        return [true, true, .. bits, .. Enumerable.Repeat(true, 40)];
    }

    /// <param name="bits">The wire, a bit a time unit.</param>
    /// <param name="step">The listener's bit in those units.</param>
    private static byte[] Sample(List<bool> bits, double step)
    {
        bool At(double time) => (int)time >= bits.Count || bits[(int)time];
        var bytes = new List<byte>();
        for (var t = 0.0; t < bits.Count; t += step / 16)
        {
            if (At(t)) continue;
            if (At(t + (step / 2))) continue;
            var b = 0;
            for (var i = 0; i < 8; i++) b |= At(t + (step * (1.5 + i))) ? 1 << i : 0;
            bytes.Add((byte)b);
            t += step * 9.5; // to the middle of the stop bit, whatever it is
        }

        return [.. bytes];
    }
}
