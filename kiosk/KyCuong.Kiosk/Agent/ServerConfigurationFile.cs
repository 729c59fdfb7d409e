using Google.Protobuf;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Resources;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Agent;

/// <summary>The last configuration the server gave, kept as it came. Without badge keys: those stand with the identity.</summary>
public sealed class ServerConfigurationFile(DataDirectory directory)
{
    private static readonly StoredMessage<Protos.V1.Configuration> Stored = new(Protos.V1.Configuration.Parser);

    /// <summary>What is kept; version 0 when nothing is or it cannot be read (the server sends it again).</summary>
    public Protos.V1.Configuration Load() =>
        (File.Exists(directory.ServerConfiguration) ? Stored.Read(File.ReadAllBytes(directory.ServerConfiguration)) : null) ?? new Protos.V1.Configuration();

    /// <summary>Keeps it.</summary>
    public void Save(Protos.V1.Configuration configuration)
    {
        var kept = configuration.Clone();
        kept.BadgeKeys.Clear();
        AtomicFile.Write(directory.ServerConfiguration, kept.ToByteArray());
    }

    /// <summary>The readers it names, which replace those of the kiosk's own file; or a sentence.</summary>
    public static IReadOnlyList<ReaderSettings>? Readers(Protos.V1.Configuration configuration, out string? problem)
    {
        problem = null;
        var readers = new List<ReaderSettings>();
        foreach (var reader in configuration.Readers)
        {
            var text = new ReaderText(reader.Id, reader.Port, reader.Protocol, ReaderSettingsParser.Format(reader.Direction), reader.Options);
            if (!ReaderSettingsParser.TryParse(text, out var settings, out var key, out var wrong))
            {
                problem = ConfigurationText.OfServer(reader.Id, key, wrong);
                return null;
            }

            if (readers.Exists(other => other.Id == settings.Id || other.Address == settings.Address) || readers.Count == KioskOptions.MostReaders)
            {
                problem = ConfigurationText.TwiceOrTooMany(reader.Id, KioskOptions.MostReaders);
                return null;
            }

            readers.Add(settings);
        }

        return readers;
    }
}
