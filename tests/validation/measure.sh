#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Measures again what is shipped: the probes and cases of each plan, and from the probes the profiles. Needs a quiet
# machine for an hour, with permission to make cgroups, and the interpreters of tests/validation/servers/README.md.
set -euo pipefail

usage() {
  cat << 'END'
usage: PYTHONS=FOLDER tests/validation/measure.sh [--fit [--only SUBJECT]] [NAME ...]

Measures tests/validation/plans/NAME.yaml into tests/validation/data/NAME.jsonl and goes on with what a broken run has
recorded, then writes the profile that the plan names for each of its subjects. NAME: interpreters, servers,
other-runtimes, xeon, flask, four-cores (by taskset, on four cores of more); without one the first three.

  --fit            measures nothing, fits the profiles again
  --only SUBJECT   fits the profile of this subject alone
END
}

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
forkcast=${FORKCAST:-tools/forkcast}
plans=tests/validation/plans data=tests/validation/data
measures=yes only=
while [[ "${1:-}" == -* ]]; do
  case "$1" in
    --fit) measures=no ;;
    --only) only=${2:?names no subject}; shift ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

cores=$(nproc)
here="$(sed -n 's/^model name[^:]*: //p;T;q' /proc/cpuinfo), $cores cores, Linux $(uname -r | cut -d- -f1)"

# The plan's subjects, each with the file of its profile, relative to the plan.
subjects() {  # plan
  sed -nE '/^subjects:/,/^runs:/{ s/^  ([a-z0-9-]+):$/\1/p; s/^    profile: (.*)/\1/p }' "$plans/$1.yaml" | paste -d ' ' - -
}

fit() {  # plan, subject, profile
  local file machine=$here python=${2#py} interpreter host=()
  file=$(realpath --relative-to . "$plans/$3")
  mkdir -p "$(dirname "$file")"
  # What was measured elsewhere stays measured there.
  [[ "$measures" == yes ]] || machine=$(sed -n 's/^  machine: "\(.*\)"$/\1/p' "$file")
  case "$1" in
    interpreters | servers | other-runtimes) host=(--host scenarios/hosts/epyc-2.host.yaml) ;;
  esac
  case "$2" in
    py*) python=${python%%-*} interpreter="CPython ${python:0:1}.${python:1}, built by tools/build_python.sh" ;;
    shop) interpreter="CPython 3.11 of Debian 12" ;;
    *) interpreter=$2 ;;
  esac
  "$forkcast" profile --from "$data/$1.jsonl" --name "$2" --machine "$machine" --interpreter "$interpreter" \
    "${host[@]}" --export "$file"
  sed -i "1i # yaml-language-server: \$schema=$(realpath --relative-to "$(dirname "$file")" scenarios/schema)/profile.schema.json" "$file"
}

for name in "${@:-interpreters servers other-runtimes}"; do
  for plan in $name; do
    if [[ "$measures" == yes ]]; then
      "$forkcast" validate --probe "$plans/$plan.yaml" --record "$data/$plan.jsonl"
    fi
    subjects "$plan" | while read -r subject profile; do
      [[ -n "$only" && "$subject" != "$only" ]] || fit "$plan" "$subject" "$profile"
    done
  done
done
