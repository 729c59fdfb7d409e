using KyCuong.Protos;

namespace KyCuong.Server.Ingest;

/// <summary>The end of a journal as its kiosk signed it, the signature checked.</summary>
/// <param name="Sequence">Of the entry.</param>
/// <param name="Hash">Its hash as the kiosk has it.</param>
/// <param name="SignedUs">The kiosk's clock, UTC microseconds.</param>
/// <param name="Thumbprint">SHA-256 of the certificate whose key signed.</param>
/// <param name="Signature">64 bytes.</param>
/// <param name="ReceivedUs">When it came and its certificate was good, UTC microseconds.</param>
internal sealed record KioskHead(long Sequence, Digest Hash, long SignedUs, byte[] Thumbprint, byte[] Signature, long ReceivedUs);
