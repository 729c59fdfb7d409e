#!/usr/bin/env bash
# Mistreats a real kiosk. At the end every tap is on the server once and in order, none is invented, and memory has not grown.
#   tests/soak.sh MINUTES [--seed S]
#       every kind of reader: a badge held for a minute (of a scanner: continuous mode), four queues in step (30 taps in 20 s), senseless
#       bytes beside them, plugs pulled at any byte of a frame or of an answer; each must be back within 2 s after it reappears
#   tests/soak.sh --short      24 s of that; memory and times are printed and not judged
#   tests/soak.sh --noise      as many random bytes as each line carries in an hour, known badges within them; some three minutes
#   tests/soak.sh --noise --short   ten seconds' worth
# And mistreats simulated ones, with the server: journal, link, pipeline and ingest of the product over a simulated clock, disk, line and
# readers. One seed is an agency for one to two weeks, the same to the bit each time.
#   tests/soak.sh --seeds N [--from S] [--twice N]    so many agencies, in two processes; so many of each are run twice and compared
#   tests/soak.sh --seed S --trace                    one of them, again, with every event
set -eu
cd "$(dirname "$0")/.."
CONFIGURATION=${CONFIGURATION:-Release}
simulated() {
  bash tests/build.sh KyCuong.Simulation
  local program="tests/KyCuong.Simulation/bin/$CONFIGURATION/net10.0/KyCuong.Simulation.dll"
  [ "$1" = --seeds ] || exec dotnet "$program" "$@"
  local seeds=$2 from=1 half
  shift 2
  if [ "${1:-}" = --from ]; then from=$2; shift 2; fi
  half=$(((seeds + 1) / 2))
  # One process has one thread: two of them for two cores.
  in_turn "$program" "$half" "$from" "$@" &
  local first=$! code=0
  in_turn "$program" $((seeds - half)) $((from + half)) "$@" || code=1
  wait "$first" || code=1
  exit $code
}

# PROGRAM SEEDS FROM ...: at most 250 a process. What is killed in a simulation closes nothing, and the files that stay open are the process's.
in_turn() {
  local program=$1 left=$2 from=$3 code=0 now
  shift 3
  while [ "$left" -gt 0 ]; do
    now=$((left < 250 ? left : 250))
    # One that waits for ever is a failure too.
    timeout $((300 + now * 60)) dotnet "$program" --seeds "$now" --from "$from" "$@" || code=1
    from=$((from + now))
    left=$((left - now))
  done
  return $code
}

case ${1:-} in
  --seeds | --seed) simulated "$@" ;;
  [1-9]*) minutes=$1; shift; set -- --minutes "$minutes" "$@" ;;
esac
bash tests/build.sh KyCuong.Gate
exec dotnet "tests/KyCuong.Gate/bin/$CONFIGURATION/net10.0/KyCuong.Gate.dll" soak "$@"
