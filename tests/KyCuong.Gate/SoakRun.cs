using System.Collections.Concurrent;
using System.Globalization;
using KyCuong.Testing;
using Microsoft.Data.Sqlite;

namespace KyCuong.Gate;

/// <summary>
/// A gate mistreated: queues at four readers in step, a card that stays, a scanner that repeats, bytes without sense, plugs pulled in
/// the middle of frames. At the end each reader's taps on the server are, one by one and in order, those that people made there.
/// </summary>
internal sealed class SoakRun(GateSite site, GateLines lines, TimeProvider time, Random random)
{
    /// <summary>The readers, in the order of <see cref="PlayAsync"/>.</summary>
    public static readonly string[] Protocols =
    [
        GateReader.Rdm6300, GateReader.Id12La, GateReader.Em18, GateReader.LineScanner, // queues
        GateReader.Rdm6300, GateReader.LineScanner,                                     // held, continuous
        GateReader.Rdm6300,                                                             // senseless
        GateReader.Rdm6300, GateReader.Id12La, GateReader.Em18, GateReader.LineScanner, // unplugged
    ];

    private const int Queues = 4;

    // 30 taps in 20 s.
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(20.0 / 30);
    private static readonly TimeSpan HeldFrames = TimeSpan.FromMilliseconds(65);
    private static readonly TimeSpan ContinuousScans = TimeSpan.FromMilliseconds(200);

    // Longer than any driver's silence, by as much as a busy machine may read late.
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Noise = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(2);

    private readonly Dictionary<GateReader, List<Person>> _made = lines.Readers.ToDictionary(reader => reader, _ => new List<Person>());
    private readonly ConcurrentDictionary<string, int> _panels = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<TimeSpan> _back = [];
    private readonly List<long> _memory = [];

    /// <summary>Plays that long; what is wrong, as sentences.</summary>
    /// <param name="length">Of the whole.</param>
    /// <param name="judged">True to hold times and memory against their goals as well.</param>
    public async Task<IReadOnlyList<string>> RunAsync(TimeSpan length, bool judged)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), time);
        await using var kiosk = await site.RunKioskAsync();
        using var screen = await ScreenStream.OpenAsync(site.ScreenPort, time, panel => _panels.AddOrUpdate(panel.Name ?? "", 1, (_, n) => n + 1), patience.Token);
        await Task.Delay(TimeSpan.FromSeconds(1), time);
        using var end = new CancellationTokenSource(length, time);
        var sampling = SampleAsync(kiosk, end.Token);
        await Task.WhenAll(PlayAsync(kiosk, TimeSpan.FromSeconds(Math.Min(60, length.TotalSeconds / 4)), end.Token));
        await sampling;
        // Longer than the status file is old.
        await Task.Delay(TimeSpan.FromSeconds(3), time);
        await site.SettleAsync();
        var problems = new List<string>();
        if (!kiosk.IsRunning) problems.Add($"the kiosk ended: {kiosk.LastWords()}");
        if (screen.HasEnded) problems.Add("the screen stream ended");
        problems.AddRange(Compare(Stored()));
        var third = Math.Max(1, _memory.Count / 3);
        var (first, last) = (_memory.Take(third).Average() / 1e6, _memory.TakeLast(third).Average() / 1e6);
        if (judged && last > first * 1.15) problems.Add(FormattableString.Invariant($"memory grew from {first:0.0} MB in the first third to {last:0.0} MB in the last"));
        if (judged && !_back.IsEmpty && _back.Max() > BackWithin) problems.Add(FormattableString.Invariant($"a reader was back {_back.Max().TotalSeconds:0.0} s after it reappeared"));
        Console.WriteLine(FormattableString.Invariant(
            $"  {_made.Values.Sum(made => made.Count):N0} taps made, {_back.Count} plugs pulled, back after at most {(_back.IsEmpty ? 0 : _back.Max().TotalSeconds):0.0} s; resident {first:0.0} MB in the first third, {last:0.0} MB in the last"));
        using var stopping = new CancellationTokenSource(TimeSpan.FromSeconds(60), time);
        if (kiosk.IsRunning && await kiosk.StopAsync(stopping.Token) is not 0 and var code) problems.Add($"the kiosk stopped with {code}");
        return problems;
    }

    private IEnumerable<Task> PlayAsync(KioskUnderTest kiosk, TimeSpan hold, CancellationToken end)
    {
        var readers = lines.Readers;
        yield return QueueAsync([.. readers.Take(Queues)], end);
        yield return HoldAsync(readers[Queues], HeldFrames, hold, TimeSpan.FromSeconds(1), end);
        yield return HoldAsync(readers[Queues + 1], ContinuousScans, hold, TimeSpan.FromSeconds(4), end);
        yield return NoiseAsync(readers[Queues + 2], new Random(random.Next()), end);
        foreach (var reader in readers.Skip(Queues + 3)) yield return PullAsync(reader, kiosk, new Random(random.Next()), end);
    }

    private async Task QueueAsync(GateReader[] readers, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            foreach (var reader in readers) Tap(reader);
            await Task.Delay(Pace, time, CancellationToken.None);
        }
    }

    /// <summary>One person's badge stays where it is read again and again, then the next one's.</summary>
    private async Task HoldAsync(GateReader reader, TimeSpan every, TimeSpan hold, TimeSpan between, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var person = Tap(reader);
            var start = time.GetTimestamp();
            while (time.GetElapsedTime(start) < hold && !end.IsCancellationRequested)
            {
                await Task.Delay(every, time, CancellationToken.None);
                lines.Line(reader).Send(person.Frame);
            }

            await Task.Delay(between, time, CancellationToken.None);
        }
    }

    private async Task NoiseAsync(GateReader reader, Random chance, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var bytes = new byte[chance.Next(1, 32)];
            chance.NextBytes(bytes);
            lines.Line(reader).Send(bytes);
            await Task.Delay(Noise, time, CancellationToken.None);
        }
    }

    /// <summary>The plug is pulled at some byte of a frame; the rest of it comes after it is in again, and then somebody else taps.</summary>
    private async Task PullAsync(GateReader reader, KioskUnderTest kiosk, Random chance, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var line = lines.Line(reader);
            var frame = lines.Next(reader).Frame;
            var cut = chance.Next(1, frame.Length);
            line.Send(frame.AsSpan(0, cut));
            await Task.Delay(TimeSpan.FromMilliseconds(chance.Next(0, 30)), time, CancellationToken.None);
            line.Unplug();
            await site.UntilAsync(() => !kiosk.Works(reader.Id), () => $"the kiosk does not notice that {reader.Id} is unplugged");
            await Task.Delay(TimeSpan.FromMilliseconds(chance.Next(0, 1500)), time, CancellationToken.None);
            line.Plug();
            var plugged = time.GetTimestamp();
            await site.UntilAsync(() => kiosk.Works(reader.Id), () => $"{reader.Id} does not come back");
            _back.Add(time.GetElapsedTime(plugged));
            line.Send(frame.AsSpan(cut));
            await Task.Delay(Apart, time, CancellationToken.None);
            Tap(reader);
            await Task.Delay(Apart, time, CancellationToken.None);
        }
    }

    private Person Tap(GateReader reader)
    {
        var person = lines.Next(reader);
        _made[reader].Add(person);
        lines.Line(reader).Send(person.Frame);
        return person;
    }

    private async Task SampleAsync(KioskUnderTest kiosk, CancellationToken end)
    {
        while (!end.IsCancellationRequested && kiosk.IsRunning)
        {
            _memory.Add(kiosk.Resident().All);
            await Task.Delay(TimeSpan.FromMilliseconds(500), time, CancellationToken.None);
        }
    }

    private IEnumerable<string> Compare(ILookup<string, string> stored)
    {
        foreach (var (reader, people) in _made)
        {
            var made = people.ConvertAll(person => person.StaffCode);
            var found = stored[reader.Id].ToList();
            if (!made.SequenceEqual(found))
            {
                var at = made.Zip(found).TakeWhile(pair => pair.First == pair.Second).Count();
                yield return $"{reader.Id} ({reader.Protocol}): {made.Count} taps were made and {found.Count} are on the server; they differ from the {at + 1}. on: {string.Join(' ', made.Skip(at).Take(4))} made, {string.Join(' ', found.Skip(at).Take(4))} found";
            }

            foreach (var (person, times) in people.CountBy(person => person.Name))
                if (_panels.GetValueOrDefault(person) != times) yield return $"{reader.Id}: {person} tapped {times} times and was shown {_panels.GetValueOrDefault(person)} times";
        }

        var known = _made.Values.SelectMany(people => people).Select(person => person.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in _panels.Keys.Where(name => name.Length > 0 && !known.Contains(name))) yield return $"{name} was shown and never tapped";
        if (stored[""].Any()) yield return $"{stored[""].Count()} taps are of nobody's badge";
    }

    /// <summary>Who tapped at each reader, in the journal's order; under "" the taps of badges that are nobody's.</summary>
    private ILookup<string, string> Stored()
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = site.Store, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT t.reader, s.code FROM taps t LEFT JOIN resolved_taps r ON r.journal_id = t.journal_id AND r.sequence = t.sequence
            LEFT JOIN staff s ON s.staff_id = r.staff_id ORDER BY t.sequence
            """;
        using var rows = command.ExecuteReader();
        var taps = new List<(string Reader, string Staff)>();
        while (rows.Read()) taps.Add(rows.IsDBNull(1) ? ("", string.Create(CultureInfo.InvariantCulture, $"{rows.GetString(0)}")) : (rows.GetString(0), rows.GetString(1)));
        return taps.ToLookup(tap => tap.Reader, tap => tap.Staff, StringComparer.Ordinal);
    }
}
