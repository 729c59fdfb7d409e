#!/usr/bin/env bash
# Measures the product beside its baselines, in the same run, and prints a table of ratios. A ratio compares; seconds do not.
#   tests/bench.sh            full size; writes tests/KyCuong.Benchmarks/results/<machine>.md
#   tests/bench.sh --short    small: that it works and its figures are right; nothing is timed against a limit
set -eu
cd "$(dirname "$0")/.."
CONFIGURATION=${CONFIGURATION:-Release}
dotnet build tests/KyCuong.Benchmarks -c "$CONFIGURATION" -v q --nologo | grep -vE '^\s*$|Warning\(s\)|Error\(s\)|Build succeeded|Time Elapsed' || true
exec dotnet "tests/KyCuong.Benchmarks/bin/$CONFIGURATION/net10.0/KyCuong.Benchmarks.dll" "$@"
