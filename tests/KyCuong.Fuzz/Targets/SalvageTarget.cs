using KyCuong.Kiosk.Journal;
using KyCuong.Protos.Journal;

namespace KyCuong.Fuzz.Targets;

/// <summary>
/// The bytes of a damaged journal: every record that lies in them whole is found, nothing else is, and what was saved can be put in order
/// with the holes between.
/// </summary>
internal sealed class SalvageTarget : ITarget, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kycuong-fuzz-");

    private string Journal => Path.Combine(_folder.FullName, "journal.db");

    public string Name => "salvage";

    public int Weight => 10;

    public IReadOnlyList<byte[]> Seeds { get; } = [.. Enumerable.Range(1, 10).Select(i => Pages(new Random(i)))];

    public byte[] Generate(Random random) => Pages(random);

    /// <summary>A buffer of a megabyte to scan with, twice.</summary>
    public long MostAllocated(int inputBytes) => (3L << 20) + (256L * inputBytes);

    public string? Take(byte[] input)
    {
        var found = RawRecords.In(new MemoryStream(input)).Select(record => record.Bytes).ToList();
        var there = Whole(input).ToList();
        if (found.Count != there.Count || !found.Zip(there).All(pair => pair.First.SequenceEqual(pair.Second))) return $"{found.Count} records found of {there.Count}";
        if (there.Count == 0) return null;
        File.WriteAllBytes(Journal, input);
        foreach (var epoch in JournalSalvage.Read(Journal, prunedBeforeUs: 0, out _))
        {
            var sequences = epoch.Records.Select(record => record.Stored.Entry.Sequence).ToList();
            if (sequences.Count == 0 || !sequences.SequenceEqual(sequences.Order().Distinct())) return "what was saved is out of order";
            if (epoch.Lost.Any(hole => hole.First > hole.Last || sequences.Any(sequence => sequence >= hole.First && sequence <= hole.Last))) return "a hole where an entry was saved";
        }

        return null;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>At every place, as no scanner would: KCJ1, length, encoding, SHA-256.</summary>
    private static IEnumerable<byte[]> Whole(byte[] bytes)
    {
        for (var at = 0; at + 40 <= bytes.Length; at++)
        {
            if (!bytes.AsSpan(at, 4).SequenceEqual("KCJ1"u8)) continue;
            var length = bytes.AsSpan(at + 4, 4).ToArray().Aggregate(0L, (sum, b) => (sum * 256) + b);
            if (length > 1024 || at + 8 + length + 32 > bytes.Length) continue;
            var encoding = bytes.AsSpan(at + 8, (int)length).ToArray();
            if (!System.Security.Cryptography.SHA256.HashData(encoding).AsSpan().SequenceEqual(bytes.AsSpan(at + 8 + (int)length, 32)) || References.CanonicalText.Read(encoding) is null) continue;
            // A sequence beyond what SQLite counts to is of no journal.
            if (encoding[29] >= 0x80) continue;
            yield return bytes.AsSpan(at, 40 + (int)length).ToArray();
            at += 39 + (int)length;
        }
    }

    private static byte[] Pages(Random random)
    {
        var bytes = new List<byte>();
        var journal = new JournalId(1, (UInt128)random.Next(2));
        var sequence = random.Next(4) == 0 ? Math.Max(1, Mutation.Number(random)) : 1;
        for (var left = random.Next(5); left >= 0; left--)
        {
            var noise = new byte[random.Next(80)];
            random.NextBytes(noise);
            bytes.AddRange(noise);
            if (random.Next(8) == 0) bytes.AddRange("KCJ1"u8);
            bytes.AddRange(JournalRecord.Build(journal, RandomEntry.Digest(random), RandomEntry.Of(random, sequence), out _));
            sequence = sequence > ulong.MaxValue - 3 ? sequence : sequence + (ulong)random.Next(1, 3);
        }

        return [.. bytes];
    }
}
