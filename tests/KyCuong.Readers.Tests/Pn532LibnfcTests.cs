using System.Diagnostics;
using System.Runtime.Versioning;
using KyCuong.Testing;

namespace KyCuong.Readers.Tests;

/// <summary>
/// An independent program takes the tests' PN532 for one: <c>nfc-list</c> of Debian's libnfc (package libnfc-bin, which tests/run.sh
/// installs) finds its card, and names what is wrong with it.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class Pn532LibnfcTests
{
    /// <summary>It has time-outs of its own, which a busy test machine can exceed.</summary>
    private const int Attempts = 10;

    [Theory]
    [InlineData("9EB36E66", 0x08, 0x0004, "")]
    [InlineData("047BCB51962280", 0x00, 0x0044, "")]
    [InlineData("0452361A9F3180", 0x20, 0x4403, "757781028080")]
    public void Card_of_the_chip_is_found(string uid, byte selRes, ushort sensRes, string ats)
    {
        const string Found = "1 ISO14443A passive target(s) found";
        var card = new ChipCard(Convert.FromHexString(uid), selRes, sensRes, ats.Length == 0 ? null : Convert.FromHexString(ats));
        var said = NfcList(() => new Pn532Chip { Cards = { card } }, Found);
        Assert.Contains(Found, said, StringComparison.Ordinal);
        Assert.Contains(string.Join("  ", uid.Chunk(2).Select(b => new string(b))), said, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Two_cards_of_the_chip_are_found()
    {
        const string Found = "2 ISO14443A passive target(s) found";
        Assert.Contains(
            Found,
            NfcList(() => new Pn532Chip { Cards = { new ChipCard([0x9E, 0xB3, 0x6E, 0x66]), new ChipCard([0x04, 0x7B, 0xCB, 0x51, 0x96, 0x22, 0x80], 0x00, 0x0044) } }, Found),
            StringComparison.Ordinal);
    }

    [Fact]
    public void No_card_is_no_card()
    {
        var said = NfcList(() => new Pn532Chip(), "NFC device");
        Assert.Contains("NFC device", said, StringComparison.Ordinal);
        Assert.DoesNotContain("target(s) found", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ChipFault.BadLengthCheck, "Length checksum mismatch")]
    [InlineData(ChipFault.BadDataCheck, "Data checksum mismatch")]
    [InlineData(ChipFault.BadPostamble, "Frame postamble mismatch")]
    [InlineData(ChipFault.ErrorFrame, "Application level error detected")]
    public void Fault_of_the_chip_is_named(ChipFault fault, string name) =>
        Assert.Contains(name, NfcList(() => new Pn532Chip { Always = { [0x02] = fault } }, name), StringComparison.OrdinalIgnoreCase);

    /// <summary>What it says of such a chip: of the first attempt that says what is looked for, or else of the last.</summary>
    private static string NfcList(Func<Pn532Chip> chip, string wanted)
    {
        var said = "";
        for (var attempt = 0; attempt < Attempts && !said.Contains(wanted, StringComparison.OrdinalIgnoreCase); attempt++) said = NfcList(chip());
        return said;
    }

    private static string NfcList(Pn532Chip chip)
    {
        using var module = new RunningModule<Pn532Chip>(chip);
        var terminal = Path.GetFullPath(new FileInfo(module.Link).LinkTarget!, Path.GetDirectoryName(module.Link)!);
        var start = new ProcessStartInfo("nfc-list") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LIBNFC_DEVICE"] = "pn532_uart:" + terminal;
        start.Environment["LIBNFC_LOG_LEVEL"] = "3";
        using var list = Process.Start(start)!;
        var errors = list.StandardError.ReadToEndAsync();
        var output = list.StandardOutput.ReadToEndAsync();
        if (!list.WaitForExit(TimeSpan.FromSeconds(60)))
        {
            list.Kill();
            Assert.Fail("nfc-list did not end");
        }

        return output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult();
    }
}
