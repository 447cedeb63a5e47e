#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Instructions of an operation, by callgrind: a figure that no other load on the machine changes. As a test it compares
them with the recorded ones (instructions.json), which hold for one compiler; with another it is skipped.

usage: instructions.py --build FOLDER --compiler NAME [--record]
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
RECORDED = HERE / "instructions.json"
MARGIN = 0.03  # of the recorded figure: other versions of the C library

# program, model, size, operations of the shorter of two runs, whose difference leaves out what a start costs
CASES = [
    ("bare", "queue", "1", 10_000),
    ("forkcast", "queue", "1", 10_000),
    ("forkcast", "queue", "8", 10_000),
    ("forkcast", "hold", "10000", 10_000),
    ("forkcast", "repair", "8", 10_000),
    ("forkcast", "sharing", "64", 10_000),
    ("bare", "container", "1x8", 10_000),
    ("forkcast", "container", "1x8", 10_000),
    ("bare", "limited", "8x8", 10_000),
    ("forkcast", "limited", "8x8", 10_000),
    ("forkcast", "lock", "1x8", 1_000),
    ("forkcast", "node", "1x64", 20_000),
    ("forkcast", "node", "64x64", 20_000),
]


def run(build, program, model, size, operations):
    """(instructions, operations) of one run."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--",
               str(build / "tests/bench" / f"bench_{program}"), model, size, str(operations), "1"]
    process = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", process.stderr)
    if process.returncode != 0 or not collected:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{process.stderr}")
    return int(collected[1]), json.loads(process.stdout)["operations"]


def instructions_per_operation(build, program, model, size, operations):
    short = run(build, program, model, size, operations)
    long = run(build, program, model, size, 3 * operations)
    return (long[0] - short[0]) / (long[1] - short[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--compiler", required=True, help="name, version, processor, kind of build and flags")
    parser.add_argument("--record", action="store_true", help="writes the figures down instead")
    options = parser.parse_args()
    options.compiler = options.compiler.strip()
    recorded = json.loads(RECORDED.read_text())
    if shutil.which("valgrind") is None:
        print("skipped: valgrind is not installed")
        return 77
    if not options.record and options.compiler != recorded["compiler"]:
        print(f"skipped: recorded for {recorded['compiler']}, this is {options.compiler}")
        return 77

    figures = {}
    failures = 0
    for program, model, size, operations in CASES:
        name = f"{program} {model} {size}"
        figures[name] = round(instructions_per_operation(options.build, program, model, size, operations))
        bound = (1.0 + MARGIN) * recorded["instructions_per_operation"].get(name, 0)
        failed = not options.record and figures[name] > bound
        failures += failed
        print(f"{name:28} {figures[name]:>6}" + ("" if options.record else f"  at most {bound:>8,.0f}") +
              ("  FAILED" if failed else ""), flush=True)
    if options.record:
        text = json.dumps({"compiler": options.compiler, "instructions_per_operation": figures}, indent=1)
        RECORDED.write_text(text + "\n")
    if failures:
        print(f"\nmore instructions than recorded. Where that is meant, write them down again:\n  {sys.executable} "
              f"{pathlib.Path(__file__)} --build {options.build} --compiler '{options.compiler}' --record")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
