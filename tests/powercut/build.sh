#!/usr/bin/env bash
# Builds the recorder; prints where it lies. Needs gcc and libc6-dev (tests/run.sh installs them).
set -eu
cd "$(dirname "$0")"
mkdir -p bin
command -v gcc >/dev/null || { echo "powercut: gcc is missing; install gcc and libc6-dev" >&2; exit 1; }
[ bin/recorder.so -nt recorder.c ] || { gcc -O2 -Wall -Wextra -Werror -fPIC -shared -o bin/recorder.so.new recorder.c -ldl -lpthread && mv bin/recorder.so.new bin/recorder.so; }
echo "$PWD/bin/recorder.so"
