# SPDX-License-Identifier: MIT
"""How the cost of a request grows with the containers of a node and their threads."""
import math
import statistics

import contestants

SIDES = (1, 4, 16, 64)
OPERATIONS = 200_000


def models():
    return [contestants.Model("node", f"{containers}x{threads}", "request", {"forkcast": OPERATIONS})
            for containers in SIDES for threads in SIDES]


def slopes(costs):
    """Exponents a, b of cost ~ containers^a threads^b by least squares; costs: (containers, threads) -> cost.

    On a full grid the two are independent.
    """
    def slope(axis):
        x = [math.log(key[axis]) for key in costs]
        y = [math.log(cost) for cost in costs.values()]
        mean_x, mean_y = statistics.fmean(x), statistics.fmean(y)
        return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y)) / sum((a - mean_x) ** 2 for a in x)
    return slope(0), slope(1)


def record(comparisons):
    costs = {}
    for each in comparisons:
        containers, threads = map(int, each.model.size.split("x"))
        costs[containers, threads] = statistics.median(each.nanoseconds("forkcast"))
    by_containers, by_threads = slopes(costs)
    full = costs[SIDES[-1], SIDES[-1]]
    return {
        "cpu_ns_per_request": [{"containers": c, "threads": t, "median": cost} for (c, t), cost in costs.items()],
        "exponent_of_containers": by_containers,
        "exponent_of_threads": by_threads,
        "full_over_one_container": full / costs[1, SIDES[-1]],
        "full_over_one_thread": full / costs[1, 1],
    }
