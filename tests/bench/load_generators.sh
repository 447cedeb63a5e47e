#!/bin/sh
# SPDX-License-Identifier: MIT
# Throughput of forkcast's load generator beside wrk and hey against nginx (one worker, a body of 1 KiB in memory), on
# this machine, all by turns, so that drift hits them alike. Ratios of medians at the end.
# usage: load_generators.sh BUILD_FOLDER [ROUNDS [SECONDS [CONNECTIONS]]]
set -eu
bench=$1/tests/bench/load_bench
rounds=${2:-5}
seconds=${3:-3}
connections=${4:-16}
for tool in nginx wrk hey; do
  command -v $tool > /dev/null || { echo "skipped: $tool is not installed"; exit 0; }
done
folder=$(mktemp -d)
port=18099
cat > "$folder/nginx.conf" << CONF
worker_processes 1;
daemon off;
pid $folder/pid;
error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  server { listen 127.0.0.1:$port; location / { return 200 "$(head -c 1024 /dev/zero | tr '\0' x)"; } }
}
CONF
nginx -c "$folder/nginx.conf" &
server=$!
trap 'kill $server 2> /dev/null; wait $server 2> /dev/null; rm -rf "$folder"' EXIT INT TERM
sleep 1

measure() {  # tool, keep or close
  case $1 in
    forkcast) "$bench" $port / "$connections" "$seconds" "$2" | cut -d' ' -f1 ;;
    wrk) if [ "$2" = keep ]; then wrk -t1 -c"$connections" -d"${seconds}s" http://127.0.0.1:$port/
         else wrk -t1 -c"$connections" -d"${seconds}s" -H 'Connection: close' http://127.0.0.1:$port/; fi |
         awk '/Requests\/sec/ { print $2 }' ;;
    hey) if [ "$2" = keep ]; then hey -cpus 1 -c "$connections" -z "${seconds}s" http://127.0.0.1:$port/
         else hey -cpus 1 -c "$connections" -z "${seconds}s" -disable-keepalive http://127.0.0.1:$port/; fi |
         awk '/Requests\/sec/ { print $2 }' ;;
  esac
}

for mode in keep close; do
  for round in $(seq "$rounds"); do
    for tool in forkcast wrk hey; do
      echo "$mode $tool $(measure $tool $mode)" | tee -a "$folder/results"
    done
  done
done
median() { grep "^$1 $2 " "$folder/results" | cut -d' ' -f3 | sort -g | sed -n "$(((rounds + 1) / 2))p"; }
for mode in keep close; do
  for tool in wrk hey; do
    awk -v m=$mode -v t=$tool -v a="$(median $mode forkcast)" -v b="$(median $mode $tool)" \
      'BEGIN { printf "%-5s forkcast %.0f/s, %s %.0f/s: %.2fx\n", m, a, t, b, a / b }'
  done
done
