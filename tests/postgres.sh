#!/usr/bin/env bash
# The server's tests on PostgreSQL: a cluster of its own (Debian's programs) in a temporary directory, on a Unix socket only,
# run by an ordinary user, gone afterwards. Arguments go to `dotnet test`, e.g. --filter Ingest.
set -u
cd "$(dirname "$0")/.."
CONFIGURATION=${CONFIGURATION:-Release}
name=KyCuong.Server.Tests

bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
if [ ! -x "$bin/initdb" ]; then
  echo "PostgreSQL is not installed (package postgresql)"
  echo "$name on PostgreSQL: 0 passed, 0 failed, 1 skipped"
  exit 0
fi

# PostgreSQL refuses to run as root; the package made a user for it.
as() { if [ "$(id -u)" -eq 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }

# In memory where there is room: fsync stays on, the server demands it, and hundreds of databases are made and dropped.
base=${TMPDIR:-/tmp}
[ -w /dev/shm ] && [ "$(df --output=avail -k /dev/shm | tail -n 1)" -gt 2000000 ] && base=/dev/shm
cluster=$(mktemp -d "$base/kycuong-pg-XXXXXX")
[ "$(id -u)" -ne 0 ] || chown postgres "$cluster"
stop() {
  as "$bin/pg_ctl" -D "$cluster/data" -m immediate -w stop >/dev/null 2>&1
  rm -rf "$cluster"
}
trap stop EXIT

if ! as "$bin/initdb" -D "$cluster/data" -U kycuong -A trust -E UTF8 --locale=C.UTF-8 --data-checksums >"$cluster.log" 2>&1 ||
  ! printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$cluster'" 'max_connections = 200' 'max_wal_size = 256MB' >>"$cluster/data/postgresql.conf" ||
  ! as "$bin/pg_ctl" -D "$cluster/data" -l "$cluster/log" -w start >>"$cluster.log" 2>&1; then
  cat "$cluster.log" "$cluster/log" 2>/dev/null
  rm -f "$cluster.log"
  echo "$name on PostgreSQL: 0 passed, 1 failed, 0 skipped"
  exit 1
fi
rm -f "$cluster.log"

export KYCUONG_TEST_STORE=postgres KYCUONG_TEST_POSTGRES="Host=$cluster;Username=kycuong"
dotnet test "tests/$name/$name.csproj" -c "$CONFIGURATION" --no-build --nologo "$@" 2>&1 | sed -E \
  's/^(Passed|Failed|Skipped)! +- Failed: +([0-9]+), Passed: +([0-9]+), Skipped: +([0-9]+).* - ([^ ]+)\.dll.*/\5 on PostgreSQL: \3 passed, \2 failed, \4 skipped/' |
  grep -vE '^(Test run for|A total of|VSTest|$)'
exit "${PIPESTATUS[0]}"
