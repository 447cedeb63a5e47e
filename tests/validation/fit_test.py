# SPDX-License-Identifier: MIT
"""The estimators of tools/fit_recorded_runs.py on numbers whose answer is known."""
import copy
import math
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import fit_recorded_runs as fitting  # noqa: E402


class Splits(unittest.TestCase):
    def test_without_stickiness_each_connection_tosses_a_coin(self):
        chances = fitting.split_chances(0.0)
        expected = {4: 70 / 256, 5: 112 / 256, 6: 56 / 256, 7: 16 / 256, 8: 2 / 256}
        self.assertEqual(chances.keys(), expected.keys())
        for larger, chance in expected.items():
            self.assertAlmostEqual(chances[larger], chance)

    def test_with_full_stickiness_all_go_where_the_first_went(self):
        self.assertAlmostEqual(fitting.split_chances(1.0)[8], 1.0)

    def test_all_on_one_side_grows_as_the_chance_to_stay(self):
        # Seven times the same side again: ((1 + s) / 2) ** 7.
        self.assertAlmostEqual(fitting.split_chances(0.6)[8], 0.8 ** 7)


class Spread(unittest.TestCase):
    def test_scv_of_a_lognormal_comes_back_from_two_quantiles(self):
        scv = 0.4
        sigma = math.sqrt(math.log1p(scv))
        run = copy.copy(fitting.read_runs()[0])
        run.latency = {"p50": 1000.0, "p99": 1000.0 * math.exp(2.3263 * sigma)}
        self.assertAlmostEqual(fitting.lognormal_scv(run), scv, places=6)


class Steal(unittest.TestCase):
    def test_a_planted_slope_comes_back(self):
        runs = fitting.read_runs()
        for run in runs:
            run.cpu = 1000.0 * math.exp(1.5 * run.steal)
        self.assertAlmostEqual(fitting.steal_slope(runs), 1.5)


class Shipped(unittest.TestCase):
    def test_more_than_half_of_the_cases_stay_unseen(self):
        runs = fitting.read_runs()
        fits, _, splits = fitting.fit_all(runs)
        for python, fit in fits.items():
            used = set(fitting.fitted_from(fit, splits))
            unseen = [run for run in runs if run.python == python and run.index not in used]
            self.assertGreater(len(unseen), sum(run.python == python for run in runs) / 2)

    def test_a_contaminated_repeat_is_set_aside_when_there_is_a_clean_one(self):
        fits, _, _ = fitting.fit_all(fitting.read_runs())
        for fit in fits.values():
            for probe in fitting.PROBES:
                chosen = fit.clean(probe)
                if len(chosen) > 1:
                    self.assertTrue(all(run.foreign <= fitting.QUIET for run in chosen))


if __name__ == "__main__":
    unittest.main()
