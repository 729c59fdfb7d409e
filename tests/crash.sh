#!/usr/bin/env bash
# Kills the built kiosk, then the built server, with SIGKILL at random moments under load, N times each, and compares:
# no acknowledged tap lost, none doubled, no gap; at least 30 % of the kills between a write and its acknowledgement.
#   tests/crash.sh --kills 1000 [--only kiosk|server] [--seed S]
set -eu
cd "$(dirname "$0")/.."
CONFIGURATION=${CONFIGURATION:-Release}
dotnet build tests/KyCuong.Crash -c "$CONFIGURATION" -v q --nologo | grep -vE '^\s*$|Warning\(s\)|Error\(s\)|Build succeeded|Time Elapsed' || true
exec dotnet "tests/KyCuong.Crash/bin/$CONFIGURATION/net10.0/KyCuong.Crash.dll" "$@"
