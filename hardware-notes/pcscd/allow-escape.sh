#!/bin/sh
# Lets programs send commands to a CCID reader itself (light, buzzer): sets bit 0 of ifdDriverOptions and leaves the other bits.
# Run as root; see pcsc.md. Another file may be named; what it was is kept beside it.
set -eu
file=${1:-/etc/libccid_Info.plist}
old=$(sed -n '/<key>ifdDriverOptions<\/key>/{n;s/.*<string>0x\([0-9A-Fa-f]*\)<\/string>.*/\1/p;}' "$file")
[ -n "$old" ] || { echo "$file: no ifdDriverOptions; is the package libccid installed?" >&2; exit 1; }
new=$(printf '%04X' $((0x$old | 1)))
[ "$((0x$old))" -ne "$((0x$new))" ] || { echo "$file: allowed already"; exit 0; }
cp -p "$file" "$file.before-kycuong"
sed -i "/<key>ifdDriverOptions<\/key>/{n;s/0x$old/0x$new/;}" "$file"
echo "$file: ifdDriverOptions was 0x$old, is 0x$new; now restart the service: systemctl restart pcscd"
