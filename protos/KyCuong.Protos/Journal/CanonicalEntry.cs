using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;

namespace KyCuong.Protos.Journal;

/// <summary>
/// The canonical encoding of a journal entry, version 1, and its hash. Both ends must agree on it to the byte;
/// it is never changed, only followed by another version. Big-endian throughout:
/// <code>
///   0  "KCE" 01             format
///   4  kind        u8
///   5  kiosk id    u64
///  13  epoch       16
///  29  sequence    u64
///  37  previous    32       hash of the entry before; zeros at sequence 1
///  69  wall clock  i64      µs
///  77  boot time   i64      µs
///  85  boot id     16
/// 101  synced      u8       0 or 1; 0: the next three are 0
/// 102  server - boot  i64   µs
/// 110  uncertainty i64      µs
/// 118  sample age  i64      µs
/// 126  length      u32      of the payload
/// 130  payload              by kind; text is u16 length + UTF-8
/// </code>
/// The hash is SHA-256 over all of it. Pure and thread-safe.
/// </summary>
public static class CanonicalEntry
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeaderSize = 130;

    /// <summary>No entry is longer than this many bytes.</summary>
    public const int MaxSize = 1024;

    private const int PreviousOffset = 37;
    private static ReadOnlySpan<byte> Format => "KCE\u0001"u8;

    /// <summary>Writes the encoding and returns its length.</summary>
    /// <param name="destination">At least <see cref="MaxSize"/> bytes.</param>
    /// <param name="journal">The journal it stands in.</param>
    /// <param name="previous">Hash of the entry before.</param>
    /// <param name="entry">The entry; its texts and lists within <see cref="ContractLimits"/>.</param>
    /// <exception cref="ArgumentException">A value exceeds the contract's limits.</exception>
    public static int Write(Span<byte> destination, JournalId journal, Digest previous, Entry entry)
    {
        if (EntryCheck.Problem(entry) is { } problem) throw new ArgumentException(problem, nameof(entry));
        var writer = new Writer(destination);
        writer.Bytes(Format);
        writer.U8((byte)entry.Body.Kind);
        writer.U64(journal.KioskId);
        writer.U128(journal.Epoch);
        writer.U64(entry.Sequence);
        previous.CopyTo(writer.Take(Digest.Size));
        writer.I64(entry.Stamp.WallClockUs);
        writer.I64(entry.Stamp.BootTimeUs);
        writer.U128(entry.Stamp.BootId);
        writer.U8(entry.Stamp.Estimate is null ? (byte)0 : (byte)1);
        var estimate = entry.Stamp.Estimate ?? default;
        writer.I64(estimate.ServerMinusBootUs);
        writer.I64(estimate.UncertaintyUs);
        writer.I64(estimate.SampleAgeUs);
        var length = writer.Take(4);
        WriteBody(ref writer, entry.Body);
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)(writer.Position - HeaderSize));
        return writer.Position;
    }

    /// <summary>The entry's hash in its chain.</summary>
    /// <exception cref="ArgumentException">A value exceeds the contract's limits.</exception>
    public static Digest Hash(JournalId journal, Digest previous, Entry entry)
    {
        Span<byte> buffer = stackalloc byte[MaxSize];
        var length = Write(buffer, journal, previous, entry);
        return HashBytes(buffer[..length]);
    }

    /// <summary>SHA-256 of an encoding.</summary>
    public static Digest HashBytes(ReadOnlySpan<byte> encoding)
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        SHA256.HashData(encoding, hash);
        return Digest.FromBytes(hash);
    }

    /// <summary>
    /// Reads an encoding back. False for anything <see cref="Write"/> would not have written: another format,
    /// an unknown kind, values outside the limits, bytes missing or left over. Never throws.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> encoding, out JournalId journal, out Digest previous, [NotNullWhen(true)] out Entry? entry)
    {
        journal = default;
        previous = default;
        entry = null;
        if (encoding.Length is < HeaderSize or > MaxSize || !encoding.StartsWith(Format)) return false;
        var reader = new Reader(encoding[Format.Length..]);
        var kind = (EntryKind)reader.U8();
        journal = new JournalId(reader.U64(), reader.U128());
        var sequence = reader.U64();
        previous = Digest.FromBytes(encoding.Slice(PreviousOffset, Digest.Size));
        reader.Take(Digest.Size);
        var wall = reader.I64();
        var boot = reader.I64();
        var bootId = reader.U128();
        var synced = reader.U8();
        var estimate = new ClockReading(reader.I64(), reader.I64(), reader.I64());
        if (synced > 1 || (synced == 0 && estimate != default)) return false;
        if (reader.U32() != (uint)(encoding.Length - HeaderSize)) return false;
        var body = ReadBody(ref reader, kind);
        if (body is null || reader.Failed || reader.Remaining != 0) return false;
        var candidate = new Entry(sequence, new Stamp(wall, boot, bootId, synced == 1 ? estimate : null), body);
        if (EntryCheck.Problem(candidate) is not null) return false;
        entry = candidate;
        return true;
    }

    private static void WriteBody(ref Writer writer, EntryBody body)
    {
        switch (body)
        {
            case TapEntry tap:
                writer.Text(tap.Reader);
                writer.U8((byte)tap.Technology);
                writer.U32((uint)tap.RawLength);
                writer.U8((byte)tap.Direction);
                writer.U8((byte)tap.DirectionSource);
                writer.U8((byte)tap.Badge.Count);
                foreach (var key in tap.Badge.AsSpan())
                {
                    writer.U8((byte)key.Level);
                    writer.U32(key.KeyId);
                    writer.U128(key.Hash);
                }

                break;
            case RefusedReadEntry refused:
                writer.Text(refused.Reader);
                writer.U8((byte)refused.Reason);
                writer.U8((byte)refused.Technology);
                writer.U32((uint)refused.RawLength);
                writer.U32((uint)refused.Count);
                break;
            case ReaderFaultEntry fault:
                writer.Text(fault.Reader);
                writer.U8((byte)fault.Fault);
                writer.Text(fault.Detail);
                break;
            case ReaderRecoveryEntry recovery:
                writer.Text(recovery.Reader);
                writer.I64(recovery.DownForUs);
                break;
            case ClockSampleEntry sample:
                writer.I64(sample.ServerMinusBootUs);
                writer.I64(sample.RoundTripUs);
                writer.I64(sample.UncertaintyUs);
                break;
            case BootEntry boot:
                writer.Text(boot.SoftwareVersion);
                writer.U8((byte)boot.PreviousStop);
                break;
            case ConfigurationAppliedEntry applied:
                writer.U64(applied.Version);
                applied.Sha256.CopyTo(writer.Take(Digest.Size));
                break;
            case StopEntry stop:
                writer.U8((byte)stop.Reason);
                break;
            case ClaimedTapEntry claim:
                writer.Text(claim.StaffCode);
                writer.U8((byte)claim.Check);
                writer.U8((byte)claim.Direction);
                writer.U8((byte)claim.DirectionSource);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(body), body.Kind, "This kind of entry has no canonical encoding.");
        }
    }

    private static EntryBody? ReadBody(ref Reader reader, EntryKind kind)
    {
        switch (kind)
        {
            case EntryKind.Tap:
                var tapReader = reader.Text();
                var technology = (Technology)reader.U8();
                var rawLength = reader.I32();
                var direction = (Direction)reader.U8();
                var source = (DirectionSource)reader.U8();
                var count = reader.U8();
                if (count > ContractLimits.BadgeHashesPerTap) return null;
                var badge = new BadgeKey[count];
                for (var i = 0; i < badge.Length; i++)
                    badge[i] = new BadgeKey((CredentialLevel)reader.U8(), reader.U32(), reader.U128());
                return new TapEntry(tapReader, new EquatableList<BadgeKey>(badge), technology, rawLength, direction, source);
            case EntryKind.RefusedRead:
                return new RefusedReadEntry(reader.Text(), (RefusalReason)reader.U8(), (Technology)reader.U8(), reader.I32(), reader.I32());
            case EntryKind.ReaderFault:
                return new ReaderFaultEntry(reader.Text(), (FaultCode)reader.U8(), reader.Text());
            case EntryKind.ReaderRecovery:
                return new ReaderRecoveryEntry(reader.Text(), reader.I64());
            case EntryKind.ClockSample:
                return new ClockSampleEntry(reader.I64(), reader.I64(), reader.I64());
            case EntryKind.Boot:
                return new BootEntry(reader.Text(), (PreviousStop)reader.U8());
            case EntryKind.ConfigurationApplied:
                var version = reader.U64();
                var sha = reader.Take(Digest.Size);
                return reader.Failed ? null : new ConfigurationAppliedEntry(version, Digest.FromBytes(sha));
            case EntryKind.Stop:
                return new StopEntry((StopReason)reader.U8());
            case EntryKind.ClaimedTap:
                return new ClaimedTapEntry(reader.Text(), (ClaimCheck)reader.U8(), (Direction)reader.U8(), (DirectionSource)reader.U8());
            default:
                return null;
        }
    }

    private ref struct Writer(Span<byte> destination)
    {
        private readonly Span<byte> _destination = destination;

        public int Position { get; private set; }

        public Span<byte> Take(int length)
        {
            var span = _destination.Slice(Position, length);
            Position += length;
            return span;
        }

        public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));
        public void U8(byte value) => Take(1)[0] = value;
        public void U32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);
        public void U64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Take(8), value);
        public void I64(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(8), value);
        public void U128(UInt128 value) => BinaryPrimitives.WriteUInt128BigEndian(Take(16), value);

        public void Text(string value)
        {
            var length = Encoding.UTF8.GetByteCount(value);
            BinaryPrimitives.WriteUInt16BigEndian(Take(2), (ushort)length);
            Encoding.UTF8.GetBytes(value, Take(length));
        }
    }

    /// <summary>Past its end it reads zeros and remembers that it failed.</summary>
    private ref struct Reader(ReadOnlySpan<byte> source)
    {
        private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        private static readonly byte[] Zeros = new byte[Digest.Size];
        private ReadOnlySpan<byte> _rest = source;

        public bool Failed { get; private set; }

        public readonly int Remaining => _rest.Length;

        public ReadOnlySpan<byte> Take(int length)
        {
            if (length > _rest.Length)
            {
                Failed = true;
                _rest = default;
                return Zeros.AsSpan(0, Math.Min(length, Zeros.Length));
            }

            var taken = _rest[..length];
            _rest = _rest[length..];
            return taken;
        }

        public byte U8() => Take(1)[0];
        public uint U32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));
        public ulong U64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));
        public long I64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));
        public UInt128 U128() => BinaryPrimitives.ReadUInt128BigEndian(Take(16));

        public int I32()
        {
            var value = U32();
            if (value <= int.MaxValue) return (int)value;
            Failed = true;
            return 0;
        }

        public string Text()
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(Take(2));
            if (length > _rest.Length)
            {
                Failed = true;
                _rest = default;
                return "";
            }

            try
            {
                return Strict.GetString(Take(length));
            }
            catch (DecoderFallbackException)
            {
                Failed = true;
                return "";
            }
        }
    }
}
