#!/usr/bin/env bash
# Mistreats a real kiosk. At the end every tap is on the server once and in order, none is invented, and memory has not grown.
#   tests/soak.sh MINUTES [--seed S]
#       every kind of reader: a badge held for a minute (of a scanner: continuous mode), four queues in step (30 taps in 20 s), senseless
#       bytes beside them, plugs pulled at any byte of a frame or of an answer; each must be back within 2 s after it reappears
#   tests/soak.sh --short      24 s of that; memory and times are printed and not judged
#   tests/soak.sh --noise      as many random bytes as each line carries in an hour, known badges within them; some three minutes
#   tests/soak.sh --noise --short   ten seconds' worth
set -eu
cd "$(dirname "$0")/.."
CONFIGURATION=${CONFIGURATION:-Release}
dotnet build tests/KyCuong.Gate -c "$CONFIGURATION" -v q --nologo | grep -vE '^\s*$|Warning\(s\)|Error\(s\)|Build succeeded|Time Elapsed' || true
case ${1:-} in
  [1-9]*) minutes=$1; shift; set -- --minutes "$minutes" "$@" ;;
esac
exec dotnet "tests/KyCuong.Gate/bin/$CONFIGURATION/net10.0/KyCuong.Gate.dll" soak "$@"
