# SPDX-License-Identifier: MIT
"""Peak memory of a limited container's simulation, for ever more requests: it must not grow with simulated time."""
import json
import os
import subprocess


def peak_bytes(command):
    """Runs the command; what it printed and the most memory that it ever had resident."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return json.loads(out), usage.ru_maxrss * 1024


def show(forkcast, most):
    requests = 10**5
    print(f"{'requests':>15} {'CPU s':>8} {'ns/request':>10} {'peak MiB':>9}")
    while requests <= most:
        outcome, peak = peak_bytes([*forkcast.command, "limited", "8x8", str(requests), "1"])
        print(f"{outcome['operations']:>15,.0f} {outcome['cpu_s']:>8.1f} "
              f"{1e9 * outcome['cpu_s'] / outcome['operations']:>10.0f} {peak / 2**20:>9.2f}", flush=True)
        requests *= 10
