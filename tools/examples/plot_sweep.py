#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws the CSV of a sweep: p99 and, where it was priced, cost over one of its parameters.

    forkcast sweep tools/examples/workers.yaml --export workers.csv
    tools/examples/plot_sweep.py workers.csv workers.png

Debian: python3-pandas python3-matplotlib.
"""
import argparse

import matplotlib

matplotlib.use("Agg")  # no display is needed
import matplotlib.pyplot as plt
import pandas as pd

P99 = "latency_p99_s"


def parameters(rows):
    """The columns of the swept parameters: those between `point` and `deployment`."""
    columns = list(rows.columns)
    return columns[columns.index("point") + 1:columns.index("deployment")]


def cost_column(rows):
    """The monthly cost in whatever currency, if there is any."""
    found = [name for name in rows.columns if name.startswith("cost_") and name.endswith("_per_month")]
    return next((name for name in found if rows[name].notna().any()), None)


def draw(axes, lines, x, y, half_width=None, scale=1.0):
    for label, line in lines:
        line = line.sort_values(x)
        errors = None if half_width is None else line[half_width] * scale
        axes.errorbar(line[x], line[y] * scale, yerr=errors, marker="o", capsize=3, label=label)
    axes.grid(alpha=0.3)
    axes.set_ylim(bottom=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv", help="what `forkcast sweep --export FILE.csv` wrote")
    parser.add_argument("picture", help="PNG, SVG or PDF, by its ending")
    parser.add_argument("--x", help="parameter on the abscissa; the first that was swept")
    parser.add_argument("--by", help="column with one line for each of its values; the second parameter, else the deployment")
    asked = parser.parse_args()

    rows = pd.read_csv(asked.csv)
    swept = parameters(rows)
    x = asked.x or swept[0]
    by = asked.by or next((name for name in swept if name != x), "deployment")
    for name in (x, by):
        if name not in rows.columns:
            parser.error(f"{asked.csv} has no column {name}; swept are {', '.join(swept)}")
    # A saturated queue has no latency, so its points are left out.
    steady = rows[~rows["saturated"].astype(bool)]
    lines = [(str(value), line) for value, line in steady.groupby(by)]

    cost = cost_column(rows)
    figure, panels = plt.subplots(2 if cost else 1, 1, sharex=True, squeeze=False, figsize=(7, 6 if cost else 3.5),
                                  layout="constrained")
    draw(panels[0][0], lines, x, P99, f"{P99}_half_width", 1000.0)
    panels[0][0].set_ylabel("p99 (ms)")
    panels[0][0].legend(title=by)
    if cost:
        draw(panels[1][0], lines, x, cost)
        panels[1][0].set_ylabel(f"{cost.split('_')[1].upper()} a month")
    panels[-1][0].set_xlabel(x)
    figure.savefig(asked.picture, dpi=120)


if __name__ == "__main__":
    main()
