#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The examples under tools/examples do what they say. usage: examples_test.py PROGRAM ROOT loop|plot

The plot needs python3-pandas and python3-matplotlib; without them it is skipped (exit status 77).
"""
import os
import pathlib
import subprocess
import sys
import tempfile


def run(environment, *command, expect=0):
    result = subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True, timeout=300)
    if result.returncode != expect:
        sys.exit(f"{' '.join(map(str, command))}: exit status {result.returncode}, not {expect}\n{result.stdout}{result.stderr}")
    return result


def loop(environment, examples):
    script, scenario = examples / "least_threads.sh", examples / "threads.yaml"
    found = run(environment, script, scenario, "gthread")
    threads = int(found.stdout.split()[0])
    # A thread serves a request in some 24 ms: three and a half of them at 150/s are busy on average.
    if threads not in (4, 8) or " threads: p99 " not in found.stdout:
        sys.exit(f"least_threads.sh: {found.stdout}")
    # As many lines on stderr as numbers of threads that were not enough.
    if len(found.stderr.splitlines()) != threads.bit_length() - 1:
        sys.exit(f"least_threads.sh: {found.stderr}")
    if "not even 2 threads" not in run(environment, script, scenario, "gthread", 2, expect=1).stderr:
        sys.exit("least_threads.sh: 2 threads are no answer")
    if "gthred" not in run(environment, script, scenario, "gthred", expect=2).stderr:
        sys.exit("least_threads.sh: a misspelt deployment must be refused")


def plot(environment, examples):
    try:
        import matplotlib.image
        import pandas
    except ImportError as error:
        print(f"skipped: the Python module {error.name} is missing (Debian: python3-pandas python3-matplotlib)")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        table, picture = pathlib.Path(folder) / "workers.csv", pathlib.Path(folder) / "workers.png"
        run(environment, "forkcast", "sweep", examples / "workers.yaml", "--sweep", "deployments.prefork.processes=4,9",
            "--replications", "2", "--export", table, "--quiet")
        rows = pandas.read_csv(table)
        if len(rows) != 4 or rows["cost_usd_per_month"].isna().any():
            sys.exit(f"the sweep of workers.yaml has {len(rows)} rows, or no cost")
        run(environment, sys.executable, examples / "plot_sweep.py", table, picture)
        pixels = matplotlib.image.imread(picture)
        # Two panels with a line for each of the two loads: both of the first colours are there, above and below.
        half = pixels.shape[0] // 2
        for colour in ((31, 119, 180), (255, 127, 14)):
            wanted = [one / 255 for one in colour]
            for name, panel in (("p99", pixels[:half]), ("cost", pixels[half:])):
                if (abs(panel[:, :, :3] - wanted).max(axis=2) < 0.02).sum() < 200:
                    sys.exit(f"the {name} panel has no line in colour {colour}")
        refused = run(environment, sys.executable, examples / "plot_sweep.py", table, picture, "--x", "carriers", expect=2)
        if "has no column carriers" not in refused.stderr:
            sys.exit(f"plot_sweep.py: {refused.stderr}")


def main():
    program, root = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    {"loop": loop, "plot": plot}[sys.argv[3]](environment, root / "tools/examples")
    return 0


if __name__ == "__main__":
    sys.exit(main())
