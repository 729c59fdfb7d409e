#!/usr/bin/env bash
# Gives every decoder of untrusted bytes a great many inputs: readers' lines, badge spellings, journal entries, gRPC frames and headers,
# HTTP/2 frames, certificates, backups, imported tables. Nothing throws that is not documented to, nothing takes 100 ms, nothing holds or
# allocates more than its bound, no badge is read that does not stand in the bytes, and a second decoder of some agrees.
#   tests/fuzz.sh [--inputs N] [--seed S] [--only TARGET]       N inputs (1000000), shared out by weight
#   tests/fuzz.sh --only TARGET --input HEX|@FILE               one of them, again
set -eu
cd "$(dirname "$0")/.."
CONFIGURATION=${CONFIGURATION:-Release}
build=$(dotnet build tests/KyCuong.Fuzz -c "$CONFIGURATION" -v q --nologo 2>&1) || { echo "$build"; echo "fuzz: not built"; exit 1; }
exec dotnet "tests/KyCuong.Fuzz/bin/$CONFIGURATION/net10.0/KyCuong.Fuzz.dll" "$@"
