#!/usr/bin/env bash
# Runs the commands that README.md shows, in its order, on a fresh directory: what the README says is what was run.
# Only this is put in for the reader: the built programs for `dotnet run`, temporary directories for the installed ones, and
# the code that `kiosk add` printed. The files are those the README shows: a fenced block that bears a file's name.
set -u
cd "$(dirname "$0")/.."
CONFIGURATION=${CONFIGURATION:-Release}
server="dotnet server/KyCuong.Server/bin/$CONFIGURATION/net10.0/KyCuong.Server.dll"
tmp=$(mktemp -d)
passed=0 failed=0 serving= gate= code=XXXX

ok() { passed=$((passed + 1)); echo "ok: $1"; }
wrong() { failed=$((failed + 1)); echo "WRONG: $1"; }
stop() { if [ -n "$1" ]; then kill -TERM "$1" 2>/dev/null; wait "$1"; fi; }
trap 'stop "$gate" >/dev/null 2>&1; stop "$serving" >/dev/null 2>&1; rm -rf "$tmp"' EXIT

# The commands in fenced blocks, one a line.
commands() { awk '/^```/ { inside = !inside; next } inside && /^(dotnet (run|publish)|KyCuong\.)/' README.md; }

# The block that bears this file's name.
shown_file() { awk -v name="$1" '/^```/ { inside = !inside && $2 == name; next } inside' README.md; }

# What a command needs to run here instead of on the reader's machines.
here() {
  local line=$1
  line=${line//dotnet run --project server\/KyCuong.Server --/$server}
  case $line in
    KyCuong.Server\ *) line="dotnet $tmp/opt/KyCuong.Server.dll ${line#* }" ;;
    KyCuong.Verify\ *) line="dotnet $tmp/opt/KyCuong.Verify.dll ${line#* }" ;;
    KyCuong.Kiosk\ *) line="dotnet $tmp/opt/KyCuong.Kiosk.dll ${line#* }" ;;
  esac
  line=${line//\/opt\/kycuong/$tmp\/opt}
  line=${line//\/var\/lib\/kycuong-kiosk/$tmp\/gate}
  line=${line//\/var\/lib\/kycuong/$tmp\/server}
  line=${line//kycuong-demo/$tmp\/demo}
  line=${line//7443/$port}
  line=${line//https:\/\/server:/https:\/\/127.0.0.1:}
  line=${line//XXXX-XXXX-…/$code}
  line=${line//\/mnt\/backup\/kycuong-*.kcb/$(echo "$tmp"/backup/*.kcb)}
  line=${line//\/mnt\/backup/$tmp\/backup}
  line=${line// key.txt/ $tmp/key.txt}
  line=${line// agency.json/ $tmp/agency.json}
  line=${line// staff.csv/ $tmp/staff.csv}
  line=${line// badges.csv/ $tmp/badges.csv}
  line=${line// leave.csv/ $tmp/leave.csv}
  echo "$line"
}

# Waits until a process has printed a line, or 60 s.
printed() {
  local file=$1 pattern=$2 i
  for i in $(seq 600); do grep -q "$pattern" "$file" 2>/dev/null && return 0; sleep 0.1; done
  return 1
}

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null || echo 17443)
for file in agency.json staff.csv badges.csv leave.csv kiosk.json; do
  shown_file "$file" > "$tmp/$file"
  [ -s "$tmp/$file" ] && ok "README shows $file" || wrong "README does not show $file"
done
mkdir "$tmp/backup"
seen=0
while read -r shown; do
  seen=$((seen + 1))
  run=$(here "$shown")
  case $shown in
    *" -- demo")
      eval "$run --once --data $tmp/demo" > "$tmp/out" 2>&1 && ok "$shown (--once)" || { wrong "$shown"; cat "$tmp/out"; } ;;
    *"Server serve"*)
      eval "exec $run --status-lines" > "$tmp/serve" 2>&1 & serving=$!
      printed "$tmp/serve" '^@listening' && ok "$shown" || { wrong "$shown"; cat "$tmp/serve"; } ;;
    *"Kiosk run --check-config"*)
      cp "$tmp/kiosk.json" "$tmp/gate/kiosk.json"
      if eval "$run" > "$tmp/out" 2>&1; then ok "$shown"; else wrong "$shown"; cat "$tmp/out"; fi ;;
    *"Kiosk run"*)
      # The reader's own configuration: one that is there on this machine, too.
      echo '{ "readers": [] }' > "$tmp/gate/kiosk.json"
      eval "exec $run --status-lines" > "$tmp/run" 2>&1 & gate=$!
      printed "$tmp/run" '^@linked' && ok "$shown" || { wrong "$shown"; cat "$tmp/run"; } ;;
    KyCuong.Verify\ *)
      # The kiosk writes down the heads it is given shortly after it is connected.
      for i in $(seq 600); do [ -s "$tmp/gate/server-heads.txt" ] && break; sleep 0.1; done
      if eval "$run" > "$tmp/out" 2>&1 && grep -q 'Không thấy sửa đổi nào' "$tmp/out"; then ok "$shown"; else wrong "$shown"; cat "$tmp/out"; fi ;;
    *)
      if eval "$run" > "$tmp/out" 2>&1; then ok "$shown"; else wrong "$shown"; cat "$tmp/out"; fi
      found=$(grep -oE '[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){10}' "$tmp/out" | head -n 1)
      [ -z "$found" ] || code=$found ;;
  esac
done < <(commands)
[ "$seen" -ge 15 ] && ok "README shows $seen commands" || wrong "README shows only $seen commands"

# The build for ARM boards: started here by the runtime of this machine; for the board, nothing in it is compiled for one processor
# but SQLite's library, which is there for each.
if grep -q -- '-p:PublishProfile=portable' README.md \
    && dotnet publish kiosk/KyCuong.Kiosk -p:PublishProfile=portable -o "$tmp/portable" -v q --nologo > "$tmp/out" 2>&1; then ok "the portable build is published"
else wrong "the portable build"; cat "$tmp/out"; fi
version=$(dotnet "$tmp/portable/KyCuong.Kiosk.dll" --version 2>&1)
if [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+ ]]; then ok "the portable build starts: $version"; else wrong "the portable build does not start: $version"; fi
if dotnet "$tmp/portable/KyCuong.Kiosk.dll" run --check-config --data "$tmp/gate" > "$tmp/out" 2>&1; then ok "the portable build reads a kiosk's settings"
else wrong "the portable build reads no settings"; cat "$tmp/out"; fi
# machine FILE: what an ELF file is for (its e_machine), little-endian in hex; empty where there is none.
machine() { od -An -tx1 -j18 -N2 "$1" 2>/dev/null | tr -d ' \n'; }
for native in linux-arm64:b700 linux-arm:2800 linux-musl-arm64:b700 linux-x64:3e00; do
  found=$(machine "$tmp/portable/runtimes/${native%:*}/native/libe_sqlite3.so")
  if [ "$found" = "${native#*:}" ]; then ok "the portable build has SQLite for ${native%:*}"; else wrong "the portable build has no SQLite for ${native%:*} (${found:-none})"; fi
done
if grep -q '"name": "\.NETCoreApp,Version=v10\.0"' "$tmp/portable/KyCuong.Kiosk.deps.json" && [ ! -e "$tmp/portable/KyCuong.Kiosk" ]; then ok "the portable build is for no one processor"
else wrong "the portable build is for one processor"; fi

if [ -n "$gate" ]; then
  kill -TERM "$gate"; wait "$gate" && ok "the kiosk stops in order" || { wrong "the kiosk does not stop in order"; tail -n 20 "$tmp/run"; }
  gate=
fi
if [ -n "$serving" ]; then
  kill -TERM "$serving"; wait "$serving" && ok "the server stops in order" || { wrong "the server does not stop in order"; tail -n 20 "$tmp/serve"; }
  serving=
fi
echo "readme: $passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
