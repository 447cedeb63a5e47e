# SPDX-License-Identifier: MIT
"""The programs that run the models, and which of them runs what, for how many operations."""
import dataclasses
import json
import pathlib
import subprocess
import sys

import theory

HERE = pathlib.Path(__file__).resolve().parent
NAMES = ("bare", "forkcast", "simgrid", "simpy", "cimba")
TITLES = {"bare": "by hand", "forkcast": "forkcast", "simgrid": "SimGrid", "simpy": "SimPy", "cimba": "cimba"}
STACKS = "a million stacks"


@dataclasses.dataclass(frozen=True)
class Model:
    """One row: a model at one size. `operations`: a run's, by contestant, about a tenth of a second to a second."""
    name: str
    size: str
    operation: str  # what is counted: time is given for one of these
    operations: dict
    expectation: theory.Expectation = None  # None: the same by hand tells what is right, without it only a bound
    at_most: float = 1.0  # of the operations, without either: as many as the cores and locks can serve in the time
    unmeasured: dict = dataclasses.field(default_factory=dict)  # contestant -> why
    rounds: dict = dataclasses.field(default_factory=dict)  # contestant -> at most so many

    @property
    def title(self):
        return f"{self.name} {self.size}"


def counts(bare, simgrid=None, simpy=None, cimba=None):
    given = {"bare": bare, "forkcast": bare, "simgrid": simgrid, "simpy": simpy, "cimba": cimba}
    return {name: count for name, count in given.items() if count}


NO_SHARING = {"cimba": "no shared cores"}

MODELS = [
    Model("queue", "1", "customer", counts(2_000_000, 100_000, 30_000, 1_000_000), theory.queue(1)),
    Model("queue", "8", "customer", counts(2_000_000, 100_000, 30_000, 500_000), theory.queue(8)),
    Model("hold", "100", "wait", counts(3_000_000, 200_000, 100_000, 1_000_000), theory.hold(100)),
    Model("hold", "10000", "wait", counts(1_000_000, 50_000, 50_000, 200_000), theory.hold(10_000)),
    Model("hold", "1000000", "wait", counts(1_000_000, simpy=50_000), theory.hold(1_000_000),
          unmeasured={"simgrid": STACKS, "cimba": STACKS}, rounds={"simpy": 1}),
    Model("repair", "8", "repair", counts(2_000_000, 100_000, 30_000, 500_000), theory.repair(8)),
    Model("sharing", "8", "burst", counts(1_000_000, 50_000, 30_000), theory.sharing(8), unmeasured=NO_SHARING),
    Model("sharing", "64", "burst", counts(1_000_000, 30_000, 30_000), theory.sharing(64), unmeasured=NO_SHARING),
    Model("sharing", "1024", "burst", counts(500_000, 4_000, 30_000), theory.sharing(1024), unmeasured=NO_SHARING),
]

# The container model; those that the hand-written one has, and what more parts of a deployment cost.
CONTAINERS = [
    Model("container", "1x8", "request", counts(500_000)),
    Model("container", "8x1", "request", counts(500_000)),
    Model("limited", "8x8", "request", counts(500_000)),
    Model("lock", "8x1", "request", {"forkcast": 500_000}),
    Model("lock", "1x8", "request", {"forkcast": 100_000}, at_most=0.5),  # one lock, two cores
    Model("poller", "2x4", "request", {"forkcast": 300_000}),
]


class Contestant:
    def __init__(self, name, command):
        self.name = name
        self.command = command
        told = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
        self.version = told.stdout.strip()

    def run(self, model, size, operations, seed):
        """What run_model.hpp prints."""
        arguments = [*self.command, model, size, str(operations), str(seed)]
        process = subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if process.returncode != 0:
            raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}:\n{process.stderr}")
        return json.loads(process.stdout)


def present(build):
    """Those that can run here, by name."""
    found = {}
    for name in NAMES:
        if name == "simpy":
            command = [sys.executable, "-B", str(HERE / "simpy_models.py")]
        else:
            command = [str(build / "tests/bench" / f"bench_{name}")]
            if not pathlib.Path(command[0]).exists():
                continue
        try:
            found[name] = Contestant(name, command)
        except subprocess.CalledProcessError:
            if name != "simpy":
                raise
            continue  # SimPy is not installed
    return found
