namespace KyCuong.Server.Store.Rows;

/// <summary>A signed tombstone: what was erased, when, by whose order. Written once, never changed. Table erasures.</summary>
public sealed class ErasureRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long ErasureId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Kind, as in the content (<see cref="Erasures.ErasureKind"/>).</summary>
    public required string Kind { get; set; }

    /// <summary>What is older is gone, as in the content; null: not by age.</summary>
    public DateOnly? BeforeDate { get; set; }

    /// <summary>The tombstone, JSON.</summary>
    public required byte[] Content { get; set; }

    /// <summary>Of the content, by the server's authority.</summary>
    public required byte[] Signature { get; set; }

    /// <summary>Rows that were erased, one a line.</summary>
    public required string RowList { get; set; }
}
