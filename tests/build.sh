#!/usr/bin/env bash
# Builds one project of tests/ and says nothing unless it fails. For the other scripts here: tests/build.sh KyCuong.Crash [OPTIONS OF dotnet build]
set -eu
cd "$(dirname "$0")/.."
said=$(dotnet build "tests/$1" -c "${CONFIGURATION:-Release}" -v q --nologo "${@:2}" 2>&1) || {
  printf '%s\n' "$said" >&2
  echo "tests/$1 does not build" >&2
  exit 1
}
