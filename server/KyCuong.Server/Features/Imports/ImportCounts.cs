namespace KyCuong.Server.Features.Imports;

/// <summary>What the rows of a file did to the store.</summary>
internal readonly record struct ImportCounts(int Rows, int Added, int Changed, int Unchanged)
{
    /// <summary>True when the store is not as before.</summary>
    public bool IsChange => Added + Changed > 0;
}
