#!/usr/bin/env bash
# The interop cases of the gRPC runtime against grpcio (C core), in both roles, h2c and mTLS.
# One line a case; ends with "interop: N passed, N failed, N skipped"; exit code 0 only without a failure.
# Needs the built tests/KyCuong.Grpc.InteropHost (CONFIGURATION, default Release; built here when it is missing),
# openssl, and Debian's python3-grpcio; without the last everything is skipped.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
project="$here/../KyCuong.Grpc.InteropHost"
configuration=${CONFIGURATION:-Release}
host="$project/bin/$configuration/net10.0/KyCuong.Grpc.InteropHost.dll"
python=/usr/bin/python3
cases_per_run=16
refusals=4
# Seconds for one program with all its cases; far above what it takes, so that only a hang meets it.
patience=180

if ! "$python" -c 'import grpc, google.protobuf' 2>/dev/null; then
  echo "python3-grpcio is not installed (apt-get install python3-grpcio python3-protobuf)"
  echo "interop: 0 passed, 0 failed, $((4 * cases_per_run + refusals)) skipped"
  exit 0
fi
[ -f "$host" ] || dotnet build "$project" -c "$configuration" -v q --nologo

work=$(mktemp -d)
servers=()
cleanup() {
  for pid in "${servers[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT

dotnet "$host" descriptors --out "$work/descriptors"

# A CA of this run, and a certificate for each purpose.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=interop CA" \
  -keyout "$work/ca.key" -out "$work/ca.pem" 2>"$work/openssl.log"
for purpose in server client; do
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=interop $purpose" \
    -keyout "$work/$purpose.key" -out "$work/$purpose.csr" 2>>"$work/openssl.log"
  printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=%sAuth\nkeyUsage=digitalSignature\n' "$purpose" > "$work/$purpose.ext"
  openssl x509 -req -in "$work/$purpose.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 2 \
    -extfile "$work/$purpose.ext" -out "$work/$purpose.pem" 2>>"$work/openssl.log"
done

passed=0
failed=0
# Why a connection was ended by us, should one be: Kestrel says it at this level alone.
kestrel=(env Logging__LogLevel__Microsoft.AspNetCore.Server.Kestrel.Http2=Debug Logging__LogLevel__Microsoft.AspNetCore.Server.Kestrel.Connections=Debug)

# start NAME COMMAND...: runs a server and sets port to what it prints.
start() {
  local name=$1
  shift
  "$@" > "$work/$name.out" 2> "$work/$name.err" &
  servers+=($!)
  local pid=$!
  for _ in $(seq 300); do
    port=$(sed -n 's/^listening //p' "$work/$name.out")
    [ -n "$port" ] && return
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  echo "$name did not start:"
  cat "$work/$name.err"
  exit 1
}

# run LABEL EXPECTED COMMAND...: runs a client, counts its lines; a case it did not get to is a failed case.
run() {
  local label=$1 expected=$2 ok bad
  shift 2
  timeout "$patience" "$@" > "$work/client.out" 2> "$work/client.err" || true
  sed "s/^/$label: /" "$work/client.out"
  ok=$(grep -c ': passed$' "$work/client.out" || true)
  bad=$((expected - ok))
  passed=$((passed + ok))
  failed=$((failed + bad))
  if [ "$bad" != 0 ]; then
    echo "$label: $bad of $expected not passed"
    cat "$work/client.err"
    grep -hA 3 -E 'Kestrel|fail: ' "$work"/our-*.out | tail -n 60 || true
  fi
}

run_ours() { local label=$1 expected=$2; shift 2; run "$label" "$expected" dotnet "$host" client "$@"; }
run_theirs() { local label=$1 expected=$2; shift 2; run "$label" "$expected" "$python" "$here/client.py" --descriptors "$work/descriptors" "$@"; }

start our-h2c "${kestrel[@]}" dotnet "$host" --port 0
run_theirs "h2c, grpcio client, our server" $cases_per_run --server "127.0.0.1:$port"

start their-h2c "$python" "$here/server.py" --descriptors "$work/descriptors"
run_ours "h2c, our client, grpcio server" $cases_per_run --server "127.0.0.1:$port"

server_files=(--cert "$work/server.pem" --key "$work/server.key" --client-ca "$work/ca.pem")
client_files=(--ca "$work/ca.pem" --cert "$work/client.pem" --key "$work/client.key")
wrong_files=(--ca "$work/ca.pem" --cert "$work/server.pem" --key "$work/server.key")

start our-mtls "${kestrel[@]}" dotnet "$host" --port 0 "${server_files[@]}"
run_theirs "mTLS, grpcio client, our server" $cases_per_run --server "localhost:$port" "${client_files[@]}"
run_theirs "mTLS, grpcio client, our server" 1 --server "localhost:$port" --ca "$work/ca.pem" --refused refused_without_certificate
run_theirs "mTLS, grpcio client, our server" 1 --server "localhost:$port" "${wrong_files[@]}" --refused refused_server_certificate
run_ours "mTLS, our client, our server" 1 --server "localhost:$port" --case refused --ca "$work/ca.pem"
run_ours "mTLS, our client, our server" 1 --server "localhost:$port" --case refused "${wrong_files[@]}"

start their-mtls "$python" "$here/server.py" --descriptors "$work/descriptors" "${server_files[@]}"
run_ours "mTLS, our client, grpcio server" $cases_per_run --server "localhost:$port" "${client_files[@]}"

echo "interop: $passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
