namespace KyCuong.Kiosk.Screen;

/// <summary>Where and how long the kiosk's page shows, from <c>screen</c> in <c>kiosk.json</c>. Immutable.</summary>
public sealed record ScreenOptions
{
    /// <summary>What holds without a setting.</summary>
    public const int UsualPort = 7480;

    /// <summary>The page's port on 127.0.0.1; 0 for no page.</summary>
    public int Port { get; init; } = UsualPort;

    /// <summary>How long a verdict stays when nobody else taps.</summary>
    public TimeSpan Show { get; init; } = TimeSpan.FromSeconds(3);
}
