# SPDX-License-Identifier: MIT
"""How long the program takes to start, beside the shortest program there is."""
import os
import time

import comparison


def run(command):
    """Milliseconds from start to end, and of CPU."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, nothing, 1)])
    _, status, usage = os.wait4(process, 0)
    elapsed = time.perf_counter() - start
    os.close(nothing)
    if status != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return 1e3 * elapsed, 1e3 * (usage.ru_utime + usage.ru_stime)


def measure(forkcast, rounds):
    programs = {"true": ["/bin/true"], "forkcast": [str(forkcast), "--version"]}
    runs = {name: [] for name in programs}
    for _ in range(rounds):
        for name, command in programs.items():
            runs[name].append(run(command))
    ratios = [ours[0] / base[0] for ours, base in zip(runs["forkcast"], runs["true"])]
    return {"forkcast_version_ms": comparison.summary([elapsed for elapsed, _ in runs["forkcast"]]),
            "forkcast_version_cpu_ms": comparison.summary([cpu for _, cpu in runs["forkcast"]]),
            "bin_true_ms": comparison.summary([elapsed for elapsed, _ in runs["true"]]),
            "ratio": comparison.summary(ratios)}
