# SPDX-License-Identifier: MIT
"""The recorded runs (tests/validation/data), and which of them are probes that profiles are fitted from."""
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = "tests/validation/data/gunicorn-2cpu.jsonl"

# A probe's name -> (kernel, processes, threads, worker class, connections); never a quota, never open load.
PROBES = {
    "json single": ("json", 1, 1, "sync", 1),
    "json saturated": ("json", 1, 1, "sync", 8),
    "json two processes": ("json", 2, 1, "sync", 8),
    "json poller": ("json", 1, 1, "gthread", 8),
    "json contended": ("json", 1, 4, "gthread", 8),
    "wait single": ("wait", 1, 1, "sync", 1),
    "wait four processes": ("wait", 4, 1, "sync", 8),
    "wait threads": ("wait", 1, 8, "gthread", 8),
    "wait split": ("wait", 2, 4, "gthread", 8),
    "json split": ("json", 2, 4, "gthread", 8),
}


class Run:
    """One recorded run; times in microseconds, memory in bytes."""

    def __init__(self, index, record):
        case = record["case"]
        self.index = index
        self.python = case["python"]
        self.key = (case["kernel"], case["workers"], case["threads"], case["worker_class"], case["connections"])
        self.open = case["rate"] is not None
        self.close = case["close"]
        self.probe = None
        if case["cpu"] is None and case["rate"] is None:
            self.probe = next((name for name, key in PROBES.items() if key == self.key), None)
        self.steal = record["steal_cores"]
        self.foreign = max(record["steal_cores"], record["other_cpu_cores"])
        self.throughput = record["throughput_rps"]
        self.cores = record["server_cpu_cores"]
        self.cpu = record["cpu_us_per_request"]
        self.client = record["client_cpu_us_per_request"]
        self.latency = record["latency_us"]
        self.switches = record["switches_per_request"]["voluntary"]
        self.boot_cpu = record["boot_cpu_s"]
        self.start = record["start_s"]
        self.idle = record["memory_idle"]
        self.load = record["memory_load"]

    def charge(self):
        return self.load["cgroup"]["usage"]

    def touched(self):
        """Anonymous memory that serving added."""
        return self.load["cgroup"]["rss"] - self.idle["cgroup"]["rss"]

    def kernel_memory(self):
        group = self.load["cgroup"]
        return group["usage"] - group["rss"] - group["cache"]


def read_runs():
    with open(ROOT / DATA, encoding="utf-8") as lines:
        return [Run(index, json.loads(line)) for index, line in enumerate(lines)]
