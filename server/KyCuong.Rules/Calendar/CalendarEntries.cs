namespace KyCuong.Rules;

/// <summary>A date an explicit notice makes off, or worked.</summary>
/// <param name="Source">Number of the notice; null: none given.</param>
public sealed record CalendarNotice(DateOnly Date, string Name, string? Source = null, bool Worked = false);

/// <summary>Two dates change places.</summary>
public sealed record DaySwap(DateOnly Off, DateOnly Worked, string? Source = null);

/// <summary>A public holiday by law.</summary>
/// <param name="MadeUp">Whether art. 111(3) reaches it; only days of art. 112(1) are made up.</param>
public sealed record StatutoryDay(DateOnly Date, string Name, string? Source = null, bool MadeUp = true);
