#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The Job's manifest is one, and its containers, run with the environment that Kubernetes gives them, make the bytes of one
process.
usage: kubernetes_test.py PROGRAM ROOT

Needs python3-yaml and python3-jsonschema; without them the test is skipped (exit status 77).
"""
import copy
import json
import pathlib
import subprocess
import sys
import tempfile

from sharded import Sweep, skip

try:
    import jsonschema
    import yaml
except ImportError as error:
    skip(f"the Python module {error.name} is missing (Debian: python3-yaml python3-jsonschema)")


def problems(job, schema):
    """What the API server would refuse: the schema, then what it says of one field about another."""
    found = [f"{'.'.join(map(str, error.absolute_path))}: {error.message}"
             for error in jsonschema.Draft7Validator(schema).iter_errors(job)]
    if found:
        return found
    spec = job["spec"]
    pod = spec["template"]["spec"]
    volumes = {volume["name"] for volume in pod.get("volumes", [])}
    for container in pod["containers"]:
        found += [f"there is no volume {mount['name']}" for mount in container.get("volumeMounts", []) if mount["name"] not in volumes]
        environment = {entry["name"]: entry["value"] for entry in container.get("env", [])}
        # Ours: every shard has an index.
        if environment.get("SHARDS") != str(spec["completions"]):
            found.append(f"SHARDS is {environment.get('SHARDS')}, completions {spec['completions']}")
    if "maxFailedIndexes" in spec and "backoffLimitPerIndex" not in spec:
        found.append("maxFailedIndexes needs backoffLimitPerIndex")
    return found


def check_the_checker(job, schema):
    def damaged(damage):
        copied = copy.deepcopy(job)
        damage(copied["spec"], copied["spec"]["template"]["spec"])
        return copied

    for damage in (lambda spec, pod: spec.update(completionmode="Indexed"), lambda spec, pod: spec.pop("completions"),
                   lambda spec, pod: spec.update(completions=9), lambda spec, pod: pod.update(restartPolicy="OnFailure"),
                   lambda spec, pod: pod["containers"][0].update(env=[{"name": "SHARDS", "value": 8}]),
                   lambda spec, pod: pod.update(volumes=[]), lambda spec, pod: spec["podFailurePolicy"]["rules"][0].pop("action")):
        if not problems(damaged(damage), schema):
            sys.exit("the checker accepts a damaged manifest")


def main():
    program, root = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    job = yaml.safe_load((root / "tools/cluster/kubernetes-job.yaml").read_text())
    schema = json.loads((pathlib.Path(__file__).parent / "job.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    found = problems(job, schema)
    if found:
        sys.exit("kubernetes-job.yaml: " + "; ".join(found))
    check_the_checker(job, schema)

    with tempfile.TemporaryDirectory() as folder:
        sweep = Sweep(program, folder)
        container = job["spec"]["template"]["spec"]["containers"][0]
        written = {entry["name"]: entry["value"] for entry in container["env"]}
        written.update(SCENARIO=str(sweep.scenario), RESULTS=str(sweep.results))
        for index in range(job["spec"]["completions"]):
            environment = {**sweep.environment, **written, "JOB_COMPLETION_INDEX": str(index)}
            # A pod that was replaced after it had finished finds nothing left to do.
            for unused in range(2 if index == 0 else 1):
                run = subprocess.run(container["command"], env=environment, capture_output=True, text=True, timeout=120)
                if run.returncode != 0 or run.stderr:
                    sys.exit(f"index {index}: exit status {run.returncode}\n{run.stdout}{run.stderr}")
        sweep.check_merged()
    return 0


if __name__ == "__main__":
    sys.exit(main())
