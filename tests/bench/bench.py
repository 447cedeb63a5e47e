#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Speed of forkcast beside the same models by hand and in other simulators. Everything takes turns in every round,
since machines drift, and only ratios within a round count. Run by tools/bench, which builds what this needs."""
import argparse
import json
import os
import pathlib
import platform
import sys

import comparison
import contestants
import memory
import node
import report
import start

HERE = pathlib.Path(__file__).resolve().parent
README = HERE / "README.md"
MARK = "<!-- written by tools/bench --readme -->"


def parsed(arguments):
    names = sorted({model.name for model in contestants.MODELS + contestants.CONTAINERS} | {"node", "start"})
    parser = argparse.ArgumentParser(prog="tools/bench", description=__doc__)
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds; 11 unless told, 3 with --quick")
    parser.add_argument("--quick", action="store_true", help="a third of the work, 3 rounds: about a minute")
    parser.add_argument("--only", action="append", choices=names, metavar="MODEL",
                        help=f"only this, may be repeated: {', '.join(names)}")
    parser.add_argument("--json", metavar="FILE", help="writes every round and all summaries")
    parser.add_argument("--readme", action="store_true", help="writes the tables into tests/bench/README.md as well")
    parser.add_argument("--requests", type=float, metavar="N",
                        help="instead: peak memory of a limited container over 10^5, 10^6, ... up to N requests")
    parser.add_argument("--build", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.rounds = options.rounds or (3 if options.quick else 11)
    if options.rounds < 1 or (options.requests is not None and not 1e5 <= options.requests <= 1e12):
        parser.error("--rounds is at least 1, --requests between 1e5 and 1e12")
    if options.readme and (options.only or options.quick or options.requests is not None):
        parser.error("--readme writes all tables from full runs: not with --only, --quick or --requests")
    return options


def machine():
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
               platform.machine())
    return {"cpu": cpu, "cores": os.cpu_count(), "system": f"{platform.system()} {platform.release()}",
            "load_average": os.getloadavg()[0]}


def progress(text):
    if sys.stderr.isatty():
        print(f"\r{text}\033[K", end="", file=sys.stderr, flush=True)


def write_whole(path, text):
    new = path.with_name(path.name + ".new")
    new.write_text(text)
    new.replace(path)


def compared(options, found):
    """Runs all rounds; the record of everything, and what contestants got wrong."""
    def wanted(model):
        return not options.only or model.name in options.only

    effort = 1.0 / 3.0 if options.quick else 1.0
    sections = {"models": contestants.MODELS, "containers": contestants.CONTAINERS, "node": node.models()}
    rows = {name: [comparison.Comparison(model, found, effort, "bare", slow=not options.quick)
                   for model in section if wanted(model)]
            for name, section in sections.items()}
    for number in range(1, options.rounds + 1):
        for row in sum(rows.values(), []):
            progress(f"round {number} of {options.rounds}: {row.model.title}")
            row.run(number)
    progress("")
    record = {"machine": machine(), "versions": {each.name: each.version for each in found.values()},
              "rounds": options.rounds, "models": [row.record() for row in rows["models"]],
              "containers": [row.record() for row in rows["containers"]]}
    if rows["node"]:
        record["node"] = node.record(rows["node"])
    if not options.only or "start" in options.only:
        record["start"] = start.measure(options.build / "tools/forkcast", 10 * options.rounds)
    return record, [error for row in sum(rows.values(), []) for error in row.errors()]


def main():
    options = parsed(sys.argv[1:])
    found = contestants.present(options.build)
    if options.requests is not None:
        memory.show(found["forkcast"], options.requests)
        return 0
    record, errors = compared(options, found)
    text = report.whole(record)
    print(text, end="")
    for error in errors:
        print(f"bench: {error}", file=sys.stderr)
    if errors:
        return 1
    if options.json:
        write_whole(pathlib.Path(options.json), json.dumps(record, indent=1) + "\n")
    if options.readme:
        before, _, after = README.read_text().split(MARK)
        write_whole(README, f"{before}{MARK}\n\n{text}\n{MARK}{after}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
