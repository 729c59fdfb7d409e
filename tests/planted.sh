#!/usr/bin/env bash
# Mistakes planted in the product, each of which the simulation must find within the seeds that run.sh gives it; and the same build with
# none of them switched on must pass. Built beside the ordinary build (artifacts/planted), which must have no such switch.
#   tests/planted.sh
set -eu
cd "$(dirname "$0")/.."
CONFIGURATION=${CONFIGURATION:-Release}
place=artifacts/planted
seeds=200
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# The list is the product's own: a bug without a line here cannot be forgotten.
source=protos/KyCuong.Protos/PlantedBugs.cs
bugs=$(sed -n 's/.*public const string [A-Za-z]* = "\([a-z-]*\)";.*/\1/p' "$source")
# Nor can one whose line is written otherwise, nor all of them: each constant of that file is in the list, and each place that asks names one.
listed=$(wc -w <<<"$bugs") constants=$(grep -c '\bconst\b' "$source" || true)
asked=$(grep -rhoE 'PlantedBugs\.Is\((Protos\.)?PlantedBugs\.[A-Za-z]+' protos server kiosk --include='*.cs' | sed 's/.*\.//' | sort -u | wc -l)
if [ "$listed" -lt 7 ] || [ "$listed" -ne "$constants" ] || [ "$listed" -ne "$asked" ]; then
  echo "$source: $listed mistakes are read from it, $constants constants are in it, $asked are asked for; 7 at the least, as many each"
  echo "planted: 0 passed, 1 failed, 0 skipped"
  exit 1
fi

bash tests/build.sh KyCuong.Simulation -p:PlantedBugs=true --artifacts-path "$place"
program="$place/bin/KyCuong.Simulation/$(tr '[:upper:]' '[:lower:]' <<<"$CONFIGURATION")/KyCuong.Simulation.dll"

run() { # BUG SEEDS
  KYCUONG_PLANTED_BUG=$1 timeout 1800 dotnet "$program" --seeds "$2" --first >"$logs/$1" 2>&1 || true
}

run none 12 &
for bug in $bugs; do
  # Two processes for two cores.
  [ "$(jobs -rp | wc -l)" -lt 2 ] || wait -n
  run "$bug" "$seeds" &
done
wait

passed=0 failed=0
# An ordinary build has no such switch; that this one has shows that looking for it finds it.
for assembly in KyCuong.Protos KyCuong.Kiosk KyCuong.Server; do
  ordinary="tests/KyCuong.Simulation/bin/$CONFIGURATION/net10.0/$assembly.dll"
  if ! grep -q PlantedBugs "$(dirname "$program")/$assembly.dll"; then echo "$assembly: nothing is planted in it"; failed=$((failed + 1))
  elif [ ! -f "$ordinary" ]; then echo "$ordinary is not there: build first"; failed=$((failed + 1))
  elif grep -q PlantedBugs "$ordinary"; then echo "$ordinary has planted mistakes in it"; failed=$((failed + 1))
  else passed=$((passed + 1)); fi
done

for bug in none $bugs; do
  if ! grep -q '^simulation: ' "$logs/$bug"; then
    echo "$bug: the simulation did not end"; tail -5 "$logs/$bug"; failed=$((failed + 1)); continue
  fi
  found=$(grep -m1 -A1 '^seed ' "$logs/$bug" || true)
  if [ "$bug" = none ]; then
    if [ -z "$found" ]; then echo "none: passes"; passed=$((passed + 1)); else echo "none: fails"; cat "$logs/none"; failed=$((failed + 1)); fi
  elif [ -n "$found" ]; then
    echo "$bug: found. $(sed -E 's/^(seed [0-9]+):.*/\1:/' <<<"$found" | tr -s ' \n' ' ' | cut -c1-170)"; passed=$((passed + 1))
  else
    echo "$bug: NOT FOUND by $seeds seeds"; failed=$((failed + 1))
  fi
done
echo "planted: $passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
