#!/usr/bin/env bash
# Builds the preloaded library that counts, kills and fails at a disk call (faults.c); prints its path.
set -eu
cd "$(dirname "$0")"
command -v gcc >/dev/null || { echo "faults: gcc is not installed (packages gcc, libc6-dev)" >&2; exit 3; }
mkdir -p bin
if [ ! bin/libfaults.so -nt faults.c ]; then
  gcc -std=gnu11 -O2 -Wall -Wextra -Werror -fPIC -shared -o "bin/libfaults.so.$$" faults.c -ldl
  mv "bin/libfaults.so.$$" bin/libfaults.so
fi
printf '%s\n' "$PWD/bin/libfaults.so"
