using System.Text;
using KyCuong.Protos.Enrolment;

namespace KyCuong.Fuzz.Targets;

/// <summary>A one-time code as it is typed, in UTF-8: what is taken for one is, without hyphens and with look-alikes set right, that code and no other.</summary>
internal sealed class EnrolmentCodeTarget : ITarget
{
    public string Name => "enrolment-code";

    public int Weight => 30;

    public IReadOnlyList<byte[]> Seeds { get; } = [.. Enumerable.Range(1, 4).Select(i => Encoding.UTF8.GetBytes(Code(new Random(i))))];

    public byte[] Generate(Random random)
    {
        var code = Code(random);
        return Encoding.UTF8.GetBytes(random.Next(4) switch { 0 => code.ToLowerInvariant(), 1 => code.Replace('0', 'O').Replace('1', 'l'), 2 => code.Replace("-", " ", StringComparison.Ordinal), _ => code });
    }

    public long MostAllocated(int inputBytes) => 64 * 1024 + (16L * inputBytes);

    public string? Take(byte[] input)
    {
        var typed = Encoding.UTF8.GetString(input);
        if (!EnrolmentCode.TryParse(typed, out var code)) return null;
        var meant = string.Concat(typed.Where(c => c is not ('-' or ' ')).Select(c => char.ToUpperInvariant(c) switch { 'O' => '0', 'I' or 'L' => '1', var other => other }));
        var said = code.ToString();
        if (said.Replace("-", "", StringComparison.Ordinal) != meant) return $"'{typed}' was taken for {said}";
        return EnrolmentCode.TryParse(said, out var again) && again.Secret.SequenceEqual(code.Secret) ? null : "what it says of itself is not taken for it";
    }

    private static string Code(Random random)
    {
        var (secret, authority) = (new byte[EnrolmentCode.SecretSize], new byte[40]);
        random.NextBytes(secret);
        random.NextBytes(authority);
        return EnrolmentCode.Create(secret, authority).ToString();
    }
}
