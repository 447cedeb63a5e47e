#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A result must be valid under `forkcast schema result`. usage: schema_test.py PROGRAM

Needs jsonschema; without it the test is skipped (exit status 77).
"""
import json
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: the Python module jsonschema is missing (Debian: python3-jsonschema)")
    sys.exit(77)

# One deployment of everything that changes the shape: an SLO, a range, an expectation, losses.
SCENARIO = """
service: {load: 50/s, slo: {p99: 1s}}
profiles:
  gil: {memory: {process: 20MiB}, kernels: {request: {phases: [{lock: 4ms}, {wait: 5ms}]}}}
  ft: {derive: gil, single_thread_cost: 1.03..1.15}
run: {replications: 3, duration: 5s}
deployments:
  threads: {profile: gil, server: gunicorn_gthread, threads: 4}
  free: {profile: ft, server: gunicorn_gthread, threads: 4}
expect: [{deployment: threads, slo: ok}]
"""


def study(program, jsonschema):
    """The answer of `forkcast sensitivity` has a schema of its own."""
    schema = json.loads(subprocess.run([program, "schema", "sensitivity"], capture_output=True, check=True).stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    run = subprocess.run([program, "sensitivity", "-", "--quiet", "--format", "json"], input=SCENARIO, text=True,
                         capture_output=True, check=True)
    answer = json.loads(run.stdout)
    jsonschema.validate(answer, schema)
    inputs = answer["deployments"][1]["answers"][0]["inputs"]
    assert any(one["swing"] for one in inputs) and any(one["interval"] is None for one in inputs)
    inputs[0]["influence"] = "perhaps"
    try:
        jsonschema.validate(answer, schema)
    except jsonschema.ValidationError:
        return
    sys.exit("the schema accepts a damaged sensitivity")


def main():
    program = sys.argv[1]
    schema = json.loads(subprocess.run([program, "schema", "result"], capture_output=True, check=True).stdout)
    jsonschema.Draft7Validator.check_schema(schema)

    def result(*files):
        run = subprocess.run([program, "run", *files, "--quiet", "--format", "json"], input=SCENARIO, text=True,
                             capture_output=True, check=True)
        return json.loads(run.stdout)

    one = result("-")
    jsonschema.validate(one, schema)
    jsonschema.validate([one, one], schema)
    assert one["deployments"][1]["basis"] != "measured"

    study(program, jsonschema)

    # The schema must be able to refuse.
    for damage in (lambda d: d.pop("context"), lambda d: d["deployments"][0].update(binds="nothing"),
                   lambda d: d["deployments"][0]["metrics"].pop("latency_p99_s")):
        damaged = json.loads(json.dumps(one))
        damage(damaged)
        try:
            jsonschema.validate(damaged, schema)
        except jsonschema.ValidationError:
            continue
        sys.exit("the schema accepts a damaged result")
    return 0


if __name__ == "__main__":
    sys.exit(main())
