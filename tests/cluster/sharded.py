# SPDX-License-Identifier: MIT
"""What the tests of all schedulers share: a sweep, the bytes that one process makes of it, and those of its merged shards."""
import os
import pathlib
import subprocess
import sys

SKIPPED = 77

# Twelve points that take about as long as each other.
SCENARIO = """
description: How do threads and load get on with each other?
service: {load: 100/s}
profiles:
  app: {lock: {handover_cpu: 20us, handover_lock: 14us}, kernels: {page: {phases: [{lock: {mean: 4ms, shape: exponential}, releases: 10}, {wait: 8ms}]}}}
deployments:
  threads: {profile: app, runtime: gil_threads}
run: {replications: 4, duration: DURATION, warm_up: 5s}
sweep:
  grid: {deployments.threads.threads: [1, 2, 4, 8], service.load: [60/s, 100/s, 140/s]}
"""


class Sweep:
    def __init__(self, program, folder, duration="60s"):
        self.folder = pathlib.Path(folder)
        self.environment = {**os.environ, "PATH": f"{pathlib.Path(program).resolve().parent}:{os.environ['PATH']}",
                            "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        self.scenario = self.folder / "sweep.yaml"
        self.scenario.write_text(SCENARIO.replace("DURATION", duration))
        self.results = self.folder / "results"
        self.results.mkdir()

    def forkcast(self, *arguments):
        run = subprocess.run(["forkcast", *map(str, arguments)], env=self.environment, capture_output=True, text=True, timeout=300)
        if run.returncode != 0:
            sys.exit(f"forkcast {' '.join(map(str, arguments))}: exit status {run.returncode}\n{run.stdout}{run.stderr}")

    def check_merged(self):
        """The merged shards are what one process makes, byte for byte."""
        whole = [self.folder / "whole.csv", self.folder / "whole.jsonl"]
        merged = [self.folder / "merged.csv", self.folder / "merged.jsonl"]
        self.forkcast("sweep", self.scenario, "--quiet", "--export", whole[0], "--export", whole[1])
        self.forkcast("merge", *sorted(self.results.glob("shard-*.journal")), "--quiet", "--export", merged[0],
                      "--export", merged[1])
        for one, other in zip(whole, merged):
            if one.read_bytes() != other.read_bytes():
                sys.exit(f"{other.name} differs from {one.name}")
        rows = whole[0].read_text().splitlines()
        if len(rows) != 1 + 12:
            sys.exit(f"the sweep has {len(rows) - 1} rows, not 12")


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)
