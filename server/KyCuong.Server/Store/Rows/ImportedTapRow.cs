using KyCuong.Protos.V1;

namespace KyCuong.Server.Store.Rows;

/// <summary>A tap brought in from another system's file. Table imported_taps.</summary>
public sealed class ImportedTapRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long ImportedTapId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Import.</summary>
    public long ImportId { get; set; }

    /// <summary>In the file, from 1.</summary>
    public long Line { get; set; }

    /// <summary>0 when the row names a badge.</summary>
    public long StaffId { get; set; }

    /// <summary>As in taps; empty when the row names a person.</summary>
    public required byte[] Badge { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long AtUs { get; set; }

    /// <summary>Direction.</summary>
    public Direction Direction { get; set; }

    /// <summary>Reader.</summary>
    public required string Reader { get; set; }
}
