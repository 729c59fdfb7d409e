#!/usr/bin/env bash
# Spoils the line between kiosk and server with a TCP proxy. At the end nothing acknowledged is lost, nothing doubled, no gap.
#   tests/network.sh [--cuts all|N] [--events N] [--gates N] [--backlog N] [--kiosks N] [--only cuts|faults|backlog|storm] [--seed S]
#       cuts: an upload of 50 taps cut after every byte up and down (or at N positions each way)
#       faults: N faults (10000) at random under load, at N gates at once (1): cut, held, delayed, slowed, refused, half-open; a dead peer is noticed within 20 s
#       backlog: N entries (100000) arrive within 5 min while taps at another gate are acknowledged within 1 s
#       storm: N kiosks (100) with 200,000 taps that waited are back within 60 s after a killed server was started again
#   tests/network.sh --short     some of each; times of backlog and storm are printed and not judged
set -eu
cd "$(dirname "$0")/.."
CONFIGURATION=${CONFIGURATION:-Release}
bash tests/build.sh KyCuong.Network
exec dotnet "tests/KyCuong.Network/bin/$CONFIGURATION/net10.0/KyCuong.Network.dll" "$@"
