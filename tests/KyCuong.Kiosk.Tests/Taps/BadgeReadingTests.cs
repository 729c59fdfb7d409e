using KyCuong.Kiosk.Taps;
using KyCuong.Protos.V1;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Tests.Taps;

public sealed class BadgeReadingTests
{
    [Fact]
    public void Whatever_a_reader_says_has_a_word_in_the_contract()
    {
        Assert.All(Enum.GetValues<Readers.ReaderFault>(), fault => Assert.NotEqual(FaultCode.Unspecified, BadgeReading.Fault(fault)));
        Assert.All(Enum.GetValues<ReadError>(), error => Assert.NotEqual(RefusalReason.Unspecified, BadgeReading.Reason(error)));
        Assert.All(Enum.GetValues<Readers.Technology>(), technology => Assert.NotEqual(Protos.V1.Technology.Unspecified, BadgeReading.Technology(technology)));
    }

    [Fact]
    public void Silence_of_a_reader_and_a_setting_changed_behind_the_kiosks_back_are_told_apart() =>
        Assert.Equal((FaultCode.NoAnswer, FaultCode.SettingsRefused), (BadgeReading.Fault(Readers.ReaderFault.NoAnswer), BadgeReading.Fault(Readers.ReaderFault.SettingsChanged)));
}
