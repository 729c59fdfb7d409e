#!/usr/bin/env bash
# The kiosk for Windows under Wine: publishes it for win-x64, and has it list and identify an RDM6300 on com:COM5, which is a
# pseudo-terminal here. Not a part of run.sh: it takes minutes and needs Debian's wine and wine64 (apt-get install wine wine64).
# What Wine cannot show: a reader that is unplugged (it reports no hang-up), keyboards, smart cards, and enrolment (its
# cryptography makes no ECDSA keys, so nothing that needs an enrolled kiosk starts).
set -u
cd "$(dirname "$0")/.."
passed=0 failed=0 player=
tmp=$(mktemp -d)
export WINEPREFIX=$tmp/prefix WINEARCH=win64 WINEDEBUG=-all
stop() { [ -z "$player" ] || kill "$player" 2>/dev/null; wineserver -k 2>/dev/null; rm -rf "$tmp"; }
trap 'stop >/dev/null 2>&1' EXIT

result() { echo "windows: $passed passed, $failed failed, $1 skipped"; [ "$failed" -eq 0 ]; exit; }
# says TEXT WHAT: the last command's output has this text.
says() {
  if grep -qF -- "$1" "$tmp/said"; then passed=$((passed + 1)) && echo "ok: $2"
  else failed=$((failed + 1)) && echo "WRONG: $2; it said:" && cat "$tmp/said"; fi
}
kiosk() { timeout 120 wine "$tmp/kiosk/KyCuong.Kiosk.exe" "$@" --data "Z:${tmp//\//\\}\\data" > "$tmp/said" 2>&1; }

if ! command -v wine >/dev/null || ! command -v wineserver >/dev/null; then
  [ "${CI:-}" = true ] && failed=1
  echo "no wine here: apt-get install wine wine64"
  result 2
fi

dotnet publish kiosk/KyCuong.Kiosk -p:PublishProfile=win-x64 -o "$tmp/kiosk" -v q --nologo || { failed=1; result 0; }

# The reader: RDM6300's frame of tag 0F03024FD3 (hardware-notes/rdm6300.md) every two seconds.
python3 - "$tmp/reader" <<'PLAY' &
import os, pty, sys, time, tty
reader, line = pty.openpty()
tty.setraw(line)
os.symlink(os.ttyname(line), sys.argv[1])
while True:
    time.sleep(2)
    os.write(reader, bytes.fromhex("02 3046 3033 3032 3446 4433 3932 03"))
PLAY
player=$!

timeout 120 wine wineboot -i >/dev/null 2>&1
timeout 60 wine reg add 'HKLM\Software\Wine\Ports' /v COM5 /d "$tmp/reader" /f >/dev/null 2>&1
wineserver -k
wineserver -w

kiosk readers
says "com:COM5" "serial lines of the registry are listed"
kiosk identify --port com:COM5 --seconds 10 --show-numbers
says "em:0F03024FD3" "a tag is read from com:COM5"
kiosk identify --port com:COM77 --seconds 1
says "com:COM77 không có" "a line that is not there is said to be not there"
result 0
