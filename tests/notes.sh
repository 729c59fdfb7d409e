#!/usr/bin/env bash
# The files that hardware-notes has people install, run as they are: udev rules on invented devices (umockdev, in a mount namespace of
# its own: nothing reaches this machine), the two scripts on copies, the polkit rule in a JavaScript engine, the list for modprobe.
set -u
cd "$(dirname "$0")/.."
notes=$PWD/hardware-notes
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0 skipped=0
ok() { passed=$((passed + 1)); echo "ok: $1"; }
wrong() { failed=$((failed + 1)); echo "WRONG: $1"; }
skip() { skipped=$((skipped + 1)); echo "skipped: $1"; }
is() { if [ "$2" = "$3" ]; then ok "$1"; else wrong "$1: not \"$3\" but \"$2\""; fi; }

# Every file in a folder below hardware-notes is linked from its README and from the page it names.
for file in "$notes"/*/*; do
  name=${file#"$notes"/} page=$(grep -oE 'see [a-z0-9-]+\.md' "$file" | head -n 1 | cut -d' ' -f2)
  for where in README.md "${page:-no page is named}"; do
    if grep -q "($name)" "$notes/$where"; then ok "$where links $name"; else wrong "$where does not link $name"; fi
  done
done

# udev.
if ! command -v umockdev-run >/dev/null || ! command -v udevadm >/dev/null; then skip "no umockdev or udev: udev rules"
else
  if udevadm verify --help >/dev/null 2>&1; then
    for rules in "$notes"/udev/*.rules; do
      if udevadm verify --no-summary "$rules" > "$tmp/said" 2>&1; then ok "$(basename "$rules") is right"; else wrong "$(basename "$rules"):"; cat "$tmp/said"; fi
    done
  fi
  cat > "$tmp/inside" <<'INSIDE'
set -e
mount -t tmpfs none /run
mkdir /run/dev
for name in null zero random urandom; do touch /run/dev/$name; mount --bind /dev/$name /run/dev/$name; done
mount --rbind /run/dev /dev
mount --bind "$1/udev" /etc/udev/rules.d
exec python3 "$2" "$1/udev"
INSIDE
  apart=
  for way in -m -rm; do if unshare $way mount -t tmpfs none /mnt 2>/dev/null; then apart=$way; break; fi; done
  if [ -z "$apart" ]; then skip "no mount namespace may be made here: udev rules"
  else
    if unshare $apart bash "$tmp/inside" "$notes" "$PWD/tests/notes/rules.py" > "$tmp/rules" 2>&1; then code=0; else code=$?; fi
    cat "$tmp/rules"
    passed=$((passed + $(grep -c '^ok: ' "$tmp/rules"))) failed=$((failed + $(grep -c '^WRONG: ' "$tmp/rules")))
    [ "$code" -eq 0 ] || wrong "the udev rules could not be tried"
  fi
fi

# brltty: as Ubuntu and as Debian have it, where somebody had enabled it, and where it is not installed.
for system in ubuntu debian none; do
  root=$tmp/$system
  mkdir -p "$root/lib/udev/rules.d" "$root/lib/systemd/system" "$root/etc/systemd/system"
  case $system in
    ubuntu) touch "$root/lib/udev/rules.d/85-brltty.rules" "$root/lib/systemd/system/brltty-udev.service" "$root/lib/systemd/system/brltty.path"
      ln -s /lib/systemd/system/brltty.path "$root/etc/systemd/system/brltty.path" ;;
    debian) touch "$root/lib/systemd/system/brltty.service" "$root/lib/udev/rules.d/99-brltty-new.rules" ;;
  esac
  touch "$root/lib/udev/rules.d/60-serial.rules"
  sh "$notes/brltty/keep-off.sh" "$root" > "$tmp/first" || wrong "keep-off.sh fails on $system"
  left=
  for path in "$root"/lib/udev/rules.d/*brltty* "$root"/lib/systemd/system/*brltty*; do
    [ -f "$path" ] || continue
    kind=${path#"$root"/lib/}
    [ "$(readlink "$root/etc/$kind")" = /dev/null ] || left="$left $kind"
  done
  is "keep-off.sh masks every file of brltty on $system" "$left" ""
  is "keep-off.sh masks what an update may bring on $system" "$(readlink "$root/etc/systemd/system/brltty.service") $(readlink "$root/etc/udev/rules.d/85-brltty.rules")" "/dev/null /dev/null"
  is "keep-off.sh masks nothing else on $system" "$(find "$root/etc" -type l | grep -vc brltty)" 0
  is "keep-off.sh has nothing to do the second time on $system" "$(sh "$notes/brltty/keep-off.sh" "$root" | grep -c '^masked')" 0
done
is "a link that was there is kept beside the mask" "$(readlink "$tmp/ubuntu/etc/systemd/system/brltty.path.before-kycuong")" /lib/systemd/system/brltty.path

# allow-escape.sh: bit 0 of ifdDriverOptions and no other byte, with what libccid ships and with options that are in force already.
escape() { sh "$notes/pcscd/allow-escape.sh" "$1" > "$tmp/said" 2>&1; }
options() { python3 -c 'import plistlib, sys; print(int(plistlib.load(open(sys.argv[1], "rb"))["ifdDriverOptions"], 16))' "$1"; }
plist() { printf '<?xml version="1.0"?>\n<plist version="1.0"><dict>\n\t<key>ifdVendorID</key>\n\t<array><string>0x0000</string></array>\n\t<key>ifdDriverOptions</key>\n\t<string>%s</string>\n</dict></plist>\n' "$1"; }
if [ -f /etc/libccid_Info.plist ]; then
  # What the package brought, whatever was done to this machine's since.
  [ ! -f /etc/libccid_Info.plist.before-kycuong ] && shipped=/etc/libccid_Info.plist || shipped=/etc/libccid_Info.plist.before-kycuong
  cp "$shipped" "$tmp/shipped.plist"
  before=$(options "$tmp/shipped.plist")
  escape "$tmp/shipped.plist"
  is "allow-escape.sh switches bit 0 on in libccid's file" "$(options "$tmp/shipped.plist")" $((before | 1))
  is "allow-escape.sh changes one line of libccid's file" "$(diff "$shipped" "$tmp/shipped.plist" | grep -c '^>')" $((before & 1 ? 0 : 1))
else skip "no libccid: allow-escape.sh on the file it ships"; fi
for value in 0x0000:1 0x0004:5 0x0001:1 0x001A:27 0x30:49; do
  plist "${value%:*}" > "$tmp/one.plist"
  escape "$tmp/one.plist"
  is "allow-escape.sh makes of ${value%:*} what keeps the other bits" "$(options "$tmp/one.plist")" "${value#*:}"
  is "allow-escape.sh leaves the rest of the file at ${value%:*}" "$(sed '/ifdDriverOptions/{n;d;}' "$tmp/one.plist")" "$(plist x | sed '/ifdDriverOptions/{n;d;}')"
  cp "$tmp/one.plist" "$tmp/again.plist"
  escape "$tmp/again.plist"
  is "allow-escape.sh has nothing to do the second time at ${value%:*}" "$(grep -c 'allowed already' "$tmp/said")$(cmp -s "$tmp/one.plist" "$tmp/again.plist"; echo $?)" 10
done
plist 0x0000 > "$tmp/two.plist"; cp "$tmp/two.plist" "$tmp/was.plist"; escape "$tmp/two.plist"
is "allow-escape.sh keeps what was beside it" "$(cmp -s "$tmp/was.plist" "$tmp/two.plist.before-kycuong"; echo $?)" 0
plist 0x0000 | sed '/ifdDriverOptions/,+1d' > "$tmp/none.plist"
if escape "$tmp/none.plist"; then wrong "allow-escape.sh takes a file without ifdDriverOptions"; else ok "allow-escape.sh refuses a file without ifdDriverOptions"; fi

# polkit: our user may use PC/SC, nobody else and nothing else.
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
if [ -z "$browser" ]; then skip "no Chromium: the polkit rule"
else
  user=$(sed -n 's/^User=//p' kiosk/deploy/kycuong-kiosk.service)
  {
    printf '<!doctype html><meta charset="utf-8"><body><script>var rule, polkit = { Result: { YES: "yes" }, addRule: function (f) { rule = f; } };\n'
    cat "$notes"/polkit/*.rules
    printf 'document.body.textContent = "said:" + [["access_pcsc", "%s"], ["access_card", "%s"], ["access_pcsc", "root2"], ["manage", "%s"]].map(function (c) { return rule({ id: "org.debian.pcsc-lite." + c[0] }, { user: c[1] }) || "nothing"; }).join(" ") + ";";</script>' "$user" "$user" "$user"
  } > "$tmp/polkit.html"
  said=$(timeout 60 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$tmp/browser" --dump-dom "file://$tmp/polkit.html" 2>/dev/null | sed -n 's/.*said:\([^;]*\);.*/\1/p')
  is "the polkit rule lets the service's user use PC/SC, and that alone" "$said" "yes yes nothing nothing"
fi

# modprobe.
if ! command -v modprobe >/dev/null; then skip "no kmod: the list for modprobe"
else
  is "modprobe reads the list" "$(modprobe --config "$notes/modprobe" --showconfig | grep '^blacklist' | sort | tr '\n' ' ')" "blacklist nfc blacklist pn533 blacklist pn533_usb "
fi

echo "notes: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
