#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A sweep as a job array on a real Slurm, one task of which is requeued while it runs, has the bytes of one process.
usage: slurm_test.py PROGRAM ROOT

Needs slurmctld, slurmd, slurm-client and munge; where they are missing or cannot start the test is skipped (exit status 77).
"""
import pathlib
import sys
import tempfile
import time

from local_slurm import CannotStart, LocalSlurm
from sharded import Sweep, skip

SHARDS = 3
LIMIT_S = 240


def wait(what, holds):
    end = time.monotonic() + LIMIT_S
    while not holds():
        if time.monotonic() > end:
            sys.exit(f"not within {LIMIT_S} seconds: {what}")
        time.sleep(0.1)


def main():
    program, root = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        sweep = Sweep(program, folder, duration="1000s")
        slurm_folder = pathlib.Path(folder) / "slurm"
        slurm_folder.mkdir()
        try:
            with LocalSlurm(slurm_folder) as slurm:
                run_array(slurm, sweep, root)
        except CannotStart as reason:
            skip(f"Slurm does not start: {reason}")
        sweep.check_merged()
    return 0


def run_array(slurm, sweep, root):
    slurm.environment["PATH"] = sweep.environment["PATH"]
    submitted = slurm.run("sbatch", "--parsable", f"--array=0-{SHARDS - 1}", f"--output={sweep.folder}/task-%a.log",
                          str(root / "tools/cluster/slurm-array.sbatch"), str(sweep.scenario), str(sweep.results), str(SHARDS))
    if submitted.returncode != 0:
        sys.exit(f"sbatch: {submitted.stderr}")
    job = submitted.stdout.strip()

    # The second task has finished a point, but not all of its own, when it is stopped and put back into the queue.
    journal = sweep.results / "shard-2.journal"
    lines = lambda: journal.read_bytes().count(b"\n") if journal.exists() else 0
    wait("the second shard has a first point", lambda: lines() >= 2)
    requeued = slurm.run("scontrol", "requeue", f"{job}_1")
    if requeued.returncode != 0:
        sys.exit(f"scontrol requeue: {requeued.stderr}")
    before = lines()

    wait("the array is done", lambda: not slurm.run("squeue", "--noheader", "--jobs", job).stdout.strip())
    logs = "".join(log.read_text() for log in sweep.folder.glob("task-*.log"))
    record = slurm.run("scontrol", "show", "job", f"{job}_1").stdout
    if "Restarts=1" not in record or "JobState=COMPLETED" not in record:
        sys.exit(f"the second task was not restarted and completed:\n{record}\n{logs}")
    if lines() <= before:
        sys.exit(f"the restarted task finished no further point\n{logs}")


if __name__ == "__main__":
    sys.exit(main())
