using KyCuong.Protos;
using KyCuong.Protos.Journal;

namespace KyCuong.Server.Ingest;

/// <summary>An entry that keeps the contract (<see cref="EntryCheck"/>) and the hash its kiosk gave it.</summary>
public readonly record struct HashedEntry(Entry Entry, Digest Hash);
