#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fits the shipped gunicorn profiles from the recorded runs in tests/validation/data.

    tools/fit_recorded_runs.py            print the numbers, where each comes from and what it leaves over
    tools/fit_recorded_runs.py --write    write scenarios/profiles/ from them
    tools/fit_recorded_runs.py --check    fail unless the written files hold exactly what it prints

Only probe runs are used, those that a user would make for a profile: one worker with one connection, one worker
saturated (sync and gthread), one process with four threads, two processes, and how keep-alive connections split.
All other runs stay unseen; `forkcast validate --replay` scores the simulator on those.
"""
import argparse
import math
import sys

import recorded_profile
from recorded_runs import PROBES, ROOT, Run, read_runs

PYTHONS = {"py313": "gunicorn-py313", "py314t": "gunicorn-py314t"}
CORES = 2
QUIET = 0.05  # cores of steal or foreign CPU above which a run counts as contaminated
SPLITS = ("wait split", "json split")
PROCESS_SWITCH = 2.4  # us, published for Linux 6.6; only used where processes wake in vain
STILL_TELLING = 0.15  # foreign CPU below which the throughput of a waiting service still tells a split (steps of 14 %)
MIB = 2.0 ** 20


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def geometric_mean(values):
    return math.exp(mean(math.log(value) for value in values))


def steal_slope(runs):
    """ln(CPU per request) = a(case) + slope * steal, from the repeats of each probe (least squares, no constant).

    "json split" stays out: its repeats differ by their split.
    """
    products = squares = 0.0
    for python in PYTHONS:
        for probe in (name for name in PROBES if name != "json split"):
            pair = [run for run in runs if run.python == python and run.probe == probe]
            steal = pair[0].steal - pair[1].steal
            products += steal * math.log(pair[0].cpu / pair[1].cpu)
            squares += steal * steal
    return products / squares


def lognormal_scv(run, demands=1):
    """Squared coefficient of variation of one demand when the latency is a sum of `demands` of them."""
    sigma = math.log(run.latency["p99"] / run.latency["p50"]) / 2.3263
    return demands * math.expm1(sigma * sigma)


def split_chances(stickiness, connections=8):
    """Chance of each size of the larger share when a burst of connections meets two processes."""
    stay = stickiness + (1.0 - stickiness) / 2.0
    chances = {(0, 1): 1.0}  # (where the last one went, how many went to process 0)
    for _ in range(connections - 1):
        following = {}
        for (last, first), chance in chances.items():
            for goes, share in ((last, stay), (1 - last, 1.0 - stay)):
                state = (goes, first + (goes == 0))
                following[state] = following.get(state, 0.0) + chance * share
        chances = following
    sizes = {}
    for (_, first), chance in chances.items():
        larger = max(first, connections - first)
        sizes[larger] = sizes.get(larger, 0.0) + chance
    return sizes


def larger_share(run, fit, threads=4, connections=8):
    """The larger share of a run's connections on two processes, or None where the run does not tell."""
    n = fit.numbers
    if run.foreign > STILL_TELLING:
        return None
    if run.probe == "wait split":
        # A process serves as many connections at once as it has threads; the rest wait.
        alone = max(other.throughput for other in fit.clean("wait threads")) / connections

        def expected(larger):
            return alone * (min(larger, threads) + min(connections - larger, threads))
        return min(range(connections // 2, connections + 1), key=lambda larger: abs(run.throughput - expected(larger)))
    if not fit.locked:
        return None  # one free-threaded process uses both cores: no split shows
    if run.throughput < 1.5 * 1e6 / fit.cycle("json contended"):
        return connections  # one lock's worth of throughput
    # Only a connection that has a process to itself is served at once.
    return connections - 1 if run.latency["p10"] < n["json"] + n["poller_cpu"] else None


class Fit:
    """All numbers of one interpreter's profile. `numbers` holds them, `notes` how each was found."""

    def __init__(self, runs, python, slope):
        self.python = python
        self.slope = slope
        self.runs = [run for run in runs if run.python == python]
        self.numbers = {}
        self.locked = python == "py313"

    def clean(self, probe):
        """The uncontaminated repeats of a probe; when there is none, the least contaminated one."""
        repeats = [run for run in self.runs if run.probe == probe]
        quiet = [run for run in repeats if run.foreign <= QUIET]
        return quiet or [min(repeats, key=lambda run: run.foreign)]

    def undisturbed(self, value, run):
        return value * math.exp(-self.slope * run.steal)

    def cpu(self, probe):
        return geometric_mean(self.undisturbed(run.cpu, run) for run in self.clean(probe))

    def cycle(self, probe):
        """Time between completions."""
        return geometric_mean(self.undisturbed(1e6 / run.throughput, run) for run in self.clean(probe))

    def memory(self, probe, what):
        return mean(what(run) for run in self.clean(probe))

    def fit(self, free_threaded=None):
        """`free_threaded`: the other fit, whose worker thread never waits for a lock and so shows the poller alone."""
        self.fit_cpu(free_threaded)
        self.fit_wait()
        self.fit_memory()
        return self

    def fit_cpu(self, free_threaded):
        n = self.numbers
        sync = geometric_mean([self.cpu("json saturated"), self.cpu("json two processes")])
        gthread = self.cpu("json poller")
        if self.locked:
            n["poller_cpu"] = free_threaded.numbers["poller_cpu"]
            n["connection_cpu"] = free_threaded.numbers["connection_cpu"]
            n["json"] = sync - n["connection_cpu"]
        else:
            n["json"] = self.cycle("json poller")  # its one worker thread is never idle: a request a demand
            n["poller_cpu"] = gthread - n["json"]
            n["connection_cpu"] = sync - n["json"]
        served = n["json"] + n["poller_cpu"]
        if self.locked:
            # CPU = json + poller + h * handover_cpu and cycle = json + poller + h * handover_lock with h hand-overs a
            # request, one voluntary switch each beside the poller's half sleep: least squares over both probes.
            switches = {probe: mean(run.switches for run in self.clean(probe)) - 0.5
                        for probe in ("json poller", "json contended")}
            squares = sum(h * h for h in switches.values())
            n["handover_cpu"] = sum(h * (self.cpu(p) - served) for p, h in switches.items()) / squares
            n["handover_lock"] = sum(h * (self.cycle(p) - served) for p, h in switches.items()) / squares
            # Under contention every release hands over; so do the end of the phase and the poller.
            n["releases"] = switches["json contended"] - 2.0
            n["handovers"] = switches
        else:
            n["contention"] = self.cpu("json contended") / served - 1.0  # two cores: two threads compute
            tails = [run.latency for run in self.clean("json contended")]
            delay = mean((tail["p999"] - tail["p99"]) / math.log(10.0) for tail in tails)
            n["starvation_delay"] = delay
            # One share for each of the threads beyond the cores.
            starving = 0.01 * math.exp(mean(tail["p99"] - tail["p90"] for tail in tails) / delay)
            n["starvation"] = starving / (PROBES["json contended"][2] - CORES)
        n["json_scv"] = geometric_mean(
            geometric_mean(lognormal_scv(run, demands) for run in self.clean(probe))
            for probe, demands in (("json single", 1), ("json saturated", 8), ("json two processes", 8)))
        n["client"] = geometric_mean(run.client for run in self.clean("json poller") + self.clean("json contended"))
        n["client_connect"] = geometric_mean(
            run.client for run in self.clean("json saturated") + self.clean("json two processes")) - n["client"]

    def fit_wait(self):
        n = self.numbers
        sync = self.cpu("wait single") - n["connection_cpu"]
        threads = self.cpu("wait threads") - n["poller_cpu"]
        if self.locked:
            # Three sleeps a request are no hand-overs: for work, in the wait, in the poller.
            n["wait_handovers"] = mean(run.switches for run in self.clean("wait threads")) - 3.0
            threads -= n["wait_handovers"] * n["handover_cpu"]
        else:
            threads /= 1.0 + n["contention"] * self.overlap("wait threads")
        n["wait"] = geometric_mean([sync, threads])
        singles = self.clean("wait single")
        # Below the median, where neither steal nor the host's slow moments reach.
        n["wait_scv"] = geometric_mean(
            ((run.latency["p50"] - run.latency["p10"]) / 1.2816 / run.cpu) ** 2 for run in singles)
        n["wait_client"] = geometric_mean(run.client for run in self.clean("wait threads"))
        n["wait_client_connect"] = geometric_mean(run.client for run in singles) - n["wait_client"]
        # All that one connection sees beside what is known: the sleep, timer slack and wake-ups of an idle machine.
        n["sleep"] = (mean(run.latency["p50"] for run in singles)
                      - n["wait"] - n["connection_cpu"] - n["wait_client"] - n["wait_client_connect"])

        # An idle process that wakes in vain switches once more.
        idle = PROBES["wait four processes"][1] - 1
        extra = (mean(run.switches for run in self.clean("wait four processes"))
                 - mean(run.switches for run in singles)) / idle
        n["wakeup_cpu"] = max(0.0, extra) * 2.0 * PROCESS_SWITCH

    def overlap(self, probe):
        """How often a second thread computes at the same time, as a share: cores used beyond what one could."""
        return mean(run.cores for run in self.clean(probe)) / CORES

    def fit_memory(self):
        n = self.numbers
        one, two = self.memory("json saturated", Run.charge), self.memory("json two processes", Run.charge)
        n["kernel_per_process"] = (self.memory("json two processes", Run.kernel_memory)
                                   - self.memory("json saturated", Run.kernel_memory))
        n["process"] = two - one - n["kernel_per_process"]
        n["thread"] = self.memory("wait threads", Run.touched) / 8.0
        n["json_live"] = self.memory("json contended", Run.touched) / 4.0 - n["thread"]
        # What one request in flight touches in a worker that has served nothing yet.
        n["request"] = self.memory("json saturated", Run.touched)
        # sync and gthread differ by the modules that gthread imports: the middle serves both.
        started = mean([one, self.memory("json poller", Run.charge) - n["thread"]])
        n["container"] = started - (two - one) - n["json_live"] - n["request"]
        # PSS knows no kernel memory, but pages of files that another cgroup is charged for.
        n["files_outside"] = mean(
            self.memory(probe, lambda run: run.load["pss_bytes"] - run.charge())
            + PROBES[probe][1] * n["kernel_per_process"]
            for probe in ("json saturated", "json two processes"))
        boots = {count: mean(run.boot_cpu for probe, key in PROBES.items() if key[1] == count
                             for run in self.clean(probe)) for count in (1, 2)}
        n["spawn_cpu"] = (boots[2] - boots[1]) * 1e6
        alone = self.clean("json saturated") + self.clean("wait single")
        n["spawn_wait"] = max(0.0, mean(run.start - run.boot_cpu for run in alone)) * 1e6

    # The closed forms that the fit inverts, for the residuals: microseconds and requests a second.
    def predict(self, run):
        n = self.numbers
        kernel, processes, threads, server, connections = run.key
        client = n["client"] if kernel == "json" else n["wait_client"]
        sleep = n["sleep"] if kernel == "wait" else 0.0
        demand = busy = n[kernel]  # CPU of a request; time that it keeps a worker or the lock busy
        lock = 0.0
        if server == "sync":
            demand = busy = demand + n["connection_cpu"]
            client += n["client_connect"] if kernel == "json" else n["wait_client_connect"]
        elif self.locked:
            handovers = n["wait_handovers"] if kernel == "wait" else n["handovers"][run.probe]
            lock = busy = busy + n["poller_cpu"] + handovers * n["handover_lock"]
            demand += n["poller_cpu"] + handovers * n["handover_cpu"]
        else:
            overlap = self.overlap(run.probe) if kernel == "wait" else min(threads, CORES) - 1
            demand = (demand + n["poller_cpu"]) * (1.0 + n["contention"] * overlap)
        cycle = max((sleep + busy) / (processes * threads), lock / processes,
                    (sleep + demand + client) / connections, (demand + client) / CORES)
        return demand, 1e6 / cycle


def fit_all(runs):
    slope = steal_slope(runs)
    free = Fit(runs, "py314t", slope).fit()
    locked = Fit(runs, "py313", slope).fit(free)
    splits = [(run, larger_share(run, fit)) for fit in (locked, free) for run in fit.runs if run.probe in SPLITS]
    splits = [(run, larger) for run, larger in splits if larger is not None]
    stickiness = max((step / 1000.0 for step in range(1000)),
                     key=lambda s: sum(math.log(split_chances(s)[larger]) for _, larger in splits))
    for fit in (locked, free):
        fit.numbers["stickiness"] = stickiness
    return {"py313": locked, "py314t": free}, slope, splits


def fitted_from(fit, splits):
    own = {run.index for run in fit.runs if run.probe and run.probe != "json split"}
    return sorted(own | {run.index for run, _ in splits})


def report(fits, slope, splits, runs):
    contaminated = sum(run.foreign > QUIET for run in runs)
    print(f"{len(runs)} runs, {contaminated} contaminated (steal or foreign CPU above {QUIET} cores)")
    print(f"CPU per request grows as exp({slope:.2f} steal); fitted demands are at no steal\n")
    print("splits of 8 keep-alive connections on two gthread processes: "
          + ", ".join(f"run {run.index}: {larger}:{8 - larger}" for run, larger in splits))
    sticky = fits["py313"].numbers["stickiness"]
    chances = split_chances(sticky)
    print(f"stickiness {sticky:.3f} (maximum likelihood): "
          + ", ".join(f"{k}:{8 - k} {chances[k]:.0%}" for k in sorted(chances)) + "\n")
    for fit in fits.values():
        print(f"{PYTHONS[fit.python]}  (fitted from runs {', '.join(map(str, fitted_from(fit, splits)))})")
        for name, value in fit.numbers.items():
            if isinstance(value, float):
                scaled, unit = (value / MIB, "MiB") if name in recorded_profile.BYTES else (value, "")
                unit = "us" if name in recorded_profile.TIMES else unit
                print(f"  {name:20s} {scaled:12.4g} {unit}")
        print("  residuals of the closed forms (a contaminated run is marked *):")
        for run in fit.runs:
            if run.probe and run.probe not in SPLITS:
                cpu, throughput = fit.predict(run)
                print(f"    run {run.index:3d}{'*' if run.foreign > QUIET else ' '} {run.probe:20s}"
                      f" cpu {run.cpu:6.0f} us {cpu / run.cpu - 1:+7.1%}"
                      f"   throughput {run.throughput:6.0f}/s {throughput / run.throughput - 1:+7.1%}")
        print()
    print("not identifiable from these runs, and so assumed: " + ", ".join(recorded_profile.ASSUMED))


def outputs(fits, splits):
    """Path -> text of every file that holds fitted numbers."""
    files = {}
    for python, name in PYTHONS.items():
        ids = fitted_from(fits[python], splits)
        files[f"scenarios/profiles/{name}.profile.yaml"] = recorded_profile.text(python, fits[python].numbers, ids)
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write the profiles")
    parser.add_argument("--check", action="store_true", help="fail unless the written files hold these numbers")
    arguments = parser.parse_args()
    runs = read_runs()
    fits, slope, splits = fit_all(runs)
    if not arguments.check:
        report(fits, slope, splits, runs)
    stale = []
    for path, text in outputs(fits, splits).items():
        target = ROOT / path
        if arguments.write:
            target.write_text(text, encoding="utf-8")
        elif arguments.check and (not target.exists() or target.read_text(encoding="utf-8") != text):
            stale.append(path)
    for path in stale:
        print(f"{path}: differs from the fit; run tools/fit_recorded_runs.py --write", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
