namespace KyCuong.Readers;

/// <summary>What carried the credential.</summary>
public enum Technology
{
    /// <summary>125 kHz EM4100 tag: read-only number, no secret.</summary>
    Em4100,

    /// <summary>QR code or bar code.</summary>
    Optical,
}

/// <summary>How <see cref="RawRead.Value"/> is to be read.</summary>
public enum CredentialForm
{
    /// <summary>The 5 bytes of an EM4100 tag, version byte first, in the order of the air interface.</summary>
    EmTag,

    /// <summary>The 20 ASCII characters of a badge code, <c>KC1:</c> and 16 symbols. Its check symbol is not verified here.</summary>
    BadgeCode,
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
