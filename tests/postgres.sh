#!/usr/bin/env bash
# The server's tests on PostgreSQL: a cluster of its own (Debian's programs) in a temporary directory, on a Unix socket only,
# run by an ordinary user, gone afterwards. Arguments go to `dotnet test`, e.g. --filter Ingest.
set -u
cd "$(dirname "$0")/.."
CONFIGURATION=${CONFIGURATION:-Release}
name=KyCuong.Server.Tests

cluster=$(bash tests/postgres-cluster.sh make)
case $? in
  0) ;;
  3) echo "$name on PostgreSQL: 0 passed, 0 failed, 1 skipped"; exit 0 ;;
  *) echo "$name on PostgreSQL: 0 passed, 1 failed, 0 skipped"; exit 1 ;;
esac
trap 'bash tests/postgres-cluster.sh remove "$cluster"' EXIT

export KYCUONG_TEST_STORE=postgres KYCUONG_TEST_POSTGRES="Host=$cluster;Username=kycuong"
dotnet test "tests/$name/$name.csproj" -c "$CONFIGURATION" --no-build --nologo "$@" 2>&1 | sed -E \
  's/^(Passed|Failed|Skipped)! +- Failed: +([0-9]+), Passed: +([0-9]+), Skipped: +([0-9]+).* - ([^ ]+)\.dll.*/\5 on PostgreSQL: \3 passed, \2 failed, \4 skipped/' |
  grep -vE '^(Test run for|A total of|VSTest|$)'
exit "${PIPESTATUS[0]}"
