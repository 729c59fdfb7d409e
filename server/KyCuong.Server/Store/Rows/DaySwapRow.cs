namespace KyCuong.Server.Store.Rows;

/// <summary>A working day swapped for a day of rest. Table day_swaps.</summary>
public sealed class DaySwapRow
{
    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Off date.</summary>
    public DateOnly OffDate { get; set; }

    /// <summary>Worked date.</summary>
    public DateOnly WorkedDate { get; set; }

    /// <summary>Notice; null: not given.</summary>
    public string? Notice { get; set; }
}
