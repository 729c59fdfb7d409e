namespace KyCuong.Rules;

/// <summary>
/// Where sun and moon stand, from J. Meeus, Astronomical Algorithms, 2nd edition: chapter 49 for new moons (some seconds),
/// chapter 25 for the sun (0.01°, a quarter of an hour). Moments are Julian days, in terrestrial time where named so. Pure.
/// </summary>
internal static class Sky
{
    /// <summary>Mean length of a lunation, days.</summary>
    public const double Lunation = 29.530588861;

    /// <summary>Julian day (terrestrial time) of the mean new moon number 0, of January 2000.</summary>
    public const double NewMoon2000 = 2451550.09766;

    /// <summary>Terms of the new moon: days, times of sun's anomaly, moon's anomaly, argument of latitude; the power of E is that of the sun's anomaly.</summary>
    private static readonly (double Days, int Sun, int Moon, int Latitude)[] Periodic =
    [
        (-0.40720, 0, 1, 0), (0.17241, 1, 0, 0), (0.01608, 0, 2, 0), (0.01039, 0, 0, 2), (0.00739, -1, 1, 0),
        (-0.00514, 1, 1, 0), (0.00208, 2, 0, 0), (-0.00111, 0, 1, -2), (-0.00057, 0, 1, 2), (0.00056, 1, 2, 0),
        (-0.00042, 0, 3, 0), (0.00042, 1, 0, 2), (0.00038, 1, 0, -2), (-0.00024, -1, 2, 0), (-0.00007, 2, 1, 0),
        (0.00004, 0, 2, -2), (0.00004, 3, 0, 0), (0.00003, 1, 1, -2), (0.00003, 0, 2, 2), (-0.00003, 1, 1, 2),
        (0.00003, -1, 1, 2), (-0.00002, -1, 1, -2), (-0.00002, 1, 3, 0), (0.00002, 0, 4, 0),
    ];

    /// <summary>What the planets add: days, degrees at number 0, degrees for each lunation.</summary>
    private static readonly (double Days, double At, double Rate)[] Planets =
    [
        (0.000165, 251.88, 0.016321), (0.000164, 251.83, 26.651886), (0.000126, 349.42, 36.412478),
        (0.000110, 84.66, 18.206239), (0.000062, 141.74, 53.303771), (0.000060, 207.14, 2.453732), (0.000056, 154.84, 7.306860),
        (0.000047, 34.52, 27.261239), (0.000042, 207.19, 0.121824), (0.000040, 291.34, 1.844379), (0.000037, 161.72, 24.198154),
        (0.000035, 239.56, 25.513099), (0.000023, 331.55, 3.592518),
    ];

    /// <summary>Julian day in universal time of a new moon.</summary>
    /// <param name="number">0: that of 6 January 2000.</param>
    public static double NewMoon(int number)
    {
        double k = number, t = k / 1236.85;
        double sun = 2.5534 + (29.10535670 * k) - (0.0000014 * t * t);
        double moon = 201.5643 + (385.81693528 * k) + (0.0107582 * t * t) + (0.00001238 * t * t * t);
        double latitude = 160.7108 + (390.67050284 * k) - (0.0016118 * t * t) - (0.00000227 * t * t * t);
        double node = 124.7746 - (1.56375588 * k) + (0.0020672 * t * t);
        double eccentricity = 1 - (0.002516 * t) - (0.0000074 * t * t);

        double at = NewMoon2000 + (Lunation * k) + (0.00015437 * t * t) - (0.000000150 * t * t * t) - (0.00017 * Sin(node));
        foreach (var (days, m, mm, f) in Periodic)
            at += days * Math.Pow(eccentricity, Math.Abs(m)) * Sin((m * sun) + (mm * moon) + (f * latitude));
        foreach (var (days, from, rate) in Planets)
            at += days * Sin(from + (rate * k));
        at += 0.000325 * Sin(299.77 + (0.107408 * k) - (0.009173 * t * t));
        return at - Ahead(at);
    }

    /// <summary>Apparent longitude of the sun, degrees 0–360, at a Julian day in universal time.</summary>
    public static double SunLongitude(double at)
    {
        double t = (at + Ahead(at) - 2451545.0) / 36525;
        double anomaly = 357.52911 + (35999.05029 * t) - (0.0001537 * t * t);
        double centre = ((1.914602 - (0.004817 * t)) * Sin(anomaly)) + ((0.019993 - (0.000101 * t)) * Sin(2 * anomaly)) + (0.000289 * Sin(3 * anomaly));
        double longitude = 280.46646 + (36000.76983 * t) + (0.0003032 * t * t) + centre - 0.00569 - (0.00478 * Sin(125.04 - (1934.136 * t)));
        return longitude - (360 * Math.Floor(longitude / 360));
    }

    /// <summary>Terrestrial less universal time, days, by the polynomials of F. Espenak and J. Meeus; from 1961.</summary>
    private static double Ahead(double at)
    {
        double year = 2000 + ((at - 2451545.0) / 365.25), t = year - 2000, s = year - 1975;
        double seconds = year < 1986 ? 45.45 + (1.067 * s) - (s * s / 260) - (s * s * s / 718)
            : year < 2005 ? 63.86 + (0.3345 * t) - (0.060374 * t * t) + (0.0017275 * t * t * t) + (0.000651814 * t * t * t * t) + (0.00002373599 * t * t * t * t * t)
            : year < 2050 ? 62.92 + (0.32217 * t) + (0.005589 * t * t)
            : -20 + (32 * (year - 1820) / 100 * (year - 1820) / 100) - (0.5628 * (2150 - year));
        return seconds / 86400;
    }

    private static double Sin(double degrees) => Math.Sin(degrees * Math.PI / 180);
}
