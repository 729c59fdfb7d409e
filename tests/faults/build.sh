#!/usr/bin/env bash
# Builds a preloaded library and prints its path.
#   build.sh [faults]   counts, kills and fails at a disk call (faults.c)
#   build.sh clock      puts the wall clock wrong (clock.c)
#   build.sh input      plays an input device on a FIFO (input.c)
set -eu
cd "$(dirname "$0")"
name=${1:-faults}
command -v gcc >/dev/null || { echo "faults: gcc is not installed (packages gcc, libc6-dev)" >&2; exit 3; }
mkdir -p bin
if [ ! "bin/lib$name.so" -nt "$name.c" ]; then
  gcc -std=gnu11 -O2 -Wall -Wextra -Werror -fPIC -shared -o "bin/lib$name.so.$$" "$name.c" -ldl
  mv "bin/lib$name.so.$$" "bin/lib$name.so"
fi
printf '%s\n' "$PWD/bin/lib$name.so"
