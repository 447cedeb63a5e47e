#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Parallel efficiency of a sweep: the time of one thread over that of all cores, over the number of cores.

usage: sweep_efficiency.py PROGRAM [ROUNDS]     5 rounds unless told

One thread and all cores take turns, so that both see the same machine; the median of the rounds counts. Where other
programs use the cores the clock says nothing. Two other numbers do: the share of the time in which the threads wanted to
run (on a core, or in the queue for one: /proc/PID/task/*/schedstat), and the processor time of one thread over that of
all. Their product is the efficiency that cores of one's own would give.
"""
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

STUDY = """
service: {load: 100/s, slo: {p99: 250ms}}
node: {cores: 2}
profiles:
  app: {kernels: {request: {phases: [{lock: {mean: 4ms, shape: exponential}, releases: 2}, {wait: 20ms}]}}}
deployments:
  api: {profile: app, server: gunicorn_gthread, processes: 2, threads: 4}
run: {replications: 8, duration: 100s, warm_up: 5s}
sweep:
  grid: {deployments.api.processes: log 1..8, deployments.api.threads: log 1..16, service.load: 20..200/s by 60/s}
"""


def wanted_to_run(pid):
    """Seconds that the threads of a process were on a core or queued for one, as far as they still live."""
    total = 0
    try:
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            on_core, queued, _ = (task / "schedstat").read_text().split()
            total += int(on_core) + int(queued)
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # it ended in between
    return total * 1e-9


def timed(program, study, jobs):
    """Seconds on the clock, seconds of processors, share of the time in which all threads wanted to run, rows."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen([program, "sweep", study, "--jobs", str(jobs), "--format", "csv", "--quiet"], stdout=out)
        wanted = 0.0
        while process.poll() is None:
            wanted = max(wanted, wanted_to_run(process.pid))
            time.sleep(0.005)
        seconds = time.monotonic() - start
        assert process.returncode == 0
        out.seek(0)
        rows = out.read()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    work = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, work, wanted / seconds / jobs, rows


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    cores = len(os.sched_getaffinity(0))
    efficiencies, costs, shares = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        study = pathlib.Path(folder) / "study.yaml"
        study.write_text(STUDY)
        for number in range(1, rounds + 1):
            one, work_of_one, _, rows_of_one = timed(program, study, 1)
            all_, work_of_all, share, rows_of_all = timed(program, study, cores)
            assert rows_of_one == rows_of_all
            efficiencies.append(one / all_ / cores)
            costs.append(work_of_one / work_of_all)
            shares.append(share)
            print(f"round {number}: one thread {one:.2f} s, {cores} threads {all_:.2f} s, efficiency {efficiencies[-1]:.3f}; "
                  f"of processors {work_of_one:.2f} s and {work_of_all:.2f} s, ratio {costs[-1]:.3f}; "
                  f"threads wanted to run {share:.3f} of the time", flush=True)
    product = statistics.median(cost * share for cost, share in zip(costs, shares))
    print(f"median: efficiency {statistics.median(efficiencies):.3f} by the clock on {cores} cores, {product:.3f} by ratio and share")


if __name__ == "__main__":
    main()
