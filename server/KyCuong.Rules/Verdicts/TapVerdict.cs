namespace KyCuong.Rules;

/// <summary>What became of one tap.</summary>
/// <param name="Direction">As found; <see cref="TapDirection.None"/> outside every window when nobody said.</param>
/// <param name="Step">How it was found.</param>
/// <param name="Inferred">A guess that the explanation has to call one ("hướng suy đoán").</param>
/// <param name="Event">Taps of one event have the same number, from 0 in the shift; −1: outside.</param>
/// <param name="IfOtherwise">Of a lone undirected event: the findings if it meant the other direction; null: not asked.</param>
public sealed record TapVerdict(
    Tap Tap,
    TapDirection Direction,
    TapUse Use,
    DirectionStep Step,
    bool Inferred,
    int Event,
    IReadOnlyList<Finding>? IfOtherwise = null);
