#!/usr/bin/env bash
# Kills the built kiosk and the built server, or has their disks fail, and compares: no acknowledged tap lost, none doubled, no gap.
#   tests/crash.sh --kills 1000 [--only kiosk|server] [--store postgres] [--seed S]
#     SIGKILL under load at random moments, at least 30 % of them between a write and its acknowledgement; with PostgreSQL the
#     server, PostgreSQL, or both
#   tests/crash.sh --points [--sample N] [--only kiosk|kiosk-first|kiosk-again|server|server-first|server-again] [--store postgres] [--seed S]
#     SIGKILL before, in the middle of and after every call that changes or syncs the disk (tests/faults), or at N of them
#     with --store postgres: the server that starts and serves a gate, or PostgreSQL, before, when and after PostgreSQL is told something
#   tests/crash.sh --faults [--sample N] [--timed] [--only kiosk|server] [--seed S]
#     every such call fails with EIO, ENOSPC or EROFS, once or until the disk is mended: nothing is shown green or acknowledged
#     meanwhile, people are told, nobody has to start anything again; --timed: told within 1 s, as a whole run judges too
#   tests/crash.sh --damage [--sample N] [--only damaged-killed|damaged-unreadable] [--seed S]
#     a kiosk starts on a damaged journal with taps that the server does not have: SIGKILL before, in the middle of and after every disk call; or
#     every block of journal and log is unreadable, from the start or while it runs: what can be read reaches the server, nobody starts anything
#     --at-once N, with all but --full: N of them side by side, each with its share of the kills or calls; most of their time is waiting
#   tests/crash.sh --full [--seed S]
#     the server's disk is full (a small tmpfs; root), and has room again
#   tests/crash.sh --upgrade [--sample N] [--only store|journal] [--seed S]
#     stores and journals of every earlier schema and of each release (tests/releases) are brought forward: nothing of them changes, a copy was made
#     before; and SIGKILL before, in the middle of and after every disk call of that, or at N of them: the schema before or one after, never between
#     with --store postgres: the server or PostgreSQL is killed before, when and after PostgreSQL is told something; of schemas a sample too, if so few
#   tests/crash.sh --erase [--sample N] [--seed S]
#     a person is erased, and SIGKILL before, in the middle of and after every disk call of that, or at N of them: the store before or after, never
#     between; the next start finishes what both lists order; once it was said to be done no file has a trace
#   tests/crash.sh --make-release NAME [--store postgres]
#     has the built programs make a store and a journal, or a store on PostgreSQL, kept as tests/releases/NAME: both once a release, never made anew
set -eu
cd "$(dirname "$0")/.."
CONFIGURATION=${CONFIGURATION:-Release}
KYCUONG_FAULTS_LIBRARY=$(bash tests/faults/build.sh) || KYCUONG_FAULTS_LIBRARY=
export KYCUONG_FAULTS_LIBRARY
bash tests/build.sh KyCuong.Crash
program=tests/KyCuong.Crash/bin/$CONFIGURATION/net10.0/KyCuong.Crash.dll

# harness ARGUMENTS...: one, with a PostgreSQL of its own if it is to have one.
harness() (
  case " $* " in *" postgres "*)
    if cluster=$(bash tests/postgres-cluster.sh make); then
      trap 'bash tests/postgres-cluster.sh remove "$cluster"' EXIT
      export KYCUONG_CRASH_POSTGRES=$cluster
    fi ;;
  esac
  dotnet "$program" "$@"
)

# at_once N ARGUMENTS...: the calls shared out among so many harnesses; what each said is printed when it ends.
at_once() {
  local shares=$1 code=0 said running=() passed=0 failed=0 skipped=0 i line
  shift
  said=$(mktemp -d)
  for i in $(seq "$shares"); do
    harness "$@" --share "$i/$shares" > "$said/$i" 2>&1 &
    running+=($!)
  done
  for i in $(seq "$shares"); do
    wait "${running[i - 1]}" || code=1
    sed '/^crash: /d' "$said/$i"
    line=$(grep '^crash: ' "$said/$i" || echo 'crash: 0 passed, 1 failed, 0 skipped')
    [[ $line =~ ([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped ]]
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2])) skipped=$((skipped + BASH_REMATCH[3]))
  done
  rm -rf "$said"
  echo "crash: $passed passed, $failed failed, $skipped skipped"
  exit $code
}

shares=1 arguments=()
while [ $# -gt 0 ]; do
  if [ "$1" = --at-once ] && [[ ${2:-} =~ ^[1-9][0-9]*$ ]]; then shares=$2; shift; else arguments+=("$1"); fi
  shift
done
set -- ${arguments[@]+"${arguments[@]}"}
dotnet "$program" "$@" --understood || exit
[ "$shares" -eq 1 ] || at_once "$shares" "$@"
case " $* " in *" --make-release "*) set -- "$@" --to "$PWD/tests/releases" ;; esac
crash=(dotnet "$program" "$@")
case " $* " in
  *" postgres "*) harness "$@" ;;
  *" --full "*)
    # A mount that nobody else sees and that goes with the process.
    KYCUONG_CRASH_SMALL=$(mktemp -d)
    export KYCUONG_CRASH_SMALL
    if [ "$(id -u)" -eq 0 ]; then
      code=0
      unshare --mount --propagation private bash -c 'mount -t tmpfs -o size=8m,mode=700 tmpfs "$KYCUONG_CRASH_SMALL" && "$@"' crash "${crash[@]}" || code=$?
      rmdir "$KYCUONG_CRASH_SMALL"
      exit $code
    fi
    echo "crash --full: not root, so no small disk can be mounted"
    echo "crash: 0 passed, 0 failed, 1 skipped"
    ;;
  *) exec "${crash[@]}" ;;
esac
