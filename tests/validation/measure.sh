#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Measures again what is shipped: a profile of each subject, then the plans. Needs a quiet machine for an hour and a
# half, with permission to make cgroups, and the interpreters of tests/validation/servers/README.md.
set -euo pipefail

usage() {
  cat << 'END'
usage: PYTHONS=FOLDER tests/validation/measure.sh profiles|plans [NAME ...]

  profiles   writes scenarios/profiles/NAME.profile.yaml: py313-gthread, py313t-gthread, py314-gthread, py314t-gthread,
             py313-sync, py314-uvicorn, native-threads, node-cluster
  plans      measures tests/validation/plans/NAME.yaml into tests/validation/data/NAME.jsonl: interpreters, servers,
             memory, other-runtimes; goes on with what a broken run has recorded

Without a NAME, all of them.
END
}

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
what=${1:-}
case "$what" in
  profiles | plans) shift ;;
  -h | --help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac
wanted=" $* "

asked() { [[ "$wanted" == "  " || "$wanted" == *" $1 "* ]]; }

profile() {  # name, command, options...
  local name=$1 command=$2
  shift 2
  asked "$name" || return 0
  tools/forkcast profile --name "$name" --command "$command" "$@" --export "scenarios/profiles/$name.profile.yaml"
}

# forkcast's shell fills PYTHONS in, so that a profile says how it was measured on any machine.
python() {
  printf 'env PYTHONPATH=${PYTHONS:?names no folder}/servers:tests/validation/servers ${PYTHONS}/%s/bin/python3' "$1"
}
gunicorn='-m gunicorn wsgi_app:application --no-control-socket -b 127.0.0.1:{port} -w {processes}'
native='${FORKCAST_BUILD:-build/release}/tests/validation/servers/threaded_server --port {port}'
native+=' --processes {processes} --threads {threads} --heap-mib 40 {preload}'
gthread="$gunicorn -k gthread --threads {threads} {preload}"

if [[ "$what" == profiles ]]; then
  profile py313-gthread "$(python 3.13) $gthread" --url /json --url /mixed
  profile py313t-gthread "$(python 3.13t) $gthread" --url /json --url /touch
  profile py314-gthread "$(python 3.14) $gthread" --url /json --url /sha
  profile py314t-gthread "$(python 3.14t) $gthread" --url /json --url /sha
  profile py313-sync "$(python 3.13) $gunicorn -k sync {preload}" --url /json --url /touch --url /leak
  profile py314-uvicorn "$(python 3.14) tests/validation/servers/uvicorn_server.py {port} {processes}" --url /json --url /wait
  profile native-threads "$native" --url /cpu --url /wait
  profile node-cluster "node tests/validation/servers/node_cluster.js {port} {processes}" --url /json
else
  for name in interpreters servers memory other-runtimes; do
    asked "$name" || continue
    tools/forkcast validate "tests/validation/plans/$name.yaml" --record "tests/validation/data/$name.jsonl"
  done
fi
