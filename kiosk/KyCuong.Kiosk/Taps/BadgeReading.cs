using System.Text;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;
using KyCuong.Readers;
using Technology = KyCuong.Protos.V1.Technology;

namespace KyCuong.Kiosk.Taps;

/// <summary>What a driver's words mean in the contract's. Pure.</summary>
public static class BadgeReading
{
    /// <summary>The identity in a good frame; null, with the reason, when it is none.</summary>
    public static BadgeIdentity? Identity(RawRead read, out RefusalReason refusal)
    {
        switch (read.Form)
        {
            case CredentialForm.BadgeCode:
                refusal = RefusalReason.NotInGrammar;
                Span<char> text = stackalloc char[BadgeToken.Length];
                return read.Value.Length == text.Length && Encoding.ASCII.TryGetChars(read.Value.Span, text, out _) && BadgeToken.TryParse(text, out var identity) ? identity : null;
            default:
                refusal = RefusalReason.DefaultIdentity;
                return BadgeIdentity.TryCreate(Level(read.Form), read.Value.Span);
        }
    }

    /// <summary>How much of a card's number a form keeps; the weaker levels follow from it (<see cref="BadgeIdentity.Levels"/>).</summary>
    private static CredentialLevel Level(CredentialForm form) => form switch
    {
        CredentialForm.EmTag => CredentialLevel.Em,
        CredentialForm.EmLow32 => CredentialLevel.Em32,
        CredentialForm.EmLow24 => CredentialLevel.Em24,
        CredentialForm.EmFirstAndLow16 => CredentialLevel.EmA,
        CredentialForm.EmSecondAndLow16 => CredentialLevel.EmB,
        CredentialForm.Uid => CredentialLevel.A,
        CredentialForm.Wiegand26 => CredentialLevel.W26,
        CredentialForm.Wiegand34 => CredentialLevel.W34,
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, "This form of credential has no identity."),
    };

    /// <summary>The contract's word for what carried it.</summary>
    public static Technology Technology(Readers.Technology technology) => technology switch
    {
        Readers.Technology.Em4100 => Protos.V1.Technology.Em4100,
        Readers.Technology.Iso14443A => Protos.V1.Technology.Iso14443A,
        Readers.Technology.Optical => Protos.V1.Technology.Optical,
        Readers.Technology.Wiegand => Protos.V1.Technology.Wiegand,
        _ => throw new ArgumentOutOfRangeException(nameof(technology), technology, "This technology has no word in the contract."),
    };

    /// <summary>The contract's word for a refusal.</summary>
    public static RefusalReason Reason(ReadError error) => error switch
    {
        ReadError.BadChecksum => RefusalReason.BadChecksum,
        ReadError.BadFrame => RefusalReason.BadFrame,
        ReadError.TooLong => RefusalReason.TooLong,
        ReadError.NotInGrammar => RefusalReason.NotInGrammar,
        ReadError.DefaultIdentity => RefusalReason.DefaultIdentity,
        ReadError.NationalId => RefusalReason.NationalId,
        ReadError.TypedByHand => RefusalReason.TypedByHand,
        ReadError.TwoCards or ReadError.CardBeside => RefusalReason.TwoCards,
        ReadError.WrongSymbology => RefusalReason.WrongSymbology,
        ReadError.NotRead => RefusalReason.BadFrame, // a read that was begun and did not come through
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "This refusal has no word in the contract."),
    };

    /// <summary>The contract's word for a fault.</summary>
    public static FaultCode Fault(Readers.ReaderFault fault) => fault switch
    {
        Readers.ReaderFault.NotFound => FaultCode.NotFound,
        Readers.ReaderFault.AccessDenied => FaultCode.AccessDenied,
        Readers.ReaderFault.Busy => FaultCode.Busy,
        Readers.ReaderFault.Unplugged => FaultCode.Unplugged,
        Readers.ReaderFault.SettingsRefused => FaultCode.SettingsRefused,
        Readers.ReaderFault.Io => FaultCode.Io,
        Readers.ReaderFault.Garbled => FaultCode.Garbled,
        Readers.ReaderFault.NoAnswer => FaultCode.NoAnswer,
        Readers.ReaderFault.SettingsChanged => FaultCode.SettingsRefused, // the sentence beside it says which
        Readers.ReaderFault.SecureOnly => FaultCode.SettingsRefused,
        Readers.ReaderFault.Tampered or Readers.ReaderFault.PowerFailed => FaultCode.Io,
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "This fault has no word in the contract."),
    };
}
