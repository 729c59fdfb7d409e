using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;

namespace KyCuong.Server.Ingest;

/// <summary>A row of a file of taps: of a person, or of a badge, never both.</summary>
/// <param name="Line">In the file, from 1.</param>
/// <param name="StaffId">The person; 0 when the row names a badge.</param>
/// <param name="Badge">The badge's hashes, strongest first; null when the row names a person.</param>
/// <param name="AtUs">UTC microseconds.</param>
/// <param name="Direction">Unspecified when the row gives none.</param>
/// <param name="Reader">What the row says of the reader; may be empty.</param>
public sealed record ImportedTap(long Line, long StaffId, EquatableList<BadgeKey>? Badge, long AtUs, Direction Direction, string Reader);
