"""The udev rules of hardware-notes, as systemd's own udev carries them out on devices that umockdev invents.

rules.py RULES_DIRECTORY: prints "ok: …" or "WRONG: …" a case. Runs inside a mount namespace of its own (tests/notes.sh makes it),
where RULES_DIRECTORY already is /etc/udev/rules.d and nothing that udev writes reaches the machine.
"""

import grp
import os
import re
import subprocess
import sys
import tempfile

PCI = "/devices/pci0000:00/0000:00:14.0"
USB = f"{PCI}/usb1/1-2"
SOCKET = "pci-0000:00:14.0-usb-0:2:1.0"


def device(path, properties, attributes=()):
    lines = [f"P: {path}"] + [f"E: {p}" for p in properties] + [f"A: {a}\\n" for a in attributes]
    return "\n".join(lines) + "\n\n"


def plugged(vendor, product, path, subsystem, name, major):
    """A device below a hub, as Linux arranges them; returns its description and its path."""
    end = f"{USB}/1-2:1.0/{path}"
    text = device(PCI, ["SUBSYSTEM=pci"], ["vendor=0x8086"])
    # The hub has a number, too: Linux Foundation.
    text += device(f"{PCI}/usb1", ["SUBSYSTEM=usb", "DEVTYPE=usb_device", "DRIVER=usb"], ["idVendor=1d6b", "idProduct=0002"])
    text += device(USB, ["SUBSYSTEM=usb", "DEVTYPE=usb_device", "DRIVER=usb"], [f"idVendor={vendor}", f"idProduct={product}"])
    text += device(f"{USB}/1-2:1.0", ["SUBSYSTEM=usb", "DEVTYPE=usb_interface"], ["bInterfaceNumber=00"])
    text += device(end, [f"DEVNAME=/dev/{name}", f"SUBSYSTEM={subsystem}", f"MAJOR={major}", "MINOR=0"])
    return text, end


def outcome(text, path):
    """What udev makes of it: its properties, and the lines that tell group and mode: of our rules, and from version 257 on the node's."""
    with tempfile.NamedTemporaryFile("w", suffix=".umockdev") as described:
        described.write(text)
        described.flush()
        run = subprocess.run(["umockdev-run", "-d", described.name, "--", "udevadm", "test", f"/sys{path}"],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=60, check=False)
    properties = dict(re.findall(r"^ *([A-Z_]+)=(.*)$", run.stdout, re.MULTILINE))
    ours = "\n".join(line for line in run.stdout.splitlines() if re.match(r"[^ ]+: .*kycuong-", line) or re.match(r" +(GROUP|MODE): ", line))
    if "DEVPATH" not in properties:
        print(run.stdout)
    return properties, ours


def gives(ours, group):
    """Lines such as "72-kycuong-hid-scanners.rules:9 GROUP 105" and "… MODE 0660"; newer versions word them in other cases."""
    number = grp.getgrnam(group).gr_gid
    return bool(re.search(rf"group\b.*\b({number}|{group})\b", ours, re.I)) and bool(re.search(r"mode\b.*\b0?660\b", ours, re.I))


def check(what, is_so, said=""):
    print(f"ok: {what}" if is_so else f"WRONG: {what}\n{said}")


def check_serial(what, described):
    """ModemManager asks the USB device, not the line, whether it is to be left alone."""
    text, line = described
    properties, ours = outcome(text, line)
    device_properties, _ = outcome(text, USB)
    check(f"{what} is ignored by ModemManager and open to dialout",
          properties.get("ID_MM_DEVICE_IGNORE") == device_properties.get("ID_MM_DEVICE_IGNORE") == "1" and gives(ours, "dialout"), ours)


def listed(rules, pattern):
    with open(os.path.join(rules, pattern[0]), encoding="utf-8") as file:
        return re.findall(pattern[1], "".join(line for line in file if not line.startswith("#")))


def main():
    rules = sys.argv[1]
    adapters = [(vendor, product) for vendor, products in listed(rules, ("70-kycuong-readers.rules", r'ATTRS\{idVendor\}=="(\w{4})", ATTRS\{idProduct\}=="([\w|]+)"'))
                for product in products.split("|")]
    makers = listed(rules, ("72-kycuong-hid-scanners.rules", r'ATTRS\{idVendor\}[=!]="([\w|]+)"'))[0].split("|")
    check(f"{len(adapters)} adapters and {len(makers)} makers of scanners are listed", len(adapters) >= 8 and len(makers) >= 5)

    for vendor, product in adapters:
        check_serial(f"adapter {vendor}:{product}", plugged(vendor, product, "ttyUSB0/tty/ttyUSB0", "tty", "ttyUSB0", 188))
    for vendor in makers:
        check_serial(f"scanner of maker {vendor} in USB-COM mode", plugged(vendor, "0b6a", "tty/ttyACM0", "tty", "ttyACM0", 166))
    for name, major in (("ttyUSB0", 188), ("ttyACM0", 166)):
        properties, ours = outcome(*plugged("12d1", "1001", f"tty/{name}", "tty", name, major))
        check(f"a modem at {name} is left to ModemManager", "DEVPATH" in properties and "ID_MM_DEVICE_IGNORE" not in properties and gives(ours, "dialout"), ours)

    for vendor in makers:
        properties, ours = outcome(*plugged(vendor, "0b6a", f"0003:{vendor.upper()}:0B6A.0001/hidraw/hidraw0", "hidraw", "hidraw0", 244))
        check(f"scanner of maker {vendor} in HID-POS mode has its name and is open to input",
              f"/dev/kycuong/hid-{SOCKET}" in properties.get("DEVLINKS", "").split() and gives(ours, "input"), ours)
    properties, ours = outcome(*plugged("046d", "c077", "0003:046D:C077.0001/hidraw/hidraw0", "hidraw", "hidraw0", 244))
    check("raw reports of a mouse stay shut", "DEVPATH" in properties and "kycuong" not in properties.get("DEVLINKS", "") and not gives(ours, "input"), ours)

    properties, ours = outcome(*plugged("08ff", "0009", "0003:08FF:0009.0001/input/input5/event5", "input", "input/event5", 13))
    check("a reader that types is open to input", gives(ours, "input"), ours)
    properties, ours = outcome(*plugged("08ff", "0009", "0003:08FF:0009.0001/input/input5/mouse0", "input", "input/mouse0", 13))
    check("what is no event device is not touched", "DEVPATH" in properties and "kycuong-" not in ours, ours)


main()
