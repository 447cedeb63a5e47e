#!/usr/bin/env bash
# A sweep under GNU parallel, one job a shard:  parallel.sh SCENARIO RESULTS SHARDS [OPTIONS OF parallel...]
#   parallel.sh sweep.yaml results 16 --sshlogin :,big@10.0.0.7 --workdir .     on two machines with a shared folder
# What failed is tried twice more; after an interruption the same command goes on.
set -euo pipefail

usage="usage: parallel.sh SCENARIO RESULTS SHARDS [OPTIONS OF parallel...]"
scenario=${1:?$usage}
results=${2:?$usage}
shards=${3:?$usage}
shift 3

mkdir -p "$results"
exec parallel --quote --retries 3 "$@" \
  forkcast sweep "$scenario" --shard "{}/$shards" --journal "$results/shard-{}.journal" --resume --quiet --jobs 1 \
  ::: $(seq "$shards")
