#!/usr/bin/env bash
# Mistreats a real kiosk: queues at four readers in step, a card held, a scanner that repeats, senseless bytes, plugs pulled in the
# middle of frames. At the end every tap is on the server once and in order, none is invented, and memory has not grown.
#   tests/soak.sh MINUTES [--seed S]
#   tests/soak.sh --short      20 s; memory and times are printed and not judged
set -eu
cd "$(dirname "$0")/.."
CONFIGURATION=${CONFIGURATION:-Release}
dotnet build tests/KyCuong.Gate -c "$CONFIGURATION" -v q --nologo | grep -vE '^\s*$|Warning\(s\)|Error\(s\)|Build succeeded|Time Elapsed' || true
case ${1:-} in
  [1-9]*) minutes=$1; shift; set -- --minutes "$minutes" "$@" ;;
esac
exec dotnet "tests/KyCuong.Gate/bin/$CONFIGURATION/net10.0/KyCuong.Gate.dll" soak "$@"
