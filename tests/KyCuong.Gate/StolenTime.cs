using System.Globalization;

namespace KyCuong.Gate;

/// <summary>
/// How much of the processor time that this machine wanted its host gave to others (<c>steal</c>, proc(5) on /proc/stat): a measured time says
/// as much of the host then as of the product.
/// </summary>
internal sealed class StolenTime
{
    // Fields of the first line, after its name.
    private const int Idle = 3;
    private const int Waiting = 4;
    private const int Stolen = 7;
    private const int OwnFields = 7;

    private readonly (long Used, long Stolen) _before = Read();

    /// <summary>Of the time wanted since this was made, from 0 to 1; 0 on a machine that has no host or whose host does not say.</summary>
    public double Share
    {
        get
        {
            var now = Read();
            var (used, stolen) = (now.Used - _before.Used, now.Stolen - _before.Stolen);
            return stolen == 0 ? 0 : (double)stolen / (used + stolen);
        }
    }

    private static (long Used, long Stolen) Read()
    {
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        return (ticks.Where((_, place) => place < OwnFields && place is not (Idle or Waiting)).Sum(), ticks[Stolen]);
    }
}
