namespace KyCuong.Server.Store.Rows;

/// <summary>A decision that is never altered but for being withdrawn by a paper, once.</summary>
public interface IWithdrawable
{
    /// <summary>UTC microseconds; null: in force.</summary>
    public long? WithdrawnUs { get; set; }

    /// <summary>Number of the paper that withdrew it; null: in force.</summary>
    public string? WithdrawnDocument { get; set; }
}
