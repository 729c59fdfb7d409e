#!/usr/bin/env bash
# Measures the product beside its baselines, in the same run, and prints a table of ratios. A ratio compares; seconds do not.
# KyCuong.Benchmarks: store and judging. KyCuong.Gate: the published kiosk with real lines and a real server; "bench --only latency",
# "--only start" or "--only memory" measures one thing.
#   tests/bench.sh            full size; writes tests/KyCuong.Benchmarks/results/<machine>.md and <machine>-gate.md
#   tests/bench.sh --verify N KyCuong.Verify on a store of N taps: seconds and memory; 60 s a million at most
#   tests/bench.sh --short    small: that it works and its figures are right; nothing is timed against a limit
set -eu
cd "$(dirname "$0")/.."
CONFIGURATION=${CONFIGURATION:-Release}
for project in KyCuong.Benchmarks KyCuong.Gate ../server/KyCuong.Verify; do
  bash tests/build.sh "$project"
done
code=0
dotnet "tests/KyCuong.Benchmarks/bin/$CONFIGURATION/net10.0/KyCuong.Benchmarks.dll" "$@" || code=$?
[ "${1:-}" = --verify ] || dotnet "tests/KyCuong.Gate/bin/$CONFIGURATION/net10.0/KyCuong.Gate.dll" bench "$@" || code=$?
exit $code
