#!/usr/bin/env bash
# The units of systemd as they are shipped: right, hardened (reliability test S16), and the programs start under their
# system call filters, keep what they make to themselves and secrets out of their logs (S9, S15). Needs the built programs; systemd itself need not run.
set -u
cd "$(dirname "$0")/.."
CONFIGURATION=${CONFIGURATION:-Release}
tmp=$(mktemp -d)
passed=0 failed=0 skipped=0 running= gate= reader=
trap 'for child in $running $gate $reader; do kill "$child" 2>/dev/null; done; rm -rf "$tmp"' EXIT
ok() { passed=$((passed + 1)); echo "ok: $1"; }
wrong() { failed=$((failed + 1)); echo "WRONG: $1"; }

finish() {
  echo "units: $passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
  exit
}

# unit FILE PROGRAM MOST: as a file it is right, and its exposure is at most MOST.
unit() {
  local file=$1 program=$2 most=$3 name score
  name=$(basename "$file")
  # What is installed under /opt/kycuong stands here where it was built.
  sed "s|^ExecStart=/opt/kycuong/[^ ]*|ExecStart=$program|" "$file" > "$tmp/$name"
  if systemd-analyze verify --man=no "$tmp/$name" > "$tmp/said" 2>&1 && ! grep -q "$name" "$tmp/said"; then ok "$name is right"
  else wrong "$name:"; cat "$tmp/said"; fi
  score=$(systemd-analyze security --offline=true --no-pager "$file" 2>/dev/null | sed -nE 's/.*Overall exposure level for .*: ([0-9.]+) .*/\1/p')
  if [ -n "$score" ] && awk "BEGIN { exit !($score <= $most) }"; then ok "$name: exposure $score, at most $most"
  else wrong "$name: exposure ${score:-unknown}, at most $most"; fi
}

for tool in systemd-analyze /usr/bin/python3; do
  command -v $tool >/dev/null || { skipped=1; echo "skipped: no $tool"; finish; }
done
/usr/bin/python3 -c 'import seccomp' 2>/dev/null || { skipped=1; echo "skipped: no python3-seccomp"; finish; }

server=$PWD/server/KyCuong.Server/bin/$CONFIGURATION/net10.0/KyCuong.Server
kiosk=$PWD/kiosk/KyCuong.Kiosk/bin/$CONFIGURATION/net10.0/KyCuong.Kiosk
unit server/deploy/kycuong-server.service "$server" 2.0
unit kiosk/deploy/kycuong-kiosk.service "$kiosk" 3.0

# Both start, find each other, keep a tap and stop as the units tell them to, nothing but their filters' calls being allowed.
filtered() { exec /usr/bin/python3 tests/units/filtered.py "$@"; }
# until COMMAND...: waits for it, at most a minute.
until_true() { local i; for i in $(seq 300); do "$@" && return 0; sleep 0.2; done; return 1; }
serve() { "$server" "$@" --data "$tmp/server"; }
umask 022 # what the programs make is their own affair

filtered server/deploy/kycuong-server.service "$server" serve --data "$tmp/server" --kiosk-port 0 --listen 127.0.0.1 --status-lines > "$tmp/serving" 2>&1 &
running=$!
listens() { grep -q '^@listening' "$tmp/serving" || ! kill -0 "$running" 2>/dev/null; }
until_true listens
port=$(sed -nE 's/^@listening port=([0-9]+).*/\1/p' "$tmp/serving")
if [ -n "$port" ]; then ok "the server starts under its filter"; else wrong "the server under its filter:"; cat "$tmp/serving"; fi

person="Trần Kín Đáo" badge=0F03024FD3
echo '{ "agency": { "code": "CQ", "name": "Cơ quan" }, "units": [ { "code": "VP", "name": "Văn phòng" } ] }' > "$tmp/agency.json"
printf 'staff_code,full_name,unit,position,category,from,to\nNV001,%s,VP,Chuyên viên,CivilServant,2020-01-01,\n' "$person" > "$tmp/staff.csv"
printf 'staff_code,badge,kind,from,to\nNV001,%s,em10h,2020-01-01,\n' $badge > "$tmp/badges.csv"
serve apply "$tmp/agency.json" > "$tmp/commands" && serve import staff "$tmp/staff.csv" >> "$tmp/commands" && serve import badges "$tmp/badges.csv" >> "$tmp/commands" ||
  { wrong "the commands:"; cat "$tmp/commands"; }
code=$(serve kiosk add CONG --name Cổng | grep -oE '[0-9A-Z]{4}(-[0-9A-Z]{4})+' | head -1)
pin=$(serve pin issue --staff NV001 | grep -oE '\b[0-9]{6,}\b' | head -1)
if (filtered kiosk/deploy/kycuong-kiosk.service "$kiosk" enrol --server "https://127.0.0.1:$port" --code "${code:-none}" --data "$tmp/gate") > "$tmp/enrolled" 2>&1
then ok "the kiosk enrols under its filter"; else wrong "the kiosk under its filter:"; cat "$tmp/enrolled"; fi
if (filtered kiosk/deploy/kycuong-kiosk.service "$kiosk" readers --data "$tmp/gate") > "$tmp/readers" 2>&1
then ok "the kiosk looks for readers under its filter"; else wrong "readers under the kiosk's filter:"; cat "$tmp/readers"; fi

# The code once more, by another machine: it is refused, and that is logged.
"$kiosk" enrol --server "https://127.0.0.1:$port" --code "${code:-none}" --data "$tmp/other" > "$tmp/refused" 2>&1 && wrong "a code was taken twice"

# A reader behind a serial device server, at which a badge is shown each second and then read wrongly: another number, the same checksum.
/usr/bin/python3 -c '
import socket, time
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
reader, _ = listener.accept()
while True:
    for badge in (b"0F03024FD3", b"0F03024FD5"):
        reader.sendall(b"\2" + badge + b"92\3")
        time.sleep(1)' > "$tmp/reader" 2>/dev/null &
reader=$!
until_true test -s "$tmp/reader"
echo "{ \"screen\": { \"port\": 0 }, \"readers\": [ { \"id\": \"vao\", \"port\": \"tcp://127.0.0.1:$(cat "$tmp/reader")\", \"protocol\": \"rdm6300\", \"direction\": \"in\" } ] }" > "$tmp/gate/kiosk.json"
filtered kiosk/deploy/kycuong-kiosk.service "$kiosk" run --data "$tmp/gate" --status-lines > "$tmp/seen" 2> "$tmp/gate.log" &
gate=$!
tapped() { serve day --date "$(TZ=Asia/Ho_Chi_Minh date +%F)" --staff NV001 --format json 2>/dev/null | grep -q '"vao"\|"CONG"'; }
if until_true tapped; then ok "a tap goes from reader to store under the filters"; else wrong "no tap in the store:"; cat "$tmp/gate.log" "$tmp/seen"; fi
# Once the roster is there the kiosk knows whose badge it is: what it says then is what the logs are looked through for.
named() { sed '1,/^@roster/d' "$tmp/seen" | grep -q 'Đã ghi nhận' && grep -q 'Không đọc được' "$tmp/seen"; }
if until_true named; then ok "the kiosk tells a tap of somebody it knows"; else wrong "nobody was told anything:"; cat "$tmp/seen"; fi

# Everything they made is their user's alone; kiosk.json is the operator's.
open=$(find "$tmp/server" "$tmp/gate" -perm /077 ! -type l ! -name kiosk.json -printf '%m %p\n')
if [ -z "$open" ]; then ok "all $(find "$tmp/server" "$tmp/gate" | wc -l) files and folders are 0600 and 0700"; else wrong "open to others:"; echo "$open"; fi

kill -TERM "$gate" "$reader"
if wait "$gate"; then ok "the kiosk ends with 0 when told to"; else wrong "the kiosk ended with $?:"; cat "$tmp/gate.log"; fi

# What neither log may hold: a badge in any spelling, a name, the one-time code, a PIN, a key. That they were used is known from above.
cat "$tmp"/server/logs/* "$tmp/serving" "$tmp"/gate/logs/* "$tmp/gate.log" "$tmp/seen" "$tmp/enrolled" "$tmp/refused" > "$tmp/logged"
# The private keys of authority, server and kiosk line by line, and the key of badge hashes, as they are kept and as a log would spell bytes.
/usr/bin/python3 - "$tmp" > "$tmp/keys" <<'END'
import base64, pathlib, re, sys
for file in [*pathlib.Path(sys.argv[1]).glob("server/**/*.key"), pathlib.Path(sys.argv[1], "gate/identity/kiosk.pem")]:
    content = file.read_bytes()
    if key := re.search(rb"-----BEGIN PRIVATE KEY-----(.*?)-----END", content, re.S):
        print(*(line for line in key[1].decode().split() if len(line) > 40), sep="\n")
    else:
        print(base64.b64encode(content).decode(), content.hex(), content.hex().upper(), sep="\n")
END
found=
for secret in $badge "${badge:2}" 64474992595 50483155 151507 0F03024FD5 03024FD5 "$person" "${person##* }" "${code:-none}" "${code//-/}" "${pin:-none}" $(cat "$tmp/keys"); do
  grep -qF -- "$secret" "$tmp/logged" && found="$found '$secret'"
done
keys=$(wc -l < "$tmp/keys")
if [ -n "$pin" ] && [ "$keys" -ge 7 ] && [ -s "$tmp/logged" ] && [ -z "$found" ]; then ok "no card, name, code, PIN or key in $(wc -l < "$tmp/logged") lines of logs"
else wrong "in the logs stands:$found (PIN ${#pin} characters, $keys lines of keys)"; fi

kill -TERM "$running"
if wait "$running"; then ok "the server ends with 0 when told to"; else wrong "the server ended with $?:"; cat "$tmp/serving"; fi
running=
finish
