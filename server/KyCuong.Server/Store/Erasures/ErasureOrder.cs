using System.Security.Cryptography;
using KyCuong.Server.Certificates;

namespace KyCuong.Server.Store.Erasures;

/// <summary>Who orders an erasure and by which paper; makes the tombstone of a plan. Immutable.</summary>
/// <param name="Kind">One of <see cref="ErasureKind"/>.</param>
/// <param name="Agency">Code.</param>
/// <param name="Document">The paper.</param>
/// <param name="By">Staff code.</param>
/// <param name="AtUs">UTC microseconds.</param>
/// <param name="Staff">Staff code of the person; null: not of one person.</param>
/// <param name="Before">What is older goes; null: not by age.</param>
internal sealed record ErasureOrder(string Kind, string Agency, string Document, string By, long AtUs, string? Staff, DateOnly? Before)
{
    /// <summary>The tombstone, signed.</summary>
    /// <param name="id">128 random bits.</param>
    /// <param name="rowList">Of the plan.</param>
    /// <param name="entries">Of the plan, in order.</param>
    /// <param name="authority">Signs.</param>
    public Tombstone Sign(UInt128 id, string rowList, IReadOnlyList<ErasedKey> entries, CertificateAuthority authority)
    {
        var rows = rowList.Length == 0 ? 0 : rowList.AsSpan().Count('\n') + 1;
        var content = new TombstoneContent(
            id.ToString("x32", System.Globalization.CultureInfo.InvariantCulture), Agency, AtUs, Kind, Document, By, Staff, Before,
            rows, Tombstone.HashOf(rowList), entries.Count, Tombstone.HashOf(entries)).ToBytes();
        return new Tombstone(content, authority.Sign(Tombstone.Signed(content)), rowList, entries);
    }

    /// <summary>128 random bits.</summary>
    public static UInt128 NewId() => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(RandomNumberGenerator.GetBytes(16));
}
