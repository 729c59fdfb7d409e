#!/usr/bin/env python3
"""Writes keyboard.txt: what a keyboard reader types, as records of Linux's event device.

An implementation of its own: key codes from input-event-codes.h, usages from
the HID usage tables, texts of cards from the published tables that the file
names. Expected identities are slices of the tag. It shares nothing with the
drivers that the vectors test. Run it again only to add vectors.
"""
import os
import struct

SYN, KEY, MSC, LED, REP = 0, 1, 4, 17, 20
REPORT, DROPPED, SCAN = 0, 3, 4
ENTER, KPENTER, TAB, LSHIFT, RSHIFT, CAPS, LCTRL, LALT, NUMLOCK = 28, 96, 15, 42, 54, 58, 29, 56, 69

CODES = {}
for row, first in (("1234567890-=", 2), ("qwertyuiop[]", 16), ("asdfghjkl;'`", 30), ("\\zxcvbnm,./", 43)):
    for i, c in enumerate(row):
        CODES[c] = first + i
CODES[" "] = 57
SHIFTED = {a: b for a, b in zip('!@#$%^&*()_+{}:"~|<>?', "1234567890-=[];'`\\,./")}
KEYPAD = {**{c: 71 + i for i, c in enumerate("789")}, **{c: 75 + i for i, c in enumerate("456")},
          **{c: 79 + i for i, c in enumerate("123")}, "0": 82, ".": 83}

USAGES = {ENTER: 0x28, KPENTER: 0x58, TAB: 0x2B, LSHIFT: 0xE1, RSHIFT: 0xE5, CAPS: 0x39, LCTRL: 0xE0, LALT: 0xE2, NUMLOCK: 0x53, 57: 0x2C}
for i, c in enumerate("abcdefghijklmnopqrstuvwxyz"):
    USAGES[CODES[c]] = 0x04 + i
for i, c in enumerate("1234567890"):
    USAGES[CODES[c]] = 0x1E + i
    USAGES[KEYPAD[c]] = 0x59 + i
USAGES[KEYPAD["."]] = 0x63
for i, c in enumerate("-=[]\\"):
    USAGES[CODES[c]] = 0x2D + i
for i, c in enumerate(";'`,./"):
    USAGES[CODES[c]] = 0x33 + i


class Keys:
    """Reports of a keyboard, four milliseconds apart unless told.

    With scan codes as a USB keyboard gives them, or without as some others do;
    they say nothing the keys do not, so most vectors leave them out.
    """

    def __init__(self, start=1_000_000_000, scan=False):
        self.t, self.scan, self.records, self.chunks = start, scan, [], []

    def record(self, kind, code, value):
        self.records.append(struct.pack("<qqHHi", self.t // 1_000_000, self.t % 1_000_000, kind, code, value))
        return self

    def key(self, code, value):
        if self.scan and value != 2:
            self.record(MSC, SCAN, 0x70000 + USAGES[code])
        return self.record(KEY, code, value)

    def report(self, *changes, after=4_000):
        for code, value in changes:
            self.key(code, value)
        self.record(SYN, REPORT, 0)
        self.t += after
        return self

    def press(self, *codes, after=4_000):
        self.report(*[(c, 1) for c in codes])
        return self.report(*[(c, 0) for c in codes], after=after)

    def char(self, c, keypad=False, shift=False, after=4_000):
        if keypad and c in KEYPAD:
            return self.press(KEYPAD[c], after=after)
        if c in SHIFTED:
            return self.press(LSHIFT, CODES[SHIFTED[c]], after=after)
        if c.isupper() or (shift and c.isalpha()):
            return self.press(LSHIFT, CODES[c.lower()], after=after)
        return self.press(CODES[c], after=after)

    def type(self, text, end=ENTER, **how):
        for c in text:
            self.char(c, **how)
        return self.press(end) if end else self

    def wait(self, us):
        self.t += us
        return self

    def then(self, ms):
        """What follows arrives so many milliseconds after the first chunk."""
        self.chunks.append(self.records)
        self.records = []
        self.t = 1_000_000_000 + ms * 1000
        self.chunks.append(ms)
        return self

    def text(self):
        out, at = [], 0
        for part in self.chunks + [self.records]:
            if isinstance(part, int):
                at = part
            else:
                out.append(f"@{at} " + " ".join(r.hex().upper() for r in part))
        return " ".join(out)


LINES = []
STATE = {"format": None}


def options(name, more=""):
    LINES.append("")
    LINES.append(f"options: format={name}{more}")


def vector(name, keys, *outcomes):
    LINES.append(f"{name} | {keys.text() if isinstance(keys, Keys) else keys} | {' '.join(outcomes) or 'none'}")


def typed(text, scan=False, **how):
    return Keys(scan=scan).type(text, **how)


def em32(tag): return "em32:" + tag[2:]
def em24(tag): return "em24:" + tag[4:]
def em_a(tag): return "emA:" + tag[:2] + tag[6:]
def em_b(tag): return "emB:" + tag[2:4] + tag[6:]


# Published texts: tag, 8H10D, 6H8D, 3+5, 5+5, 3.5A, 3.5B, IK2 14D, IK3 15D.
TAGS = [
    ("04184EDCBA", "0407821498", "05168314", "078,56506", "06222,56506", "004,56506", "024,56506", "00017587690682", "000137849092957"),
    ("0110185C5B", "0270031963", "01596507", "024,23643", "04120,23643", "001,23643", "016,23643", "00004564999259", "000549891619546"),
    ("7200944C78", "0009718904", "09718904", "148,19576", "00148,19576", "114,19576", "000,19576", "00489635990648", "000335010148894"),
    ("01026F6C3A", "0040856634", "07302202", "111,27706", "00623,27706", None, None, "00004335823930", None),
    ("0801161DD6", "0018226646", "01449430", "022,07638", "00278,07638", None, None, "00034377965014", None),
    ("5100D507D0", "0013961168", "13961168", "213,02000", "00213,02000", None, None, "00347906312144", None),
]
# UID, decimal first byte most significant, decimal last byte most significant, hex last byte first.
UIDS = [
    ("529D06E3", "1386022627", "3808861522", "E3069D52"),
    ("1EA68671", "0514229873", "1904649758", "7186A61E"),
    ("1C78F2BF", "0477688511", "3220338716", "BFF2781C"),
    ("9D2F11A0", "2637107616", "2685480861", "A0112F9D"),
]
BADGE = "KC1:KYC7V0NG2T8QHANA"
OTHER = "KC1:0123456789ABCDE4"
CITIZEN = "079199001234||Nguyen Van Thu|30041999|Nam|So 1, Duong Thu|22122022"

options("10h")
for tag, *_ in TAGS:
    vector(f"10H of {tag}", typed(tag, scan=True), "em:" + tag)
vector("10H with letters in lower case", typed("04184edcba"), "em:04184EDCBA")
vector("10H all zeros", typed("0000000000"), "!DefaultIdentity")
vector("10H all ones", typed("FFFFFFFFFF"), "!DefaultIdentity")
vector("10H one digit short", typed("4184EDCBA"), "!NotInGrammar")
vector("10H one digit long", typed("004184EDCBA"), "!NotInGrammar")
vector("10H with a letter G", typed("04184EDCBG"), "!NotInGrammar")

options("8h10d")
for tag, text, *_ in TAGS:
    vector(f"8H10D of {tag}", typed(text), em32(tag))
D = TAGS[0][1]
E32 = em32(TAGS[0][0])
vector("8H10D on the keypad, Enter of the keypad", Keys(scan=True).press(NUMLOCK).type(D, keypad=True, end=KPENTER), E32)
vector("8H10D ended by Tab", typed(D, end=TAB), E32)
vector("8H10D ended by Tab and Enter", typed(D, end=TAB).press(ENTER), E32)
vector("8H10D with Enter in front and twice behind", Keys().press(ENTER).then(20).type(D).press(ENTER), E32)
vector("8H10D with scan codes", Keys(scan=True).type(D), E32)
vector("8H10D with marks of lamps and repeat rates between", Keys().type(D[:5], end=None).record(LED, 0, 1).record(REP, 0, 250).record(REP, 1, 33).report().type(D[5:]), E32)
k = Keys()
previous = None
for c in D:
    code = CODES[c]
    if previous == code:
        k.report((previous, 0))
        previous = None
    k.report(*([(previous, 0)] if previous else []), (code, 1))
    previous = code
k.report((previous, 0), (ENTER, 1)).report((ENTER, 0))
vector("8H10D where a key is released in the report that presses the next", k, E32)
k = Keys()
previous = None
for c in D.replace("8214", "8213"):
    code = CODES[c]
    k.report((code, 1))
    if previous:
        k.report((previous, 0))
    previous = code
k.report((ENTER, 1)).report((previous, 0)).report((ENTER, 0))
vector("8H10D where the next key is pressed before the last is released", k, "em32:%08X" % int(D.replace("8214", "8213")))
k = Keys()
for c in D:
    k.report((CODES[c], 1)).record(KEY, CODES[c], 2).report().report((CODES[c], 0))
k.report((ENTER, 1)).record(KEY, ENTER, 2).report().record(KEY, ENTER, 2).report().report((ENTER, 0))
vector("8H10D with keys that repeat while held", k, E32)
vector("8H10D with one gap of 49 ms", Keys().type(D[:5], end=None).wait(41_000).type(D[5:]), E32)
vector("8H10D with one gap of 50 ms", Keys().type(D[:5], end=None).wait(42_000).type(D[5:]), "!TypedByHand")
vector("8H10D with 50 ms before its Enter", Keys().type(D, end=None).wait(42_000).press(ENTER), "!TypedByHand")
vector("8H10D typed by a person, 120 ms a key", Keys().type(D, after=116_000), "!TypedByHand")
vector("8H10D typed by a person, 400 ms a key", Keys().type(D, after=396_000), "!TypedByHand")
vector("two cards 300 ms apart, found in one read", Keys().type(D).wait(300_000).type(TAGS[1][1]), E32, em32(TAGS[1][0]))
vector("two cards in two reads", Keys().type(D).then(600).type(TAGS[1][1]), E32, em32(TAGS[1][0]))
vector("line without Enter, then a card, found in one read", Keys().type(D, end=None).wait(600_000).type(TAGS[1][1]), "!BadFrame", em32(TAGS[1][0]))
vector("line without Enter", typed(D, end=None), "!BadFrame")
vector("three keys without Enter", typed("123", end=None), "!TypedByHand")
vector("three keys with Enter", typed("123"), "!NotInGrammar")
vector("8H10D one digit short", typed(D[1:]), "!NotInGrammar")
vector("8H10D one digit long", typed("0" + D), "!NotInGrammar")
vector("8H10D of more than 32 bits", typed("4294967296"), "!NotInGrammar")
vector("8H10D all ones", typed("4294967295"), "!DefaultIdentity")
vector("8H10D all zeros", typed("0000000000"), "!DefaultIdentity")
vector("8H10D with a space", typed(D + " "), "!NotInGrammar")
vector("8H10D with a minus", typed("-407821498"), "!NotInGrammar")
vector("records lost in the middle, up to the Enter", Keys().type(D[:4], end=None).record(SYN, DROPPED, 0).report().type(D[7:]), "!BadFrame")
vector("records lost in the middle, the next card is read", Keys().type(D[:4], end=None).record(SYN, DROPPED, 0).report().type(D[7:]).then(900).type(D), "!BadFrame", E32)
vector("release lost", Keys().type(D[:4], end=None).report((CODES[D[4]], 1)).type(D[5:]), "!BadFrame")
vector("press lost", Keys().type(D[:4], end=None).report((CODES[D[4]], 0)).type(D[5:]), "!BadFrame")
vector("release of Enter lost", Keys().type(D, end=None).report((ENTER, 1)), "!BadFrame")
vector("key pressed while Enter is down", Keys().type(D, end=None).report((ENTER, 1)).press(CODES["1"]).report((ENTER, 0)), "!BadFrame")
vector("clock set back in the middle", Keys().type(D[:5], end=None).wait(-20_000).type(D[5:]), "!BadFrame")
vector("Enter alone", Keys().press(ENTER), )
vector("Caps Lock alone", Keys().press(CAPS), )
vector("half a record", "@0 " + "00" * 12)
vector("record of a type that no kernel has", Keys().record(0x77, 1, 1), "!BadFrame")
vector("key with a value that no kernel has", Keys().record(KEY, 2, 3), "!BadFrame")
vector("flood of FF", "@0 FF*4096", "!BadFrame")
vector("citizen card's code on a reader of numbers", typed(CITIZEN), "!NationalId")

options("6h8d")
for tag, _, text, *_ in TAGS:
    vector(f"6H8D of {tag}", typed(text), em24(tag))
vector("6H8D of more than 24 bits", typed("16777216"), "!NotInGrammar")
vector("6H8D all ones", typed("16777215"), "!DefaultIdentity")
vector("6H8D on a reader that prints 8H10D", typed(D), "!NotInGrammar")

options("3+5")
for tag, _, _, text, *_ in TAGS:
    vector(f"3+5 of {tag}", typed(text), em24(tag))
vector("3+5 with a dot", typed("078.56506"), "em24:4EDCBA")
vector("3+5 with nothing between", typed("07856506"), "em24:4EDCBA")
vector("3+5 on the keypad, with a dot", typed("078.56506", keypad=True), "em24:4EDCBA")
vector("3+5 with a colon", typed("078:56506"), "!NotInGrammar")
vector("3+5 with the comma elsewhere", typed("0785,6506"), "!NotInGrammar")
vector("3+5 of more than 8 bits in front", typed("256,56506"), "!NotInGrammar")
vector("3+5 of more than 16 bits behind", typed("078,65536"), "!NotInGrammar")
vector("3+5 all zeros", typed("000,00000"), "!DefaultIdentity")

options("5+5")
for tag, _, _, _, text, *_ in TAGS:
    vector(f"5+5 of {tag}", typed(text), em32(tag))
vector("5+5 with nothing between", typed("0622256506"), "em32:184EDCBA")
vector("5+5 of more than 16 bits in front", typed("65536,56506"), "!NotInGrammar")

options("3.5a")
for row in TAGS[:3]:
    vector(f"3.5A of {row[0]}", typed(row[5]), em_a(row[0]))
options("3.5b")
for row in TAGS[:3]:
    vector(f"3.5B of {row[0]}", typed(row[6]), em_b(row[0]))
options("14d")
for row in TAGS:
    vector(f"14D of {row[0]}", typed(row[7]), "em:" + row[0])
vector("14D of more than 40 bits", typed("01099511627776"), "!NotInGrammar")
options("13d")
for row in TAGS[:3]:
    vector(f"13D of {row[0]}", typed(row[7][1:]), "em:" + row[0])
vector("14D on the setting 13D", typed(TAGS[0][7]), "!NotInGrammar")
options("15d")
for row in TAGS[:3]:
    vector(f"15D of {row[0]}", typed(row[8]), "em:" + row[0])
vector("15D all ones", typed("001099511627775"), "!DefaultIdentity")

options("uid")
for uid, *_ in UIDS:
    vector(f"UID {uid}", typed(uid), "a:" + uid)
vector("UID of seven bytes", typed("04C43BC21C2680"), "a:04C43BC21C2680")
vector("UID of ten bytes", typed("04C43BC21C2680A1B2C3"), "a:04C43BC21C2680A1B2C3")
vector("UID of seven bytes whose first three were lost", Keys().type("0", end=None).record(SYN, DROPPED, 0).report().type("C21C2680"), "!BadFrame")
vector("UID of seven bytes cut behind the cascade tag", typed("8804C43B"), "!DefaultIdentity")
vector("random UID", typed("08A1B2C3"), "!DefaultIdentity")
vector("maker's UID 01020304", typed("01020304"), "!DefaultIdentity")
vector("maker's UID 12345678", typed("12345678"), "!DefaultIdentity")
vector("maker's UID DEADBEEF", typed("DEADBEEF"), "!DefaultIdentity")
vector("UID all zeros", typed("00000000"), "!DefaultIdentity")
vector("UID all ones", typed("FFFFFFFF"), "!DefaultIdentity")
vector("UID of five bytes", typed("529D06E3AA"), "!NotInGrammar")
options("uid-reversed")
for uid, _, _, text in UIDS:
    vector(f"UID {uid}, last byte first", typed(text), "a:" + uid)
vector("UID of seven bytes, last byte first", typed("80261CC23BC404"), "a:04C43BC21C2680")
vector("random UID, last byte first", typed("C3B2A108"), "!DefaultIdentity")
vector("cut UID, last byte first", typed("3BC40488"), "!DefaultIdentity")
options("uid-dec")
for uid, text, *_ in UIDS:
    vector(f"UID {uid} in decimal", typed(text), "a:" + uid)
vector("random UID in decimal", typed("0144814787"), "!DefaultIdentity")
vector("cut UID in decimal, in the wrong order", typed("1002701960"), "!DefaultIdentity")
vector("UID in decimal without its leading zero", typed("514229873"), "!NotInGrammar")
options("uid-dec-reversed")
for uid, _, text, _ in UIDS:
    vector(f"UID {uid} in decimal, last byte first", typed(text), "a:" + uid)
vector("cut UID in decimal, last byte first", typed("1002701960"), "!DefaultIdentity")

LINES += ["", "options:"]
vector("badge code with scan codes", typed(BADGE, scan=True), "kc:" + BADGE)
vector("badge code", typed(BADGE), "kc:" + BADGE)
vector("other badge code", typed(OTHER), "kc:" + OTHER)
k = Keys().press(CAPS)
for c in BADGE:
    if c == ":":
        k.press(RSHIFT, CODES[";"])
    else:
        k.press(CODES[c.lower()])
vector("badge code by a scanner that switches Caps Lock on and off", k.press(CAPS).press(ENTER), "kc:" + BADGE)
k = Keys()
for c in BADGE:
    k.report((LSHIFT, 1)).press(CODES[SHIFTED.get(c, c.lower())]).report((LSHIFT, 0)) if c in SHIFTED or c.isalpha() else k.char(c)
vector("badge code with Shift in reports of its own", k.press(ENTER), "kc:" + BADGE)
vector("badge code behind an AIM identifier of QR", typed("]Q1" + BADGE), "kc:" + BADGE)
vector("badge code with a semicolon, as another layout has it", typed(BADGE.replace(":", ";")), "!NotInGrammar")
vector("badge code one symbol short", typed(BADGE[:-1]), "!NotInGrammar")
vector("badge code with Ctrl held at one key", Keys().type(BADGE[:8], end=None).press(LCTRL, CODES["v"]).type(BADGE[8:]), "!BadFrame")
vector("number of a card on a scanner of badges", typed(D), "!NotInGrammar")
vector("address of a page", typed("https://example.invalid/?a=1"), "!NotInGrammar")
vector("SQL", typed("1' OR '1'='1"), "!NotInGrammar")
vector("citizen card's code", typed(CITIZEN), "!NationalId")
k = Keys().type(CITIZEN[:16], end=None)
k.report((LALT, 1))
for c in "0234":
    k.press(KEYPAD[c])
k.report((LALT, 0)).type(CITIZEN[17:])
vector("citizen card's code with a letter by its number on the keypad", k, "!NationalId")
vector("citizen card's code, slowly", Keys().type(CITIZEN, after=60_000), "!NationalId")
options("kc1", " aim=QrOnly")
vector("badge code of a bar code on a scanner of QR codes", typed("]C0" + BADGE), "!WrongSymbology")
options("kc1", " silence=40")
vector("badge code, 39 ms a key on the setting 40 ms", Keys().type(BADGE, after=35_000), "kc:" + BADGE)
vector("badge code, 40 ms a key on the setting 40 ms", Keys().type(BADGE, after=36_000), "!TypedByHand")

HEAD = """# Card readers and scanners that type as a USB keyboard: records of Linux's event device (hardware-notes/keyboard.md)
# Made by make_keyboard.py: a word is a record, its last 16 digits are type, code and value, little-endian.
# Nothing marks the start of a line; 500 ms of silence end one.
resync: after 500 ms
spoil: up to 8192 bytes
source: records, key codes, SYN_DROPPED: Linux uapi headers input.h and input-event-codes.h; usages: USB HID usage tables, page 7
source: texts of 04184EDCBA and 0110185C5B are the Proxmark client's output, of 7200944C78 a card-copy tutorial's, of the other tags reader manuals'
source: texts of UIDs: reader makers' notes on Wiegand-34 and MFRC522 byte order; 1002701960 for 04C43BC21C2680 is a published case of a cut UID
source: KC1:KYC7V0NG2T8QHANA and KC1:0123456789ABCDE4 have the check symbols of the contract's vectors (badge-codes.txt)
source: layout of the citizen card's code: as in line-scanner.txt; the person is invented"""

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "keyboard.txt"), "w", encoding="utf-8") as out:
    out.write(HEAD + "\n" + "\n".join(LINES) + "\n")
