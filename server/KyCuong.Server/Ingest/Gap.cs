namespace KyCuong.Server.Ingest;

/// <summary>Sequences that are not in the store, both ends included; declared: the kiosk said that they are lost.</summary>
internal readonly record struct Gap(long First, long Last, long NoticedUs, long? DeclaredUs);
