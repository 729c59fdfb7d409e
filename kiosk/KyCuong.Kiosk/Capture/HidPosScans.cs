using KyCuong.Readers;

namespace KyCuong.Kiosk.Capture;

/// <summary>A scan in the reports of a HID-POS scanner, by places among the bytes of the part.</summary>
/// <param name="All">Every byte of its reports.</param>
/// <param name="Text">The characters of the code, in order; of a report that is cut or no scan's, all behind its head.</param>
/// <param name="Wiped">What no scan's report has behind its text.</param>
internal sealed record HidPosScan(IReadOnlyList<int> All, IReadOnlyList<int> Text, IReadOnlyList<int> Wiped);

/// <summary>Finds the scans in reports of 64 bytes (USB-IF, HID Point of Sale Usage Tables 1.02; hardware-notes/hid-pos.md). Pure.</summary>
internal static class HidPosScans
{
    private const int ReportBytes = 64;
    private const long DefaultSilence = 60_000;
    private const long NextReportWithin = 500_000;
    private const byte ScanReport = 0x02;
    private const int LengthAt = 1;
    private const int AimAt = 2;
    private const int DataAt = 5;
    private const int MostData = 56;
    private const int FlagsAt = 63;

    /// <summary>All of them: each byte of the chunks is of one scan.</summary>
    public static List<HidPosScan> Of(IReadOnlyList<CapturedChunk> chunks, ReaderOptions options)
    {
        var bytes = chunks.SelectMany(chunk => chunk.Bytes).ToArray();
        var scans = new List<HidPosScan>();
        var (all, text, wiped) = (new List<int>(), new List<int>(), new List<int>());
        var silence = options.Silence is { } set ? (long)set.TotalMicroseconds : DefaultSilence;
        var (start, at, lastAt, joinedAt) = (0, 0, 0L, 0L);
        foreach (var chunk in chunks)
        {
            if (at > start && chunk.At - lastAt >= silence) Cut(at);
            if (all.Count > 0 && chunk.At - joinedAt >= NextReportWithin) Done();
            lastAt = chunk.At;
            for (var end = at + chunk.Bytes.Length; at < end;)
            {
                if (++at - start < ReportBytes) continue;
                Report(chunk.At);
                start = at;
            }
        }

        if (at > start) Cut(at);
        Done();
        return scans;

        void Report(long t)
        {
            var length = bytes[start + LengthAt];
            if (bytes[start] != ScanReport || length > MostData)
            {
                Cut(start + ReportBytes);
                return;
            }

            all.AddRange(Enumerable.Range(start, ReportBytes));
            // Of three bytes that are no identifier nothing is known.
            if (bytes[start + AimAt] != ']') wiped.AddRange(Enumerable.Range(start + AimAt, DataAt - AimAt));
            text.AddRange(Enumerable.Range(start + DataAt, length));
            wiped.AddRange(Enumerable.Range(start + DataAt + length, MostData - length));
            joinedAt = t;
            if ((bytes[start + FlagsAt] & 1) == 0) Done();
        }

        void Cut(int end)
        {
            var isScan = bytes[start] == ScanReport;
            // What a driver has not taken for a scan ends none that has begun, but for a length that cannot be.
            var behind = Enumerable.Range(start, end - start).Skip(isScan ? LengthAt + 1 : 1).ToArray();
            if (isScan && end - start == ReportBytes) Done();
            scans.Add(new HidPosScan([.. Enumerable.Range(start, end - start)], isScan ? behind : [], isScan ? [] : behind));
            start = end;
        }

        void Done()
        {
            if (all.Count > 0) scans.Add(new HidPosScan(all, text, wiped));
            (all, text, wiped) = ([], [], []);
        }
    }
}
