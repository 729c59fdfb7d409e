namespace KyCuong.Server.Store.Rows;

/// <summary>A decision that is never altered but for being withdrawn by a paper, once.</summary>
public interface IWithdrawable
{
    /// <summary>The paper it was decided by.</summary>
    public string Document { get; }

    /// <summary>Who decided, as entered.</summary>
    public string DecidedBy { get; }

    /// <summary>UTC microseconds; null: in force.</summary>
    public long? WithdrawnUs { get; set; }

    /// <summary>Number of the paper that withdrew it; null: in force.</summary>
    public string? WithdrawnDocument { get; set; }
}
