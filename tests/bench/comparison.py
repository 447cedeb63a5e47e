# SPDX-License-Identifier: MIT
"""Runs contestants by turns and says how they compare: medians, and quartiles of the ratios within a round."""
import math
import statistics


def summary(values):
    """Median and quartiles."""
    if len(values) < 2:
        return {"median": values[0], "low": values[0], "high": values[0]}
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return {"median": statistics.median(values), "low": low, "high": high}


class Comparison:
    """One model. All contestants run in each round, with the round as seed, and are compared with the baseline.

    effort: share of the model's operations; slow: whether those run that the model gives fewer rounds.
    """

    def __init__(self, model, contestants, effort, baseline, slow=True):
        self.model = model
        self.contestants = [contestants[name] for name in model.operations
                            if name in contestants and (slow or name not in model.rounds)]
        self.effort = effort
        self.baseline = baseline
        self.outcomes = {each.name: [] for each in self.contestants}

    def run(self, seed):
        for contestant in self.contestants:
            name = contestant.name
            if seed > self.model.rounds.get(name, seed):
                continue
            self.outcomes[name].append(
                contestant.run(self.model.name, self.model.size, self.operations(name), seed))

    def operations(self, name):
        return int(self.model.operations[name] * self.effort)

    def nanoseconds(self, name):
        return [1e9 * outcome["cpu_s"] / outcome["operations"] for outcome in self.outcomes[name]]

    def ratios(self, name):
        return [one / base for one, base in zip(self.nanoseconds(name), self.nanoseconds(self.baseline))]

    def errors(self):
        """What the contestants got wrong, in words."""
        return [error for name in self.outcomes for error in self.errors_of(name)]

    def errors_of(self, name):
        outcomes = self.outcomes[name]
        title = f"{name}, {self.model.title}"
        if self.model.expectation is not None:
            mean = statistics.fmean(outcome["mean"] for outcome in outcomes)
            deviation = self.model.expectation.deviation(sum(outcome["operations"] for outcome in outcomes))
            if abs(mean - self.model.expectation.mean) > 4.0 * deviation:
                yield (f"{title}: the mean is {mean:.5g}, in theory {self.model.expectation.mean:.5g} "
                       f"+- {deviation:.2g} (one standard deviation): this is another model")
        elif self.baseline in self.outcomes:
            for outcome, base in zip(outcomes, self.outcomes[self.baseline]):
                for key in base.keys() & outcome.keys() - {"cpu_s"}:
                    if abs(outcome[key] - base[key]) > 0.01 * abs(base[key]):
                        yield f"{title}: {key} is {outcome[key]:.6g}, by hand {base[key]:.6g}: this is another model"
        else:
            most = self.model.at_most * self.operations(name)
            for outcome in outcomes:
                # A burst is exponential: the sum of `most` of them is off by one in sqrt(most).
                if outcome["operations"] > most + 4.0 * math.sqrt(most):
                    yield (f"{title}: {outcome['operations']:.0f} {self.model.operation}s were done in the time for "
                           f"{most:.0f}: this is another model")

    def record(self):
        record = {"model": self.model.name, "size": self.model.size, "operation": self.model.operation,
                  "contestants": {}}
        if self.model.expectation is not None:
            record["mean_in_theory"] = self.model.expectation.mean
        for name, outcomes in self.outcomes.items():
            record["contestants"][name] = {
                "mean": statistics.fmean(outcome["mean"] for outcome in outcomes),
                "cpu_ns_per_operation": summary(self.nanoseconds(name)),
                **({"ratio": summary(self.ratios(name))} if self.baseline in self.outcomes else {}),
                "rounds": outcomes,
            }
        for name, reason in self.model.unmeasured.items():
            record["contestants"].setdefault(name, {"unmeasured": reason})
        return record
