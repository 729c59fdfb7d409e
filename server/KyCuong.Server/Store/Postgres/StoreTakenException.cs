namespace KyCuong.Server.Store.Postgres;

/// <summary>Another server process holds the store; the message is for people.</summary>
internal sealed class StoreTakenException(string message, Exception cause) : Exception(message, cause);
