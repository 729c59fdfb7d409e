namespace KyCuong.Readers;

/// <summary>What can be remarked of a reader that works. A closed list, so that each has its sentence.</summary>
public enum ReaderRemark
{
    /// <summary>The reader is not told anything, so its light and buzzer do not follow the kiosk, or only while a card lies on it.</summary>
    CommandsRefused,
}
