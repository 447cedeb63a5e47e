#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A sweep under GNU parallel, one job of which is killed while it runs, has the bytes of one process.
usage: parallel_test.py PROGRAM ROOT

Needs GNU parallel; without it the test is skipped (exit status 77).
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

from sharded import Sweep, skip

SHARDS = 3

# Stands before the program on the PATH. The second shard is killed as soon as its journal has a first point, once.
KILLER = """#!/bin/sh
case "$*" in
*--shard\\ 2/*) ;;
*) exec "$PROGRAM" "$@" ;;
esac
[ -e "$FOLDER/killed" ] && exec "$PROGRAM" "$@"
"$PROGRAM" "$@" &
until [ "$(cat "$FOLDER/results/shard-2.journal" 2> /dev/null | wc -l)" -ge 2 ]; do sleep 0.05; done
kill -KILL $! && touch "$FOLDER/killed"
wait $!
"""


def main():
    program, root = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    version = shutil.which("parallel") and subprocess.run(["parallel", "--version"], capture_output=True, text=True).stdout
    if not version or "GNU parallel" not in version:
        skip("GNU parallel is missing (Debian: parallel)")
    with tempfile.TemporaryDirectory() as folder:
        sweep = Sweep(program, folder, duration="1000s")
        killer = sweep.folder / "bin" / "forkcast"
        killer.parent.mkdir()
        killer.write_text(KILLER)
        killer.chmod(0o755)
        environment = {**sweep.environment, "PATH": f"{killer.parent}:{sweep.environment['PATH']}", "PROGRAM": str(program),
                       "FOLDER": folder}
        run = subprocess.run([root / "tools/cluster/parallel.sh", sweep.scenario, sweep.results, str(SHARDS), "--jobs", "2"],
                             env=environment, capture_output=True, text=True, timeout=300)
        if run.returncode != 0:
            sys.exit(f"parallel.sh: exit status {run.returncode}\n{run.stdout}{run.stderr}")
        if not (sweep.folder / "killed").exists():
            sys.exit("no job was killed")
        sweep.check_merged()
    return 0


if __name__ == "__main__":
    sys.exit(main())
