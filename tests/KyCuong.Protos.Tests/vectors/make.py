#!/usr/bin/env python3
"""Writes the vectors of the contract from its documentation alone.

An implementation of its own: it shares nothing with the C# code that the
vectors test. Run it only to add vectors; existing lines never change.
"""
import hashlib
import hmac
import struct

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def text(value):
    raw = value.encode()
    return struct.pack(">H", len(raw)) + raw


def entry(kind, kiosk, epoch, sequence, previous, wall, boot, boot_id, estimate, payload):
    out = b"KCE\x01" + bytes([kind]) + struct.pack(">Q", kiosk) + epoch
    out += struct.pack(">Q", sequence) + previous + struct.pack(">qq", wall, boot) + boot_id
    out += struct.pack(">Bqqq", 1, *estimate) if estimate else struct.pack(">Bqqq", 0, 0, 0, 0)
    return out + struct.pack(">I", len(payload)) + payload


def badge_hash(level, key_id, digest):
    return struct.pack(">BI", level, key_id) + digest


def journal():
    epoch = bytes(range(16))
    boot_id = bytes(range(16, 32))
    key = bytes(range(32))

    def keyed(level, identity):
        return hmac.new(key, bytes([level]) + identity, hashlib.sha256).digest()[:16]

    tag = bytes.fromhex("0C000621A5")
    levels = [(1, tag), (2, tag[1:]), (3, tag[2:]), (4, tag[:1] + tag[3:]), (5, tag[1:2] + tag[3:])]
    tap = text("r1") + struct.pack(">BIBBB", 1, 14, 1, 1, 5)
    tap += b"".join(badge_hash(level, 7, keyed(level, identity)) for level, identity in levels)
    code = "0123456789ABCDEF"
    qr = text("qr-cong") + struct.pack(">BIBBB", 4, 20, 0, 0, 1) + badge_hash(30, 7, keyed(30, code.encode()))
    bodies = [
        ("boot of a new journal, clock not yet met", 8, None, text("0.1.0") + bytes([3])),
        ("clock sample", 7, None, struct.pack(">qqq", 1795225500000000, 1800, 950)),
        ("tap on an EM4100 reader, in by the reader", 3, (1795225500000000, 1200, 500000), tap),
        ("tap of a badge code, no direction", 3, (1795225500000000, 1200, 900000), qr),
        ("three reads refused for their checksum", 4, (1795225500000000, 1250, 950000), text("r1") + struct.pack(">BBII", 1, 1, 14, 3)),
        ("reader unplugged", 5, (1795225500000001, 1300, 990000), text("r1") + bytes([4]) + text("ttyUSB0: đã rút")),
        ("reader back after two seconds", 6, (1795225500000001, 1300, 990000), text("r1") + struct.pack(">q", 2000000)),
        ("configuration of the kiosk's own file", 9, None, struct.pack(">Q", 0) + hashlib.sha256(b"kiosk.json").digest()),
        ("orderly stop", 10, (-5, 0, 0), bytes([1])),
        ("staff code whose PIN the server took, out by the person", 11, (1795225500000000, 1200, 500000), text("NV001") + bytes([1, 2, 2])),
        ("staff code entered while the server was away, no direction", 11, None, text("a.b_c-d/9") + bytes([2, 0, 0])),
        ("staff code whose PIN the server refused: not a digit of it", 4, (1795225500000000, 1250, 950000), text("keypad") + struct.pack(">BBII", 11, 0, 0, 1)),
    ]
    previous = bytes(32)
    lines = []
    for sequence, (name, kind, estimate, payload) in enumerate(bodies, 1):
        encoding = entry(kind, 42, epoch, sequence, previous, 1795225512345678 + sequence, 12345678 * sequence, boot_id, estimate, payload)
        previous = hashlib.sha256(encoding).digest()
        lines.append(f"{name} | {encoding.hex()} | {previous.hex()}")
    return lines


def times_alpha(value):
    value <<= 1
    return value ^ 0b100101 if value & 32 else value


def badge_codes():
    lines = []
    for body in ["000000000000000", "0123456789ABCDE", "ZZZZZZZZZZZZZZZ", "KYC7V0NG2T8QHAN", "100000000000000"]:
        # Powers of alpha by repeated doubling, one sum: not the Horner scheme of the product.
        total = 0
        for position, symbol in enumerate(body):
            value = ALPHABET.index(symbol)
            for _ in range(15 - position):
                value = times_alpha(value)
            total ^= value
        lines.append(f"KC1:{body}{ALPHABET[total]}")
    return lines


def base32(data, symbols):
    number = int.from_bytes(data, "big") << (symbols * 5 - len(data) * 8)
    return "".join(ALPHABET[(number >> (5 * (symbols - 1 - i))) & 31] for i in range(symbols))


def enrolment_codes():
    lines = []
    for seed in (b"a", b"b"):
        secret = hashlib.sha256(b"secret" + seed).digest()[:10]
        authority = b"certificate " + seed
        payload = secret + hashlib.sha256(authority).digest()[:16]
        check = int.from_bytes(hashlib.sha256(payload).digest()[:2], "big") >> 6
        symbols = base32(payload, 42) + ALPHABET[check >> 5] + ALPHABET[check & 31]
        grouped = "-".join(symbols[i:i + 4] for i in range(0, 44, 4))
        lines.append(f"{secret.hex()} | {authority.hex()} | {grouped}")
    return lines


for name, head, lines in [
    ("journal-entries.txt", "name | canonical encoding | SHA-256. Chained: each hash is the next one's previous. Journal 42, epoch 00..0f.", journal()),
    ("badge-codes.txt", "badge codes whose check symbol is right", badge_codes()),
    ("enrolment-codes.txt", "secret | CA certificate (any bytes) | code", enrolment_codes()),
]:
    with open(__file__.rsplit("/", 1)[0] + "/" + name, "w", encoding="utf-8") as out:
        out.write(f"# {head}\n# Written by make.py from the documentation of the contract.\n")
        out.writelines(line + "\n" for line in lines)
