#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The fewest threads with which a deployment keeps what the scenario expects:
#   tools/examples/least_threads.sh tools/examples/threads.yaml gthread [MOST]
# A loop over exit codes: 0 all expectations hold, 1 one does not, 2 something is wrong with what was asked.
set -euo pipefail

scenario=${1:?usage: least_threads.sh SCENARIO DEPLOYMENT [MOST]}
deployment=${2:?the deployment is missing}
most=${3:-64}

for ((threads = 1; threads <= most; threads *= 2)); do
  code=0
  result=$(forkcast run "$scenario" --set "deployments.$deployment.threads=$threads" --check --quiet --format json) || code=$?
  case $code in
    0) break ;;
    1) ;;   # `--check --quiet` has said on stderr what does not hold
    *) exit "$code" ;;
  esac
done
if ((code != 0)); then
  echo "not even $most threads keep it" >&2
  exit 1
fi

# Every number of the table is in the JSON, in SI units.
python3 -c '
import json, sys
deployments = json.load(sys.stdin)["deployments"]
p99 = next(one for one in deployments if one["name"] == sys.argv[1])["metrics"]["latency_p99_s"]
print("%s threads: p99 %.1f ms, +- %.1f ms" % (sys.argv[2], 1000 * p99["mean"], 1000 * p99["half_width"]))
' "$deployment" "$threads" <<< "$result"
