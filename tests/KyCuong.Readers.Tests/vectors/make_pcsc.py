#!/usr/bin/env python3
"""Writes pcsc.txt: what PC/SC says of a contactless reader, as the transport's records.

An implementation of its own: the CRC is Python's binascii.crc_hqx, the words
and codes stand in PC/SC part 3 and 5 and in pcsclite.h, the answers of cards
in the manuals and logs that the file names. Expected identities are written
down beside them. It shares nothing with the driver that the vectors test. Run
it again only to add vectors.
"""
import binascii
import os
import struct

NAME = "OMNIKEY CardMan 5x21-CL 0"          # a reader whose light nobody here knows
ACR122 = "ACS ACR122U PICC Interface 00 00"
ACR1252 = "ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00"

# pcsclite.h
EMPTY, PRESENT, EXCLUSIVE, INUSE, MUTE, UNAVAILABLE, UNKNOWN, CHANGED = 0x10, 0x20, 0x80, 0x100, 0x200, 0x08, 0x04, 0x02
REMOVED, RESET, UNRESPONSIVE, NO_CARD = 0x80100069, 0x80100068, 0x80100066, 0x8010000C
NOT_TRANSACTED, SHARING, UNSUPPORTED = 0x80100016, 0x8010000B, 0x80100022


def record(kind, payload):
    body = bytes([kind]) + struct.pack(">H", len(payload)) + payload
    return b"\xC5" + body + struct.pack(">H", binascii.crc_hqx(body, 0))


def reader(name=NAME):
    return record(1, name.encode())


def state(flags, count):
    return record(2, struct.pack(">HH", count, flags))


def sent(answer, code=0):
    return record(3, struct.pack(">I", code) + bytes.fromhex(answer))


def controlled(answer, code=0):
    return record(4, struct.pack(">I", code) + bytes.fromhex(answer))


def card(answer, name=NAME, count=1):
    """A session: the reader is opened with nothing on it, a card comes, and this is what it answers."""
    return reader(name) + state(EMPTY, count - 1) + state(PRESENT, count) + sent(answer)


HEADER = """\
# PC/SC contactless readers: records of the transport, C5 kind length payload CRC-16 (hardware-notes/pcsc.md). Written by make_pcsc.py.
# What the driver sends and what it makes of time and of the light: PcscConversationTests.
resync: after 100 ms
source: FF CA 00 00 00 and its answers UID 90 00, 6A 81, 63 00: PC/SC part 3, 3.2.2.1.3; ACR122U API 2.04 (ACS), chapter 4.1
source: state words and return codes: pcsclite.h; words 00010020, 00020010 and their like seen from pcscd 1.9.9 with Debian's virtual reader
source: UID 77E5EB59 and the reader's name: log of an ACR122U clone in a public issue (nfc-tools/mfoc 80)
source: UIDs 529D06E3, 1EA68671, 04C43BC21C2680 and its cut form 8804C43B: published readings of real cards (readers' forums, Proxmark client)
source: UID 85822FA0 with ATS, answer to a native command: ACR122L communication protocol 1.03 (ACS), 6.17
source: UID of ten bytes: made from the triple-size form of ISO/IEC 14443-3, 6.5.4; no card with one was seen
source: escape answers E1 00 00 00 01 xx: ACM1252U-Y3 reference manual 1.03 (ACS), 5.3
"""

VECTORS = []


def add(name, expected, *chunks):
    parts = []
    for at, data in chunks:
        parts.append("@%d %s" % (at, data.hex(" ").upper()))
    VECTORS.append("%s | %s | %s" % (name, " ".join(parts), expected))


for name, uid in (("UID of four bytes", "77E5EB59"), ("another UID of four bytes", "529D06E3"), ("a third UID of four bytes", "1EA68671"),
                  ("UID of four bytes of a DESFire-like card", "85822FA0"), ("UID of seven bytes", "04C43BC21C2680"),
                  ("UID of ten bytes", "04A1B2C3D4E5F6071829")):
    add(name, "a:" + uid, (0, card(uid + "9000")))
add("card that lay there at opening", "a:77E5EB59", (0, reader() + state(PRESENT, 7) + sent("77E5EB599000")))
add("word with the mark of a change and another program's use", "a:77E5EB59",
    (0, reader() + state(EMPTY | CHANGED, 7) + state(PRESENT | INUSE | CHANGED, 8) + sent("77E5EB599000")))
add("count goes over 65535", "a:77E5EB59", (0, reader() + state(EMPTY, 0xFFFF) + state(PRESENT, 0) + sent("77E5EB599000")))
add("ACR122U that takes escape commands", "a:77E5EB59",
    (0, reader(ACR122) + controlled("9000") + state(EMPTY, 0) + state(PRESENT, 1) + sent("77E5EB599000")))
add("ACR122U that refuses them", "a:77E5EB59",
    (0, reader(ACR122) + controlled("", UNSUPPORTED) + state(EMPTY, 0) + state(PRESENT, 1) + sent("77E5EB599000")))
add("ACR1252U that beeps by itself", "a:04C43BC21C2680",
    (0, reader(ACR1252) + controlled("E1000000017F") + controlled("E10000000177") + state(EMPTY, 0) + state(PRESENT, 1) + sent("04C43BC21C26809000")))
add("reader of an ACR1281's name", "a:529D06E3", (0, card("529D06E39000", "ACS ACR1281 1S Dual Reader PICC 0")))
add("reader with a name in another script", "a:529D06E3", (0, card("529D06E39000", "Đầu đọc thẻ 智能卡 0")))
add("two cards, one after the other", "a:77E5EB59 a:529D06E3",
    (0, card("77E5EB599000")), (900, state(EMPTY, 2)), (2000, state(PRESENT, 3) + sent("529D06E39000")))
add("a card held for a minute", "a:77E5EB59",
    (0, card("77E5EB599000")), (20000, state(PRESENT | INUSE, 1)), (40000, state(PRESENT, 1)), (60000, state(EMPTY, 2)))
add("another card in the time of one look", "a:77E5EB59 a:529D06E3",
    (0, card("77E5EB599000")), (900, state(PRESENT, 3) + sent("529D06E39000")))
add("answer in two reads, two seconds later", "a:77E5EB59", (0, reader() + state(EMPTY, 0) + state(PRESENT, 1)), (2000, sent("77E5EB599000")[:9]), (2016, sent("77E5EB599000")[9:]))
add("taken away just after its answer", "a:77E5EB59", (0, card("77E5EB599000") + state(EMPTY, 2)))

add("random UID", "!DefaultIdentity", (0, card("08D2A1B79000")))
add("UID of seven bytes cut behind the cascade tag", "!DefaultIdentity", (0, card("8804C43B9000")))
add("the same, reversed", "!DefaultIdentity", (0, card("3BC404889000")))
add("all zeros", "!DefaultIdentity", (0, card("000000009000")))
add("all ones", "!DefaultIdentity", (0, card("FFFFFFFFFFFFFF9000")))
for uid in ("DEADBEEF", "01020304", "12345678"):
    add("maker's test value " + uid, "!DefaultIdentity", (0, card(uid + "9000")))
add("no UID: 6A 81", "!NotInGrammar", (0, card("6A81")))
add("eight bytes, a card of ISO 15693", "!NotInGrammar", (0, card("E0040150123456789000")))
add("three bytes", "!NotInGrammar", (0, card("77E5EB9000")))
add("five bytes", "!NotInGrammar", (0, card("77E5EB59019000")))
add("eleven bytes", "!NotInGrammar", (0, card("04A1B2C3D4E5F60718293A9000")))
add("good status and no UID", "!NotInGrammar", (0, card("9000")))
add("answer to another command is no UID", "!NotInGrammar", (0, card("D54B0101000828" + "0485822FA0" + "077777F780024765" + "9000")))
add("firmware name without a status word is no UID", "none", (0, card("41435231323255323037") + state(EMPTY, 2)))

add("no card at all", "none", (0, reader() + state(EMPTY, 0)))
add("taken away before it was asked: 80100069", "none", (0, reader() + state(EMPTY, 0) + state(PRESENT, 1) + sent("", REMOVED) + state(EMPTY, 2)))
add("taken away before it was asked: 8010000C", "none", (0, reader() + state(EMPTY, 0) + state(PRESENT, 1) + sent("", NO_CARD) + state(EMPTY, 2)))
add("taken away while it was asked: 63 00", "none", (0, card("6300") + state(EMPTY, 2)))
add("reset by another program, then read", "a:77E5EB59", (0, reader() + state(EMPTY, 0) + state(PRESENT, 1) + sent("", RESET)), (150, sent("77E5EB599000")))
add("held by another program, then read", "a:77E5EB59",
    (0, reader() + state(EMPTY, 0) + state(PRESENT | EXCLUSIVE, 1) + sent("", SHARING)), (150, sent("", SHARING)), (300, state(PRESENT, 1) + sent("77E5EB599000")))
add("63 00, then read", "a:77E5EB59", (0, card("6300")), (150, sent("77E5EB599000")))
add("never read while it lay there", "!NotRead",
    (0, reader() + state(EMPTY, 0) + state(PRESENT | MUTE, 1) + sent("", UNRESPONSIVE)), *[(150 * i, sent("", UNRESPONSIVE)) for i in range(1, 10)], (5000, state(EMPTY, 2)))
add("one missed between two looks", "!NotRead", (0, reader() + state(EMPTY, 4)), (1000, state(EMPTY, 6)))
add("one missed, the next is read", "!NotRead a:77E5EB59", (0, reader() + state(EMPTY, 4)), (1000, state(PRESENT, 7) + sent("77E5EB599000")))
add("one missed after one that was read", "a:77E5EB59 !NotRead", (0, card("77E5EB599000")), (1000, state(EMPTY, 4)))
add("reader pulled out and back with the card on it", "a:77E5EB59 a:529D06E3",
    (0, card("77E5EB599000")), (1000, state(UNAVAILABLE | UNKNOWN, 1)), (2000, reader() + state(PRESENT, 1) + sent("529D06E39000")))

add("answer that was not asked for", "none", (0, reader() + state(EMPTY, 0) + sent("77E5EB599000")))
add("second answer to one question", "a:77E5EB59", (0, card("77E5EB599000") + sent("529D06E39000")))
add("answer to an escape command is none of a card", "none", (0, reader() + state(EMPTY, 0) + state(PRESENT, 1) + controlled("77E5EB599000") + state(EMPTY, 2)))
add("answer without a status word", "none", (0, card("") + state(EMPTY, 2)))
add("records too short for their kind", "none", (0, reader() + record(2, b"\x00\x20") + record(3, b"\x00") + record(4, b"")))
add("a kind that is none", "a:77E5EB59", (0, record(0x7F, b"abc") + card("77E5EB599000")))
add("a wrong CRC, then silence", "!BadChecksum a:77E5EB59", (0, card("77E5EB599000")[:-1] + b"\x00"), (200, card("77E5EB599000")))
add("a record that says 513 bytes", "!TooLong a:77E5EB59", (0, bytes.fromhex("C5030201") + bytes(100)), (200, card("77E5EB599000")))
add("cut by a silence", "!BadFrame a:77E5EB59", (0, card("77E5EB599000")[:-4]), (200, card("77E5EB599000")))

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pcsc.txt")
with open(path, "w", encoding="utf-8", newline="\n") as f:
    f.write(HEADER + "\noptions:\n" + "\n".join(VECTORS) + "\n")
print(len(VECTORS), "vectors")
