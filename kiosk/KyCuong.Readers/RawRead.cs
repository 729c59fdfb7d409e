namespace KyCuong.Readers;

/// <summary>What carried the credential.</summary>
public enum Technology
{
    /// <summary>125 kHz EM4100 tag: read-only number, no secret.</summary>
    Em4100,

    /// <summary>QR code or bar code.</summary>
    Optical,

    /// <summary>13.56 MHz ISO 14443-A card, of which only the UID is read: no secret.</summary>
    Iso14443A,

    /// <summary>A card of which only the bits on a Wiegand line are known.</summary>
    Wiegand,
}

/// <summary>How <see cref="RawRead.Value"/> is to be read.</summary>
public enum CredentialForm
{
    /// <summary>The 5 bytes of an EM4100 tag, version byte first, in the order of the air interface.</summary>
    EmTag,

    /// <summary>The 20 ASCII characters of a badge code, <c>KC1:</c> and 16 symbols. Its check symbol is not verified here.</summary>
    BadgeCode,

    /// <summary>The last 4 bytes of an EM4100 tag: what a reader says that leaves out the version byte (8H10D, 5+5).</summary>
    EmLow32,

    /// <summary>The last 3 bytes of an EM4100 tag (6H8D, 3+5).</summary>
    EmLow24,

    /// <summary>The first and the last 2 bytes of an EM4100 tag (3.5A).</summary>
    EmFirstAndLow16,

    /// <summary>The second and the last 2 bytes of an EM4100 tag (3.5B).</summary>
    EmSecondAndLow16,

    /// <summary>The whole UID of an ISO 14443-A card, 4, 7 or 10 bytes, in the order of the air interface.</summary>
    Uid,

    /// <summary>The 3 bytes between the parity bits of Wiegand 26, of a card that nothing more is known of.</summary>
    Wiegand26,

    /// <summary>The 4 bytes between the parity bits of Wiegand 34, of a card that nothing more is known of.</summary>
    Wiegand34,
}

/// <summary>One good frame. Immutable.</summary>
/// <param name="Technology">What carried it.</param>
/// <param name="Form">How to read <paramref name="Value"/>.</param>
/// <param name="Value">The credential, without framing and checksum.</param>
/// <param name="RawLength">Characters the reader used to spell the credential, without framing, prefix and checksum.</param>
/// <param name="At">Arrival of the frame's first byte, monotonic microseconds.</param>
public sealed record RawRead(Technology Technology, CredentialForm Form, ReadOnlyMemory<byte> Value, int RawLength, long At)
{
    /// <summary>True when both name the same credential, whenever they were read.</summary>
    public bool IsSameCredential(RawRead other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Form == other.Form && Value.Span.SequenceEqual(other.Value.Span);
    }

    /// <summary>For logs: kind and time, never the number.</summary>
    public override string ToString() => $"{Form} ({RawLength} characters) at {At} us";
}
