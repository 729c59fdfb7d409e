using System.Security.Cryptography.X509Certificates;
using KyCuong.Kiosk.Arrivals;
using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Roster;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Link;

/// <summary>What a link works with. Each part is thread-safe.</summary>
/// <param name="Journal">What is sent.</param>
/// <param name="JournalPath">Where it is read.</param>
/// <param name="Stamper">Gets the clock's samples.</param>
/// <param name="Roster">Gets the roster.</param>
/// <param name="Gates">Gets what the server says of the other gates.</param>
/// <param name="Counts">Asks how often somebody came late.</param>
/// <param name="Control">Gets settings and commands.</param>
/// <param name="StaffCodes">Asks of staff codes over the stream.</param>
/// <param name="Heads">Keeps the heads of the server's log.</param>
/// <param name="Certificate">The kiosk's own with its key, as it is now; signs heads of the journal.</param>
/// <param name="Lines">Status lines.</param>
/// <param name="Limits">Times.</param>
/// <param name="Version">Of this program.</param>
/// <param name="Time">Waits.</param>
/// <param name="Logger">Changes of state.</param>
public sealed record LinkParts(
    KioskJournal Journal, string JournalPath, Stamper Stamper, RosterCache Roster, GateBook Gates, MonthCounts Counts, IKioskControl Control, StaffCodeLink StaffCodes,
    ServerHeads Heads, Func<X509Certificate2> Certificate, StatusLines Lines, KioskLimits Limits, string Version, TimeProvider Time, ILogger<LinkLoop> Logger);
