# SPDX-License-Identifier: MIT
"""What tools/bench prints: tables that are both Markdown and readable."""
import contestants

PEERS = ("forkcast", "simgrid", "simpy", "cimba")


def table(rows):
    """The first row is the head; columns but the first are right-aligned."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for number, row in enumerate(rows):
        cells = [cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))]
        lines.append("| " + " | ".join(cells) + " |")
        if number == 0:
            lines.append("|" + "|".join(":" + "-" * (width + 1) if i == 0 else "-" * (width + 1) + ":"
                                        for i, width in enumerate(widths)) + "|")
    return "\n".join(lines)


def number(value):
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"


def time(cell):
    return f"{number(cell['cpu_ns_per_operation']['median'])} ns"


def compared(cell):
    ratio = cell["ratio"]
    spread = "" if len(cell["rounds"]) < 2 else f" ({number(ratio['low'])}..{number(ratio['high'])})"
    return f"{time(cell)}  {number(ratio['median'])}x{spread}"


def models(records, versions):
    rows = [["model, for one"] + [contestants.TITLES[name] for name in ("bare", *PEERS)]]
    for record in records:
        row = [f"{record['model']} {record['size']}, {record['operation']}", time(record["contestants"]["bare"])]
        for name in PEERS:
            cell = record["contestants"].get(name, {"unmeasured": "slow"})
            if name not in versions:
                row.append("unmeasured: not installed")
            elif "unmeasured" in cell:
                row.append(f"unmeasured: {cell['unmeasured']}")
            else:
                row.append(compared(cell))
        rows.append(row)
    return table(rows)


def containers(records):
    rows = [["container", "by hand", "forkcast", "requests/s", "events a request"]]
    for record in records:
        ours = record["contestants"]["forkcast"]
        bare = record["contestants"].get("bare")
        events = ours["rounds"][0]["events"] / ours["rounds"][0]["operations"]
        rows.append([f"{record['model']} {record['size']}", time(bare) if bare else "",
                     compared(ours) if bare else time(ours),
                     f"{1e3 / ours['cpu_ns_per_operation']['median']:.2f} M", f"{events:.1f}"])
    return table(rows)


def node(record):
    costs = {(cell["containers"], cell["threads"]): cell["median"] for cell in record["cpu_ns_per_request"]}
    sides = sorted({key[0] for key in costs})
    rows = [["containers"] + [f"{threads} threads" if threads > 1 else "1 thread" for threads in sides]]
    rows += [[str(count)] + [f"{1e3 / costs[count, threads]:.2f} M" for threads in sides] for count in sides]
    largest = sides[-1]
    return (f"{table(rows)}\n\nCost of a request ~ containers^{record['exponent_of_containers']:.2f} "
            f"threads^{record['exponent_of_threads']:.2f}; {largest} x {largest} costs "
            f"{record['full_over_one_container']:.2f}x one container of {largest} threads "
            f"(target 2x) and {record['full_over_one_thread']:.2f}x one thread alone.")


def start(record):
    ours, cpu, true = (record[key] for key in ("forkcast_version_ms", "forkcast_version_cpu_ms", "bin_true_ms"))
    ratio = record["ratio"]
    return (f"`forkcast --version` takes {ours['median']:.1f} ms from start to end "
            f"({ours['low']:.1f}..{ours['high']:.1f}; target 20 ms), {cpu['median']:.1f} ms of it CPU time; "
            f"`/bin/true` {true['median']:.1f} ms: {ratio['median']:.2f}x ({ratio['low']:.2f}..{ratio['high']:.2f}).")


def machine(record):
    versions = ", ".join(f"{contestants.TITLES[name]} {version}" for name, version in record["versions"].items()
                         if name not in ("bare", "forkcast"))
    return (f"{record['machine']['cpu']}, {record['machine']['cores']} cores, {record['machine']['system']}; "
            f"{record['versions'].get('bare', '')}; {versions or 'no peer is installed'}; "
            f"medians of {record['rounds']} rounds, quartiles of the ratios in brackets.")


def whole(record):
    parts = [machine(record)]
    if record.get("models"):
        parts.append(models(record["models"], record["versions"]))
    if record.get("containers"):
        parts.append(containers(record["containers"]))
    if record.get("node"):
        parts.append("Requests/s on one core of a node with so many containers:\n\n" + node(record["node"]))
    if record.get("start"):
        parts.append(start(record["start"]))
    return "\n\n".join(parts) + "\n"
