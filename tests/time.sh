#!/usr/bin/env bash
# Puts clocks wrong and holds each tap's instant against the true one.
#   tests/time.sh [--taps N] [--seed S] [--only model]
#       model: weeks of kiosks in one process: drift up to 500 ppm, jumps of the wall clock, months in 1970, slow and one-sided links,
#              14 days alone, sleep, the server's clock set; N taps (1000000). A violation names its seed; --seed S plays it again
#   tests/time.sh --short     some of it
set -eu
cd "$(dirname "$0")/.."
CONFIGURATION=${CONFIGURATION:-Release}
bash tests/build.sh KyCuong.Time
exec dotnet "tests/KyCuong.Time/bin/$CONFIGURATION/net10.0/KyCuong.Time.dll" "$@"
