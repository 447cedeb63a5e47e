# SPDX-License-Identifier: MIT
"""What the models must give: exact means of birth-death processes, and how far a run may be off.

The variance of a time average of f over a long time t is v / t with
v = 2 sum_j (sum_{i <= j} (f_i - mean) p_i)^2 / (p_j births_j)      (W. Whitt 1992, birth-and-death processes)
"""
import itertools
import math


class BirthDeath:
    """States 0, 1, ... with these rates up and down, as far as they matter."""

    def __init__(self, births, deaths):
        self.births = births
        weights = [1.0]
        for up, down in zip(births, deaths[1:]):
            weights.append(weights[-1] * up / down)
        total = sum(weights)
        self.p = [weight / total for weight in weights]

    def mean(self, f):
        return sum(p * value for p, value in zip(self.p, f))

    def variance(self, f):
        """Times t."""
        mean = self.mean(f)
        parts = [(value - mean) * p for p, value in zip(self.p, f)]
        from_left = list(itertools.accumulate(parts))
        from_right = list(itertools.accumulate(reversed(parts)))[::-1]
        # They add up to zero, so the sum up to j is that beyond j; the shorter one has the smaller rounding error.
        middle = sum(1 for total in itertools.accumulate(self.p) if total < 0.5)
        result = 0.0
        for j, (p, up) in enumerate(zip(self.p[:-1], self.births)):
            part = from_left[j] if j < middle else from_right[j + 1]
            if p * up > 0.0:
                result += 2.0 * part * part / (p * up)
        return result


class Expectation:
    """A mean, and the standard deviation of what a run of so many operations finds for it."""

    def __init__(self, mean, deviation_of_one):
        self.mean = mean
        self.deviation_of_one = deviation_of_one

    def deviation(self, operations):
        return self.deviation_of_one / math.sqrt(operations)


def queue(servers):
    """Mean time in the system of M/M/c at load 0.8, by Little's law."""
    rate = 0.8 * servers
    states = range(2000)
    process = BirthDeath([rate] * len(states), [float(min(n, servers)) for n in states])
    return Expectation(process.mean(states) / rate, math.sqrt(process.variance(states) / rate))


def hold(things):
    """A Poisson process of rate n."""
    return Expectation(things, things)


def departures(births, deaths):
    """Rate of the deaths. They vary with the state, and as a Poisson process does; the sum of both is a bound."""
    process = BirthDeath(births, deaths)
    rate = process.mean(deaths)
    return Expectation(rate, (math.sqrt(process.variance(deaths)) + math.sqrt(rate)) * math.sqrt(rate))


def repair(machines):
    """The machine repair model M/M/1//N with a mean of N between repairs."""
    states = range(machines + 1)
    return departures([(machines - n) / machines for n in states], [min(n, 1.0) for n in states])


def sharing(jobs):
    """M/M/4//N with a mean pause of N / 8: to the rate, sharing equally is like any other order of service."""
    states = range(jobs + 1)
    return departures([8.0 * (jobs - n) / jobs for n in states], [min(n, 4.0) for n in states])
