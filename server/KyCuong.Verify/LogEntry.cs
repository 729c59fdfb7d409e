namespace KyCuong.Verify;

/// <summary>An entry of the log as it lies in the store.</summary>
internal sealed record LogEntry(long Number, long AtUs, long Agency, int Kind, string Subject, string Key, byte[] Salt, byte[] Digest, byte[] Hash)
{
    public const int Begun = 1;
    public const int Written = 2;
    public const int Removed = 3;
    public const int Received = 4;
    public const int Lost = 5;
    public const int Imported = 6;
    public const int Erased = 7;

    private static readonly byte[] Format = "KCL\u0001"u8.ToArray();

    /// <summary>Its key, a badge's hash, was erased: what it said is gone, and its hash is vouched for by the entry after it.</summary>
    public bool IsEmptied => Key.Length == 0 && Subject == "badge_hashes" && Kind is Written or Removed && Salt.Length == 0;

    /// <summary>What its hash must be after the one before.</summary>
    public byte[] HashAfter(Sha sha, byte[] before) =>
        sha.Bytes(Format).Bytes(before).I64(Number).I64(AtUs).I64(Agency).U8((byte)Kind).Text(Subject).Text(Key).Bytes(Digest).End();
}
