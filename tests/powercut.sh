#!/usr/bin/env bash
# Power cuts: records what a real kiosk and a real server under load ask of their disks, makes the disks that a power cut at a
# random moment may leave (what was synced, and any of the rest, torn at 512 bytes), has the product recover each, and compares:
# nothing acknowledged lost, nothing unreadable, nothing invented. And finds the losses where the product does not wait for its disk.
#   tests/powercut.sh --images 10000 [--only kiosk|server] [--seed S]      so many images of each
#   tests/powercut.sh --recording DIR --only kiosk|server --seed S --image K      one that failed, again
set -eu
cd "$(dirname "$0")/.."
CONFIGURATION=${CONFIGURATION:-Release}
recorder=$(bash tests/powercut/build.sh)
bash tests/build.sh KyCuong.PowerCut
exec dotnet "tests/KyCuong.PowerCut/bin/$CONFIGURATION/net10.0/KyCuong.PowerCut.dll" --recorder "$recorder" "$@"
