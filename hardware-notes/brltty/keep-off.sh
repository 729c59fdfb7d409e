#!/bin/sh
# Keeps brltty (Braille displays) from taking USB-serial adapters away: masks its udev rules and its units, whatever they are called
# here (Ubuntu: 85-brltty.rules, brltty-udev.service; Debian: brltty.service), and those that a later update may bring.
# Run as root; see linux-serial.md. Undone by deleting the links it names. Another root directory may be named.
set -eu
root=${1:-}

# mask DIRECTORY NAME: a link to /dev/null there hides the file of this name that a package brought.
mask() {
  link=$root$1/$2
  [ "$(readlink "$link" || true)" != /dev/null ] || return 0
  mkdir -p "$root$1"
  # Somebody's own file, or a link that "systemctl enable" made.
  [ ! -e "$link" ] && [ ! -L "$link" ] || mv "$link" "$link.before-kycuong"
  ln -s /dev/null "$link"
  echo "masked: $link"
}

# The names of brltty's files of a kind, those it is known to have and those that are here.
names() {
  kind=$1
  shift
  for known in "$@"; do echo "$known"; done
  for path in "$root"/lib/$kind/*brltty* "$root"/usr/lib/$kind/*brltty*; do [ ! -f "$path" ] || basename "$path"; done
}

for rules in $(names udev/rules.d 85-brltty.rules 90-brltty-device.rules 90-brltty-usb-generic.rules 90-brltty-usb-customized.rules); do
  mask /etc/udev/rules.d "$rules"
done
for unit in $(names systemd/system brltty.service brltty.path brltty-udev.service brltty@.service brltty@.path); do
  mask /etc/systemd/system "$unit"
done
echo "brltty is masked; in force after a restart of the machine"
