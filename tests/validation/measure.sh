#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Measures again what is shipped: the probes and cases of each plan, and from the probes the profiles. Needs a quiet
# machine for an hour, with permission to make cgroups, and the interpreters of tests/validation/servers/README.md.
set -euo pipefail

usage() {
  cat << 'END'
usage: PYTHONS=FOLDER tests/validation/measure.sh [--fit] [NAME ...]

Measures tests/validation/plans/NAME.yaml into tests/validation/data/NAME.jsonl and goes on with what a broken run has
recorded, then writes scenarios/profiles/SUBJECT.profile.yaml for each of its subjects. NAME: interpreters, servers,
other-runtimes; without one all of them.

  --fit   measures nothing, fits the profiles again
END
}

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
forkcast=${FORKCAST:-tools/forkcast}
measures=yes
while [[ "${1:-}" == -* ]]; do
  case "$1" in
    --fit) measures=no ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

cores=$(nproc)
machine="$(sed -n 's/^model name[^:]*: //p;T;q' /proc/cpuinfo), $cores cores, Linux $(uname -r | cut -d- -f1)"

fit() {  # plan, subject
  local python=${2#py} interpreter
  case "$2" in
    py*) python=${python%%-*} interpreter="CPython ${python:0:1}.${python:1}, built by tools/build_python.sh" ;;
    *) interpreter=$2 ;;
  esac
  "$forkcast" profile --from "tests/validation/data/$1.jsonl" --name "$2" --machine "$machine" \
    --interpreter "$interpreter" --export "scenarios/profiles/$2.profile.yaml"
  sed -i '1i # yaml-language-server: $schema=../schema/profile.schema.json' "scenarios/profiles/$2.profile.yaml"
}

for name in "${@:-interpreters servers other-runtimes}"; do
  for plan in $name; do
    if [[ "$measures" == yes ]]; then
      "$forkcast" validate --probe "tests/validation/plans/$plan.yaml" --record "tests/validation/data/$plan.jsonl"
    fi
    for subject in $(sed -n '/^subjects:/,/^runs:/s/^  \([a-z0-9-]*\):$/\1/p' "tests/validation/plans/$plan.yaml"); do
      fit "$plan" "$subject"
    done
  done
done
