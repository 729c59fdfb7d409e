#!/usr/bin/env bash
# A PostgreSQL cluster of the tests' own (Debian's programs), on a Unix socket only, run by an ordinary user.
#   make         makes and starts one, prints its directory, which is also the socket's; 3: PostgreSQL is not installed
#   crash DIR    ends it at once, as a power cut would its processes (SIGQUIT to all), and starts it again
#   remove DIR   ends it and deletes it
set -u
bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
if [ ! -x "$bin/initdb" ]; then
  echo "PostgreSQL is not installed (package postgresql)" >&2
  exit 3
fi

# PostgreSQL refuses to run as root; the package made a user for it.
as() { if [ "$(id -u)" -eq 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }

start() { as "$bin/pg_ctl" -D "$1/data" -l "$1/log" -w start >>"$1/start.log" 2>&1; }

case ${1:-} in
  make)
    # In memory where there is room: fsync stays on, the server demands it, and hundreds of databases are made and dropped.
    base=${TMPDIR:-/tmp}
    [ -w /dev/shm ] && [ "$(df --output=avail -k /dev/shm | tail -n 1)" -gt 2000000 ] && base=/dev/shm
    cluster=$(mktemp -d "$base/kycuong-pg-XXXXXX")
    touch "$cluster/start.log"
    [ "$(id -u)" -ne 0 ] || chown postgres "$cluster" "$cluster/start.log"
    if ! as "$bin/initdb" -D "$cluster/data" -U kycuong -A trust -E UTF8 --locale=C.UTF-8 --data-checksums >>"$cluster/start.log" 2>&1 ||
      ! printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$cluster'" 'max_connections = 200' 'max_wal_size = 256MB' >>"$cluster/data/postgresql.conf" ||
      ! start "$cluster"; then
      cat "$cluster/start.log" "$cluster/log" >&2 2>/dev/null
      rm -rf "$cluster"
      exit 1
    fi
    echo "$cluster"
    ;;
  crash)
    as "$bin/pg_ctl" -D "$2/data" -m immediate -w stop >/dev/null 2>&1
    start "$2"
    ;;
  remove)
    as "$bin/pg_ctl" -D "$2/data" -m immediate -w stop >/dev/null 2>&1
    rm -rf "$2"
    ;;
  *)
    echo "postgres-cluster: make | crash DIR | remove DIR" >&2
    exit 2
    ;;
esac
