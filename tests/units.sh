#!/usr/bin/env bash
# The units of systemd as they are shipped: right, hardened (reliability test S16), and the programs start under their
# system call filters. Needs the built programs; systemd itself need not run.
set -u
cd "$(dirname "$0")/.."
CONFIGURATION=${CONFIGURATION:-Release}
tmp=$(mktemp -d)
passed=0 failed=0 skipped=0 running=
trap 'if [ -n "$running" ]; then kill "$running" 2>/dev/null; fi; rm -rf "$tmp"' EXIT
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

# Both start, find each other and stop as the units tell them to, nothing but their filters' calls being allowed.
filtered() { exec /usr/bin/python3 tests/units/filtered.py "$@"; }
filtered server/deploy/kycuong-server.service "$server" serve --data "$tmp/server" --kiosk-port 0 --listen 127.0.0.1 --status-lines > "$tmp/serving" 2>&1 &
running=$!
for _ in $(seq 600); do grep -q '^@listening' "$tmp/serving" && break; kill -0 "$running" 2>/dev/null || break; sleep 0.1; done
port=$(sed -nE 's/^@listening port=([0-9]+).*/\1/p' "$tmp/serving")
if [ -n "$port" ]; then ok "the server starts under its filter"; else wrong "the server under its filter:"; cat "$tmp/serving"; fi
echo '{ "agency": { "code": "CQ", "name": "Cơ quan" } }' > "$tmp/agency.json"
"$server" apply "$tmp/agency.json" --data "$tmp/server" >/dev/null && code=$("$server" kiosk add CONG --name Cổng --data "$tmp/server" | grep -oE '[0-9A-Z]{4}(-[0-9A-Z]{4})+' | head -1)
if (filtered kiosk/deploy/kycuong-kiosk.service "$kiosk" enrol --server "https://127.0.0.1:$port" --code "${code:-none}" --data "$tmp/gate") > "$tmp/enrolled" 2>&1
then ok "the kiosk enrols under its filter"; else wrong "the kiosk under its filter:"; cat "$tmp/enrolled"; fi
if (filtered kiosk/deploy/kycuong-kiosk.service "$kiosk" readers --data "$tmp/gate") > "$tmp/readers" 2>&1
then ok "the kiosk looks for readers under its filter"; else wrong "readers under the kiosk's filter:"; cat "$tmp/readers"; fi
kill -TERM "$running"
if wait "$running"; then ok "the server ends with 0 when told to"; else wrong "the server ended with $?:"; cat "$tmp/serving"; fi
running=
finish
