using KyCuong.Readers.De2120;
using KyCuong.Readers.Em4100;
using KyCuong.Readers.Gm65;
using KyCuong.Readers.HidPos;
using KyCuong.Readers.Keyboard;
using KyCuong.Readers.LineScanner;
using KyCuong.Readers.Osdp;
using KyCuong.Readers.Pcsc;
using KyCuong.Readers.Pn532;
using KyCuong.Readers.Ssi;
using KyCuong.Readers.Wiegand;

namespace KyCuong.Readers;

/// <summary>The one list of supported readers. A new reader is its file, its vector file, its page and one line here.</summary>
public static class ReaderCatalog
{
    /// <summary>All supported readers, in the order of the support table.</summary>
    public static IReadOnlyList<IReaderProtocol> All { get; } =
    [
        new Rdm6300(),
        new Id12La(),
        new Em18(),
        new LineScannerProtocol(),
        new Gm65Protocol(),
        new Pn532Protocol(),
        new KeyboardProtocol(),
        new WiegandSerialProtocol(),
        new SsiProtocol(),
        new De2120Protocol(),
        new PcscProtocol(),
        new OsdpProtocol(),
        new HidPosProtocol(),
    ];

    /// <summary>The reader of that <see cref="IReaderProtocol.Id"/>, compared exactly; null when there is none.</summary>
    public static IReaderProtocol? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return All.FirstOrDefault(p => string.Equals(p.Id, id, StringComparison.Ordinal));
    }
}
