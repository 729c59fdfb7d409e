using KyCuong.Kiosk.Native;

namespace KyCuong.Kiosk.Tests.Agent;

/// <summary>What of a process's memory may be handed back without a loss.</summary>
public sealed class FilePagesTests
{
    [Fact]
    public void Only_what_is_as_in_its_file_is_handed_back()
    {
        string[] smaps =
        [
            .. Mapping("00400000-00600000 r-xp 00001000 fe:00 77                         /opt/kycuong/KyCuong.Kiosk", 1500),
            .. Mapping("7f0000000000-7f0000004000 r--s 00000000 fe:00 77                 /opt/a place/with spaces.dll", 12),
            .. Mapping("00600000-00700000 r-xp 00000000 fe:00 77                         /opt/kycuong/never-touched.so", 0),
            .. Mapping("00700000-00800000 r--p 00000000 fe:00 77                         /opt/kycuong/relocated.so", 40, anonymous: 4),
            .. Mapping("00800000-00900000 r-xp 00000000 fe:00 77                         /opt/kycuong/patched.so", 40, dirty: 4),
            .. Mapping("00900000-00a00000 rw-p 00000000 fe:00 77                         /opt/kycuong/data.so", 40),
            .. Mapping("00a00000-00b00000 rw-s 00000000 fe:00 78                         /var/lib/kycuong-kiosk/journal.db-shm", 40),
            .. Mapping("00b00000-00c00000 r-xs 00000000 00:01 79                         /memfd:doublemapper (deleted)", 40),
            .. Mapping("00c00000-00d00000 r--s 00000000 00:01 80                         /dev/zero", 40),
            .. Mapping("00d00000-00e00000 r--p 00000000 00:00 0 ", 40),
            .. Mapping("7ffd0000-7ffe0000 r-xp 00000000 00:00 0                          [vdso]", 4),
            .. Mapping("00e00000-00f00000 ---p 00000000 fe:00 77                         /opt/kycuong/guard.so", 40),
        ];
        Assert.Equal([(new AddressRange(0x400000, 0x200000), 1500L * 1024), (new AddressRange(unchecked((nuint)0x7f0000000000), 0x4000), 12L * 1024)], FilePages.Untouched(smaps));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Rss: 12 kB")]
    [InlineData("VmFlags: rd ex")]
    [InlineData("00400000-00600000 r-xp 00001000 fe:00 77 /opt/cut")]
    [InlineData("00600000-00400000 r-xp 00001000 fe:00 77 /opt/backwards")]
    [InlineData("x-y r-xp 00001000 fe:00 77 /opt/none")]
    public void What_is_no_such_list_hands_nothing_back(string line) => Assert.Empty(FilePages.Untouched([line, "Rss: 8 kB"]));

    [Fact]
    public void A_process_goes_on_with_less()
    {
        if (!OperatingSystem.IsLinux()) return;
        var before = Resident();
        var handed = FilePages.HandBack();
        var after = Resident();
        Assert.InRange(handed, before / 2, long.MaxValue);
        Assert.InRange(after, 0, before / 4 * 3);
        // What is needed again comes back by itself.
        Assert.Equal("{\"taps\":3}", System.Text.Json.JsonSerializer.Serialize(new { taps = 3 }));

        static long Resident() => FilePages.Untouched(File.ReadLines("/proc/self/smaps")).Sum(mapping => mapping.Resident);
    }

    private static string[] Mapping(string head, int resident, int dirty = 0, int anonymous = 0) =>
    [
        head, "Size:               2048 kB", "KernelPageSize:        4 kB", $"Rss:                {resident} kB", $"Private_Dirty:         {dirty} kB",
        $"Anonymous:             {anonymous} kB", "THPeligible:           0", "VmFlags: rd ex mr mw me",
    ];
}
