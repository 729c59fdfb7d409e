#!/usr/bin/env bash
# Puts clocks wrong and holds each tap's instant against the true one.
#   tests/time.sh [--taps N] [--jumps N] [--drift SECONDS] [--seed S] [--only model|jumps|1970|drift]
#       model: weeks of kiosks in one process: drift up to 500 ppm, jumps of the wall clock, boots in 1970, slow and one-sided links,
#              14 days alone, sleep, the server's clock set; N taps (1000000). A violation names its seed; --seed S plays it again
#       jumps: the wall clock of a real kiosk is set N times (200) by 1 s to a day while badges are read: instants, order, each jump on record
#       1970:  a real kiosk boots in 1970 while the server is away; once it meets it in the same boot, once it does not
#       drift: the crystal of a real kiosk runs 500 ppm fast, then slow: SECONDS (120) with its server, two weeks without it (which its clocks count in
#              a moment, and the server's when it is back), and with it again; what is stated of each tap covers how wrong its instant is
#   tests/time.sh --short     some of each
set -eu
cd "$(dirname "$0")/.."
CONFIGURATION=${CONFIGURATION:-Release}
KYCUONG_CLOCK_LIBRARY=$(bash tests/faults/build.sh clock) || KYCUONG_CLOCK_LIBRARY=
export KYCUONG_CLOCK_LIBRARY
bash tests/build.sh KyCuong.Time
exec dotnet "tests/KyCuong.Time/bin/$CONFIGURATION/net10.0/KyCuong.Time.dll" "$@"
