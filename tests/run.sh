#!/usr/bin/env bash
# The one test command. Installs what is missing (Debian, Ubuntu; root or sudo), builds, runs everything that must be
# green on each change, prints the time of each stage, and ends with one line: N passed, N failed, N skipped.
# With CI=true whatever had to be skipped is a failure.
set -u
cd "$(dirname "$0")/.."
export CONFIGURATION=${CONFIGURATION:-Release}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
passed=0 failed=0 skipped=0
logs=$(mktemp -d)
# What went wrong, told once more at the end: of a long output often only the end is kept.
wrong=$logs/wrong
: > "$wrong"
trap 'rm -rf "$logs"' EXIT

say() { printf '\n== %s\n' "$*"; }

# Adds up the closing lines "N passed, N failed, N skipped" of a stage's output.
count() {
  local line
  while read -r line; do
    [[ $line =~ ([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped ]] || continue
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2])) skipped=$((skipped + BASH_REMATCH[3]))
  done < "$1"
}

# The lines of a stage's output that say what failed: a test of xunit with its message and where, or what a script called wrong;
# of a stage that says neither, its last lines.
what_failed() {
  local found
  found=$(grep -hE -A 14 '^ *Failed [^ ]+.*\[[0-9<]|^ *WRONG|: FAILED: |: error |[1-9][0-9]* failed, [0-9]+ skipped|[Uu]nhandled exception' "$1" | cut -c1-400 | head -n 120)
  [ -n "$found" ] || found=$(tail -n 30 "$1" | cut -c1-400)
  printf '%s\n' "$found"
}

# stage NAME COMMAND...: a stage that fails without having counted a failure counts one.
stage() {
  local name=$1 before=$failed code start=$SECONDS
  shift
  say "$name"
  "$@" 2>&1 | tee "$logs/stage"
  code=${PIPESTATUS[0]}
  count "$logs/stage"
  if [ "$code" -ne 0 ] && [ "$failed" -eq "$before" ]; then failed=$((failed + 1)); fi
  if [ "$failed" -ne "$before" ]; then { printf -- '-- in %s:\n' "$name"; what_failed "$logs/stage"; } >> "$wrong"; fi
  printf -- '-- %s: %d s\n' "$name" $((SECONDS - start))
  return "$code"
}

missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
  done
}

install() {
  command -v apt-get >/dev/null || { echo "no apt-get: what is missing stays missing"; return 0; }
  local missing sudo=
  missing=$(missing_packages python3 python3-grpcio python3-protobuf openssl postgresql libnfc-bin pcscd vsmartcard-vpcd chromium gcc libc6-dev systemd python3-seccomp udev umockdev kmod)
  [ -n "$missing" ] || { echo "nothing is missing"; return 0; }
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "not root and no sudo: cannot install" $missing; return 0; }
    sudo=sudo
  fi
  $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
  missing=$(missing_packages $missing)
  [ -z "$missing" ] || echo "could not install:" $missing
  return 0
}

# Every *.Tests project; its closing line is rewritten in the common form.
unit_tests() {
  local project code=0
  for project in tests/*.Tests/*.csproj; do
    dotnet test "$project" -c "$CONFIGURATION" --no-build --nologo 2>&1 | sed -E \
      's/^(Passed|Failed|Skipped)! +- Failed: +([0-9]+), Passed: +([0-9]+), Skipped: +([0-9]+).* - ([^ ]+)\.dll.*/\5: \3 passed, \2 failed, \4 skipped/' |
      grep -vE '^(Test run for|A total of|VSTest|$)'
    [ "${PIPESTATUS[0]}" -eq 0 ] || code=1
  done
  return $code
}

demo() {
  local data code
  data=$(mktemp -d)/demo
  dotnet run --project server/KyCuong.Server -c "$CONFIGURATION" --no-build -- demo --once --data "$data"
  code=$?
  if [ $code -eq 0 ]; then
    dotnet run --project server/KyCuong.Server -c "$CONFIGURATION" --no-build -- demo --once --data "$data" >/dev/null
    code=$?
  fi
  rm -rf "$(dirname "$data")"
  if [ $code -eq 0 ]; then echo "demo: 2 passed, 0 failed, 0 skipped"; else echo "demo: 0 passed, 1 failed, 0 skipped"; fi
  return $code
}

# The short form of what tests/crash.sh does for hours: a few calls of each program, killed and failed.
disk() {
  local code=0
  bash tests/crash.sh --points --sample 2 || code=1
  # Some 40 s beside a load of 30.
  bash tests/crash.sh --points --store postgres --sample 3 || code=1
  bash tests/crash.sh --faults --sample 2 || code=1
  bash tests/crash.sh --damage --sample 3 || code=1
  bash tests/crash.sh --kills 3 --store postgres || code=1
  bash tests/crash.sh --full || code=1
  # Some 20 s.
  bash tests/crash.sh --upgrade --only store --sample 10 || code=1
  bash tests/crash.sh --upgrade --only journal --sample 2 || code=1
  # About a minute beside a load of 20, some 15 s beside little.
  bash tests/crash.sh --upgrade --store postgres --sample 3 || code=1
  # Some 15 s on a machine that does nothing else.
  bash tests/crash.sh --erase --sample 3 || code=1
  return $code
}

finish() {
  if [ "${CI:-}" = true ] && [ "$skipped" -gt 0 ]; then
    say "skipped in CI, which is a failure: install by hand what stage 'install' could not"
    failed=$((failed + skipped))
  fi
  if [ -s "$wrong" ]; then say "what failed"; cat "$wrong"; fi
  say "$SECONDS s in all"
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
  exit
}

stage install install
stage build dotnet build KyCuong.sln -c "$CONFIGURATION" -v q --nologo || finish
stage unit unit_tests
# What starts programs of its own tests the same there as here.
stage postgres bash tests/postgres.sh --filter 'FullyQualifiedName!~Server.Tests.Gates'
stage interop bash tests/interop/run.sh
stage demo demo
stage readme bash tests/readme.sh
stage units bash tests/units.sh
# Some 15 s beside other work.
stage notes bash tests/notes.sh
stage crash bash tests/crash.sh --kills 20
stage powercut bash tests/powercut.sh --images 200
stage disk disk
# A million inputs; some 20 s beside the build, on a machine that does nothing else.
stage fuzz bash tests/fuzz.sh
# Some 25 s beside the build, on a machine that does nothing else.
stage network bash tests/network.sh --short
# Some 40 s beside the build, on a machine that does nothing else.
stage time bash tests/time.sh --short
stage soak bash tests/soak.sh --short
# 200 agencies in two processes: some two minutes on a machine that does nothing else.
stage simulation bash tests/soak.sh --seeds 200 --twice 3
# Builds once more; some two minutes.
stage planted bash tests/planted.sh
stage noise bash tests/soak.sh --noise --short
stage bench bash tests/bench.sh --short
finish
