# SPDX-License-Identifier: MIT
"""How long the program takes to start, beside the shortest program there is."""
import subprocess
import time

import comparison


def milliseconds(command):
    start = time.perf_counter()
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return 1e3 * (time.perf_counter() - start)


def measure(forkcast, rounds):
    programs = {"true": ["/bin/true"], "forkcast": [str(forkcast), "--version"]}
    times = {name: [] for name in programs}
    for _ in range(rounds):
        for name, command in programs.items():
            times[name].append(milliseconds(command))
    ratios = [ours / base for ours, base in zip(times["forkcast"], times["true"])]
    return {"forkcast_version_ms": comparison.summary(times["forkcast"]), "bin_true_ms": comparison.summary(times["true"]),
            "ratio": comparison.summary(ratios)}
