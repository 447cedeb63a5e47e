#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The measuring itself: theory against closed forms, what a comparison makes of runs, and that the programs run the
models that they say.

usage: bench_test.py BUILD
"""
import contextlib
import io
import math
import pathlib
import sys
import unittest

import bench
import comparison
import contestants
import node
import report
import theory

BUILD = pathlib.Path()


class Theory(unittest.TestCase):
    def test_a_single_server_queue_has_its_closed_form(self):
        one = theory.queue(1)
        self.assertAlmostEqual(one.mean, 1 / (1 - 0.8))
        # Asymptotic variance of the number in the system: 2 rho (1 + rho) / (1 - rho)^4.
        self.assertAlmostEqual(one.deviation(1), math.sqrt(2 * 0.8 * 1.8 / 0.2**4 / 0.8))
        self.assertAlmostEqual(one.deviation(100), one.deviation(1) / 10)

    def test_eight_servers_wait_as_erlang_c_says(self):
        offered = 6.4
        below = sum(offered**n / math.factorial(n) for n in range(8))
        last = offered**8 / math.factorial(8) / 0.2
        self.assertAlmostEqual(theory.queue(8).mean, 1 + last / (below + last) / (8 - offered))

    def test_two_states_have_their_closed_form(self):
        # Up at rate a, down at rate b: mean a / (a + b), variance of the time average 2 a b / (a + b)^3.
        process = theory.BirthDeath([3.0, 0.0], [0.0, 2.0])
        self.assertAlmostEqual(process.mean([0, 1]), 0.6)
        self.assertAlmostEqual(process.variance([0, 1]), 2 * 3 * 2 / 5**3)

    def test_one_machine_breaks_and_is_repaired_by_turns(self):
        self.assertAlmostEqual(theory.repair(1).mean, 0.5)

    def test_many_jobs_keep_the_cores_busy(self):
        self.assertAlmostEqual(theory.sharing(1024).mean, 4.0)


class Fake:
    """A contestant that answers the same each time."""

    def __init__(self, name, cpu_s, **outcome):
        self.name = name
        self.outcome = {"cpu_s": cpu_s, "operations": 1000, **outcome}

    def run(self, model, size, operations, seed):
        return {**self.outcome, "cpu_s": self.outcome["cpu_s"] * seed}  # a machine that slows down all the time


def compared(model, *fakes):
    one = comparison.Comparison(model, {fake.name: fake for fake in fakes}, 1.0, "bare")
    for seed in (1, 2, 3):
        one.run(seed)
    return one


class Comparisons(unittest.TestCase):
    def setUp(self):
        self.model = contestants.Model("queue", "1", "customer", contestants.counts(1000, 1000),
                                       theory.Expectation(5, 1))

    def test_ratios_are_taken_within_a_round(self):
        one = compared(self.model, Fake("bare", 1e-3, mean=5.0), Fake("forkcast", 2e-3, mean=5.0))
        self.assertEqual(one.nanoseconds("bare"), [1000.0, 2000.0, 3000.0])
        self.assertEqual(one.ratios("forkcast"), [2.0, 2.0, 2.0])
        self.assertEqual(one.errors(), [])

    def test_a_contestant_with_another_mean_runs_another_model(self):
        off = 5 + 5 / math.sqrt(3000)
        one = compared(self.model, Fake("bare", 1e-3, mean=5.0), Fake("simgrid", 2e-3, mean=off))
        self.assertEqual(len(one.errors()), 1)
        self.assertIn("simgrid, queue 1: the mean is 5.09", one.errors()[0])

    def test_without_a_theory_the_same_by_hand_decides(self):
        model = contestants.Model("limited", "8x8", "request", contestants.counts(1000))
        bare = Fake("bare", 1e-3, mean=1.0, throttled_s=2.0)
        right = Fake("forkcast", 1e-3, mean=1.001, throttled_s=2.0, events=6)
        self.assertEqual(compared(model, bare, right).errors(), [])
        wrong = compared(model, bare, Fake("forkcast", 1e-3, mean=1.0, throttled_s=2.1)).errors()
        self.assertEqual(len(wrong), 3)
        self.assertIn("throttled_s is 2.1, by hand 2", wrong[0])

    def test_without_either_no_more_is_done_than_there_is_time_for(self):
        model = contestants.Model("lock", "1x8", "request", {"forkcast": 2000}, at_most=0.5)
        self.assertEqual(compared(model, Fake("forkcast", 1e-3, mean=1.0)).errors(), [])
        wrong = compared(model, Fake("forkcast", 1e-3, mean=1.0, operations=1200)).errors()
        self.assertEqual(len(wrong), 3)
        self.assertIn("lock 1x8: 1200 requests were done in the time for 1000", wrong[0])

    def test_a_slow_contestant_runs_in_the_first_rounds_only(self):
        model = contestants.Model("queue", "1", "customer", contestants.counts(1000, 1000), theory.Expectation(5, 1),
                                  rounds={"simgrid": 1})
        one = compared(model, Fake("bare", 1e-3, mean=5.0), Fake("simgrid", 2e-3, mean=5.0))
        self.assertEqual(one.ratios("simgrid"), [2.0])


class Tables(unittest.TestCase):
    def test_a_table_is_markdown_with_aligned_columns(self):
        self.assertEqual(report.table([["a", "b"], ["long", "1"]]), "| a    | b |\n|:-----|--:|\n| long | 1 |")

    def test_what_is_not_measured_says_why(self):
        cell = {"cpu_ns_per_operation": {"median": 20.0}, "ratio": {"median": 2.0, "low": 1.9, "high": 2.1},
                "rounds": [1, 2]}
        record = {"model": "hold", "size": "9", "operation": "wait",
                  "contestants": {"bare": cell, "forkcast": cell, "simgrid": {"unmeasured": "no stacks"}}}
        row = report.models([record], {"forkcast": "1", "simgrid": "3"}).splitlines()[-1]
        self.assertEqual([part.strip() for part in row.split("|")[1:-1]],
                         ["hold 9, wait", "20 ns", "20 ns  2x (1.9..2.1)", "unmeasured: no stacks",
                          "unmeasured: not installed", "unmeasured: not installed"])

    def test_exponents_of_a_power_law_are_found(self):
        costs = {(c, t): 3.0 * c**0.5 * t**0.25 for c in node.SIDES for t in node.SIDES}
        for found, true in zip(node.slopes(costs), (0.5, 0.25)):
            self.assertAlmostEqual(found, true)


class Arguments(unittest.TestCase):
    def test_tables_for_the_readme_come_from_a_whole_run(self):
        for part in (["--only", "queue"], ["--quick"], ["--requests", "1e6"]):
            with self.subTest(part[0]), contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit):
                bench.parsed(["--build", "build", "--readme", *part])
        self.assertTrue(bench.parsed(["--build", "build", "--readme"]).readme)


class Programs(unittest.TestCase):
    def test_forkcast_and_the_same_by_hand_agree_with_theory_and_each_other(self):
        found = contestants.present(BUILD)
        for model in contestants.MODELS + contestants.CONTAINERS:
            if model.size == "1000000":
                continue
            with self.subTest(model.title):
                ours = {name: found[name] for name in ("bare", "forkcast")}
                one = comparison.Comparison(model, ours, 0.1, "bare")
                one.run(1)
                self.assertEqual(one.errors(), [])
                self.assertTrue(all(outcomes[0]["operations"] > 1000 for outcomes in one.outcomes.values()))


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1))
    unittest.main()
