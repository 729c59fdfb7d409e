namespace KyCuong.Kiosk.Link;

/// <summary>How a stream that was not lost ended. A closed list.</summary>
public enum SessionEnd
{
    /// <summary>The server ended it in order, e.g. because it stops.</summary>
    Closed,

    /// <summary>The run has stopped, and the server has everything of it: no other stream.</summary>
    Stopped,

    /// <summary>All of a sealed epoch is there: the next epoch's turn, at once.</summary>
    Drained,

    /// <summary>A new epoch was begun: again, at once.</summary>
    NewEpoch,

    /// <summary>What came of the roster does not fit what is here: again at once, asking for all of it.</summary>
    RosterNeeded,
}

/// <summary>The link is of no further use; the message says why.</summary>
public sealed class LinkLostException(string message) : Exception(message);
