using KyCuong.Server.Store;

namespace KyCuong.Server.Serve;

/// <summary>
/// The codes of the agencies in the store, in order: what the server's certificate names. Read again only when an agency or
/// a badge was written, so that a handshake right after <c>apply</c> already sees the new agency. Thread-safe.
/// </summary>
internal sealed class AgencyCodes(ServerStore store)
{
    private readonly Lock _reading = new();
    private long _version = -1;
    private string[] _codes = [];

    /// <summary>The codes as of now.</summary>
    public IReadOnlyCollection<string> Current
    {
        get
        {
            lock (_reading)
            {
                var version = store.Writer.BadgesVersion;
                if (version == _version) return _codes;
                using var db = store.NewReader();
                _codes = [.. db.Agencies.OrderBy(agency => agency.Code).Select(agency => agency.Code)];
                _version = version;
                return _codes;
            }
        }
    }
}
