#!/usr/bin/env python3
"""Signs statements of a journal's head with OpenSSL, from the documentation of SignedJournalHead alone.

    python3 make_heads.py > journal-heads.txt

Keys are made anew each time; run it only to write the file anew.
"""
import os
import struct
import subprocess
import tempfile

CASES = [
    (3, bytes(range(16)), 17, bytes(range(32)), 1795225512345678),
    (2**63, b"\xff" * 16, 2**48 - 1, b"\xab" * 32, -1),
    (1, bytes(15) + b"\x01", 1, bytes(32), 0),
]


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, check=True, capture_output=True).stdout


def raw(der):
    """r and s of 32 bytes out of SEQUENCE { INTEGER r, INTEGER s }."""
    assert der[0] == 0x30
    out, at = b"", 2
    for _ in range(2):
        assert der[at] == 0x02
        length = der[at + 1]
        out += der[at + 2:at + 2 + length].lstrip(b"\0").rjust(32, b"\0")
        at += 2 + length
    return out


print("# kiosk id | epoch | sequence | hash | signed µs | signature | public key (SubjectPublicKeyInfo). Signed by OpenSSL; written by make_heads.py.")
with tempfile.TemporaryDirectory() as folder:
    for kiosk, epoch, sequence, digest, signed in CASES:
        key = os.path.join(folder, "key.pem")
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
        statement = b"KCH\x01" + struct.pack(">Q", kiosk) + epoch + struct.pack(">Q", sequence) + digest + struct.pack(">q", signed)
        assert len(statement) == 76
        signature = raw(openssl("dgst", "-sha256", "-sign", key, data=statement))
        public = openssl("ec", "-in", key, "-pubout", "-outform", "DER")
        print(f"{kiosk} | {epoch.hex()} | {sequence} | {digest.hex()} | {signed} | {signature.hex()} | {public.hex()}")
