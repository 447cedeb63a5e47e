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

    def __init__(self, record):
        what = record["what"]
        self.index = int(record["id"])
        self.python = what["subject"].removeprefix("gunicorn-")
        self.key = (what["kernel"], what["processes"], what["threads"], what["server"].removeprefix("gunicorn_"),
                    what["connections"])
        self.open = "rate_rps" in what
        self.close = not what["keep_alive"]
        self.probe = None
        if "cpu_cores" not in what and not self.open:
            self.probe = next((name for name, key in PROBES.items() if key == self.key), None)
        self.steal = record["steal_cores"]
        self.foreign = record["other_cores"]
        self.throughput = record["throughput_rps"]
        self.cores = record["server_cpu_cores"]
        self.cpu = microseconds(record["cpu_per_request_s"])
        self.client = microseconds(record["client_cpu_per_request_s"])
        self.latency = {name: microseconds(record[f"latency_{name}_s"]) for name in ("p10", "p50", "p90", "p99", "p999")}
        self.switches = record["voluntary_switches"]
        self.boot_cpu = record["start_cpu_s"]
        self.start = record["start_time_s"]
        self.idle = record["idle"]
        self.load = record["loaded"]

    def charge(self):
        return self.load["charge_bytes"]

    def touched(self):
        """Anonymous memory that serving added."""
        return anonymous(self.load) - anonymous(self.idle)

    def kernel_memory(self):
        return self.load["kernel_bytes"]


def microseconds(seconds):
    return round(seconds * 1e6, 9)


def anonymous(memory):
    return memory["charge_bytes"] - memory["kernel_bytes"] - memory["file_bytes"]


def read_runs():
    with open(ROOT / DATA, encoding="utf-8") as lines:
        return [Run(json.loads(line)) for line in lines]
