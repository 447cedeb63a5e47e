# SPDX-License-Identifier: MIT
"""Runs a function as a kernel and says what a call costs. Standard library only, any Python from 3.8.

usage: harness.py KERNEL describe
       harness.py KERNEL run --threads K --seconds S    K threads call it until the time is over
       harness.py KERNEL spin --seconds S               one thread calls it beside another that takes the lock whenever
                                                        it is free: how long it is held and how often released
       harness.py KERNEL trace --calls N                what N calls allocate; off the timing path

KERNEL is module:function or file.py:function; the function is called with 0, 1, 2, ... Each command prints JSON
lines: {"ready": true} once the kernel is loaded and warm; then it waits for a line on stdin, so that several processes
can start together; then its result, or {"error": ...} and exit status 3. Times are in seconds, sizes in bytes.
"""
import argparse
import array
import gc
import hashlib
import importlib
import importlib.util
import json
import os
import platform
import resource
import sys
import threading
import time
import traceback
import tracemalloc

KEPT_CALLS = 200_000            # a thread; later calls are counted only
WARM_SECONDS = 0.05
CALIBRATION_BLOCK = bytes(256 * 1024)


class KernelError(Exception):
    pass


def load(spec):
    place, colon, name = spec.rpartition(":")
    if not colon or not place or not name:
        raise KernelError(f"'{spec}' is no kernel: write module:function or file.py:function")
    try:
        if place.endswith(".py"):
            module_spec = importlib.util.spec_from_file_location("forkcast_kernel", place)
            module = importlib.util.module_from_spec(module_spec)
            module_spec.loader.exec_module(module)
        else:
            sys.path.insert(0, os.getcwd())
            module = importlib.import_module(place)
    except FileNotFoundError:
        raise KernelError(f"there is no file {place}") from None
    except ModuleNotFoundError as error:
        if error.name != place.split(".")[0]:
            raise KernelError(f"{place} cannot be loaded: {error}") from None
        raise KernelError(f"there is no module {place} for this interpreter") from None
    except Exception as error:
        raise KernelError(f"{place} cannot be loaded: {last_line(error)}") from None
    function = getattr(module, name, None)
    if not callable(function):
        raise KernelError(f"{place} has no function {name}")
    return function


def last_line(error):
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = f" ({os.path.basename(place[0].filename)}:{place[0].lineno})" if place else ""
    return f"{type(error).__name__}: {error}{where}"


def guarded(function):
    """The kernel, whose exceptions end the measurement with a message."""
    def call(sequence):
        try:
            function(sequence)
        except Exception as error:
            raise KernelError(f"the kernel raised {last_line(error)} on call {sequence}") from None
    return call


def lock_is_there():
    enabled = getattr(sys, "_is_gil_enabled", None)
    if enabled is not None:
        return enabled()
    return platform.python_implementation() in ("CPython", "PyPy")


def cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def switches():
    usage = resource.getrusage(resource.RUSAGE_THREAD)
    return usage.ru_nvcsw, usage.ru_nivcsw


def memory():
    wanted = {"Rss": "rss_bytes", "Pss": "pss_bytes", "Pss_Anon": "anonymous_bytes", "Pss_File": "file_bytes",
              "Private_Clean": "uss_bytes", "Private_Dirty": "uss_bytes"}
    sizes = {}
    try:
        with open("/proc/self/smaps_rollup", encoding="ascii") as lines:
            for line in lines:
                key = wanted.get(line.split(":")[0])
                if key:
                    sizes[key] = sizes.get(key, 0) + 1024 * int(line.split()[1])
    except OSError:
        pass                    # no such file: nothing is said about memory
    return sizes


def quantiles(values):
    values = sorted(values)
    last = len(values) - 1
    return {f"p{p:g}": values[round(last * p / 100)] * 1e-9 for p in (1, 10, 25, 50, 75, 90, 99)}


def clock_overhead():
    """Seconds of CPU that reading the clocks adds to a call."""
    clock, wall = time.thread_time_ns, time.perf_counter_ns
    costs = []
    for _ in range(200):
        before = clock()
        wall()
        wall()
        costs.append(clock() - before)
    costs.sort()
    return costs[len(costs) // 2]


class Caller:
    """One thread that calls the kernel until a deadline and keeps what each call took."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.calls = 0
        self.cpu = array.array("q")
        self.wall = array.array("q")
        self.voluntary = self.involuntary = 0
        self.error = None

    def call_until(self, deadline):
        kernel, cpu, wall = self.kernel, self.cpu, self.wall
        cpu_clock, wall_clock = time.thread_time_ns, time.perf_counter_ns
        deadline_ns = int(deadline * 1e9)
        voluntary, involuntary = switches()
        calls = 0
        try:
            now = wall_clock()
            while now < deadline_ns or calls == 0:
                cpu_before = cpu_clock()
                kernel(calls)
                cpu_after = cpu_clock()
                end = wall_clock()
                if calls < KEPT_CALLS:
                    cpu.append(cpu_after - cpu_before)
                    wall.append(end - now)
                calls += 1
                now = wall_clock()
        except KernelError as error:
            self.error = str(error)
        after = switches()
        self.calls = calls
        self.voluntary, self.involuntary = after[0] - voluntary, after[1] - involuntary


def summary(callers, elapsed, overhead):
    for caller in callers:
        if caller.error:
            raise KernelError(caller.error)
    cpu = [max(0, value - overhead) for caller in callers for value in caller.cpu]
    wall = [value for caller in callers for value in caller.wall]
    calls = sum(caller.calls for caller in callers)
    return {"calls": calls, "elapsed_s": elapsed, "throughput_rps": calls / elapsed,
            "cpu_mean_s": sum(cpu) / len(cpu) * 1e-9, "cpu_s": quantiles(cpu),
            "wall_mean_s": sum(wall) / len(wall) * 1e-9, "wall_s": quantiles(wall),
            "voluntary_per_call": sum(caller.voluntary for caller in callers) / calls,
            "involuntary_per_call": sum(caller.involuntary for caller in callers) / calls,
            "memory": memory()}


def run(kernel, threads, seconds, started):
    overhead = clock_overhead()
    callers = [Caller(kernel) for _ in range(threads)]
    barrier = threading.Barrier(threads + 1)
    begin = [0.0]

    def body(caller):
        barrier.wait()
        caller.call_until(begin[0] + seconds)

    workers = [threading.Thread(target=body, args=(caller,), daemon=True) for caller in callers]
    for worker in workers:
        worker.start()
    started()
    gc.collect()
    begin[0] = time.perf_counter()
    barrier.wait()
    for worker in workers:
        worker.join()
    return summary(callers, time.perf_counter() - begin[0], overhead)


class Sampler:
    """A second thread that takes the lock and lets it go again, over and over: what it gets is what others leave."""

    def __init__(self):
        self.turns = 0
        self.stop = False
        self.thread = threading.Thread(target=self.sample, daemon=True)
        self.thread.start()

    def sample(self):
        while not self.stop:
            time.sleep(0)           # lets the lock go and sleeps for a moment, so that nobody starves
            self.turns += 1

    def switches(self):
        with open(f"/proc/self/task/{self.thread.native_id}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("voluntary"))

    def during(self, work):
        turns, switched, start = self.turns, self.switches(), time.perf_counter()
        work()
        elapsed = time.perf_counter() - start
        return {"elapsed_s": elapsed, "turns": self.turns - turns, "switches": self.switches() - switched}


def releasing(sequence):
    """Lets the lock go once, for some hundred microseconds, and hardly needs it otherwise."""
    hashlib.sha256(CALIBRATION_BLOCK)


def spin(kernel, seconds, started):
    """Rounds of: the sampler alone, beside the kernel, beside a kernel that releases the lock once a call."""
    started()
    overhead = clock_overhead()
    # Nobody is forced to let go: whenever the sampler gets the lock it was free.
    interval = sys.getswitchinterval()
    sys.setswitchinterval(10.0)
    sampler = Sampler()
    rounds = []
    try:
        for _ in range(max(3, round(seconds / 0.5))):
            entry = {"alone": sampler.during(lambda: time.sleep(0.15))}
            for name, function in (("kernel", kernel), ("releasing", releasing)):
                caller = Caller(function)
                sampled = sampler.during(lambda: caller.call_until(time.perf_counter() + 0.15))
                entry[name] = dict(summary([caller], sampled["elapsed_s"], overhead), **sampled)
            rounds.append(entry)
    finally:
        sampler.stop = True
        sampler.thread.join(5)
        sys.setswitchinterval(interval)
    return {"rounds": rounds}


def trace(kernel, calls, started):
    started()
    tracemalloc.start()
    peaks = []
    kernel(0)                   # what the first call keeps for ever is no growth
    gc.collect()
    first = tracemalloc.get_traced_memory()[0]
    for sequence in range(1, calls + 1):
        before = tracemalloc.get_traced_memory()[0]
        if hasattr(tracemalloc, "reset_peak"):
            tracemalloc.reset_peak()
        kernel(sequence)
        peaks.append(tracemalloc.get_traced_memory()[1] - before)
    gc.collect()
    growth = (tracemalloc.get_traced_memory()[0] - first) / calls
    tracemalloc.stop()
    peaks.sort()
    return {"calls": calls, "peak_bytes": peaks[len(peaks) // 2], "growth_bytes": growth}


def describe():
    return {"version": platform.python_version(), "implementation": platform.python_implementation(),
            "lock": lock_is_there(), "switch_interval_s": sys.getswitchinterval(), "cores": cores(),
            "free_threaded_build": "free-threading" in sys.version}


def say(entry):
    print(json.dumps(entry), flush=True)


def wait_for_start():
    say({"ready": True})
    if not sys.stdin.readline():
        raise KernelError("nobody said when to start")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("kernel")
    arguments.add_argument("command", choices=("describe", "run", "spin", "trace"))
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--seconds", type=float, default=1.0)
    arguments.add_argument("--calls", type=int, default=20)
    given = arguments.parse_args()
    try:
        kernel = guarded(load(given.kernel))
        if given.command == "describe":
            say({"ready": True})
            say(describe())
            return 0
        warm_until = time.perf_counter() + WARM_SECONDS
        calls = 0
        while calls < 3 or (time.perf_counter() < warm_until and calls < 1000):
            kernel(calls)
            calls += 1
        if given.command == "run":
            say(run(kernel, given.threads, given.seconds, wait_for_start))
        elif given.command == "spin":
            say(spin(kernel, given.seconds, wait_for_start))
        else:
            say(trace(kernel, given.calls, wait_for_start))
    except KernelError as error:
        say({"error": str(error)})
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
