using System.Net;
using System.Text;
using KyCuong.Server.Cli;
using KyCuong.Server.Serve;
using KyCuong.Server.Store;

namespace KyCuong.Server.Tests.Serve;

public sealed class ServerSettingsFileTests
{
    [Fact]
    public void Every_key_is_read_and_comments_are_allowed()
    {
        var options = Read("""
            { // the gate's network
              "kioskPort": 8443, "listen": "192.168.1.10", "kioskConnections": 50, "stopTimeout": "00:00:20", }
            """);
        Assert.Equal(new ServerOptions { KioskPort = 8443, Listen = IPAddress.Parse("192.168.1.10"), KioskConnections = 50, StopTimeout = TimeSpan.FromSeconds(20) }, options);
    }

    [Fact]
    public void The_store_is_SQLite_or_what_storage_says()
    {
        var options = Read("""{ "storage": { "provider": "postgres", "connectionString": "Host=db;Database=kycuong" } }""").Checked();
        Assert.Equal(new StoreOptions { Kind = StoreKind.Postgres, ConnectionString = "Host=db;Database=kycuong" }, options.Store);
        Assert.Equal(StoreKind.Sqlite, Read("""{ "storage": { "provider": "sqlite" } }""").Checked().Store.Kind);
    }

    [Theory]
    [InlineData("""{ "storage": "postgres" }""", "storage")]
    [InlineData("""{ "storage": { "provider": "mysql" } }""", "provider")]
    [InlineData("""{ "storage": { "provider": 1 } }""", "provider")]
    [InlineData("""{ "storage": { "host": "db" } }""", "storage.host")]
    [InlineData("""{ "storage": { "provider": "postgres" } }""", "Host")]
    [InlineData("""{ "storage": { "provider": "postgres", "connectionString": "Host=db;Password=secret-word" } }""", "Database")]
    [InlineData("""{ "storage": { "provider": "postgres", "connectionString": "Host=db;Database=k;Password=secret-word;Pot=1" } }""", "storage.connectionString")]
    [InlineData("""{ "storage": { "provider": "postgres", "connectionString": "Host=db;Database=k;Port=secret-word" } }""", "storage.connectionString")]
    [InlineData("""{ "storage": { "provider": "postgres", "connectionString": ["Password=secret-word"] } }""", "storage.connectionString")]
    [InlineData("""{ "storage": ["Password=secret-word"] }""", "storage")]
    [InlineData("""{ "storage": { "connectionString": "Host=db;Database=k;Password=secret-word" } }""", "provider")]
    public void A_wrong_storage_is_refused_and_its_password_not_shown(string content, string word)
    {
        var refused = Assert.Throws<CommandException>(() => Read(content).Checked());
        Assert.Contains(word, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, refused.ExitCode);
    }

    [Fact]
    public void What_is_not_said_keeps_its_default() => Assert.Equal(new ServerOptions(), Read("{}"));

    [Theory]
    [InlineData("""{ "kioskport": 7443 }""", "kioskport")]
    [InlineData("""{ "kioskPort": "7443" }""", "kioskPort")]
    [InlineData("""{ "kioskPort": 7443.5 }""", "kioskPort")]
    [InlineData("""{ "listen": "gate" }""", "listen")]
    [InlineData("""{ "stopTimeout": "10 s" }""", "stopTimeout")]
    [InlineData("""[ 7443 ]""", "JSON")]
    [InlineData("{\n\"kioskPort\": }", "2")]
    public void What_is_wrong_is_refused_with_file_and_key(string content, string word)
    {
        var refused = Assert.Throws<CommandException>(() => Read(content));
        Assert.Contains("server.json", refused.Message, StringComparison.Ordinal);
        Assert.Contains(word, refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, refused.ExitCode);
    }

    [Theory]
    [InlineData(-1, 4000, 10, "kioskPort")]
    [InlineData(65536, 4000, 10, "kioskPort")]
    [InlineData(7443, 0, 10, "kioskConnections")]
    [InlineData(7443, 4000, 0, "stopTimeout")]
    [InlineData(7443, 4000, 121, "stopTimeout")]
    public void A_value_out_of_range_is_refused_with_its_key(int port, int connections, int seconds, string key)
    {
        var options = new ServerOptions { KioskPort = port, KioskConnections = connections, StopTimeout = TimeSpan.FromSeconds(seconds) };
        Assert.Contains(key, Assert.Throws<CommandException>(options.Checked).Message, StringComparison.Ordinal);
    }

    private static ServerOptions Read(string content) => ServerSettingsFile.Read("server.json", Encoding.UTF8.GetBytes(content), new ServerOptions());
}
