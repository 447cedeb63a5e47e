#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Sweeps that are killed, interrupted, or find no room. usage: sweep_test.py PROGRAM"""
import csv
import json
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = ""

SCENARIO = """
service: {load: 50/s, slo: {p99: 200ms}}
profiles:
  app: {kernels: {request: {phases: [{cpu: {mean: 4ms, shape: exponential}}, {wait: 8ms}]}}}
node: {cores: 2}
deployments:
  threads: {profile: app, server: gunicorn_gthread, processes: 1, threads: 1}
run: {replications: 2, duration: 20s, warm_up: 0s}
sweep:
  grid:
    deployments.threads.threads: 1..20
    service.load: 20..200/s by 20/s
"""
POINTS = 200


class Sweeps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.folder.name)
        (cls.path / "study.yaml").write_text(SCENARIO)
        cls.sweep("--export", "whole.csv", "--export", "whole.jsonl")
        cls.whole = {ending: (cls.path / f"whole.{ending}").read_bytes() for ending in ("csv", "jsonl")}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def sweep(cls, *options, expected=0, **more):
        result = subprocess.run([PROGRAM, "sweep", "study.yaml", *options], cwd=cls.path, capture_output=True, text=True,
                                timeout=300, **more)
        assert result.returncode == expected, (result.returncode, result.stderr)
        return result

    def started(self, *options):
        return subprocess.Popen([PROGRAM, "sweep", "study.yaml", *options], cwd=self.path, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True)

    def wait_for(self, journal, lines):
        """Until the journal has so many lines; the time that this takes is the machine's affair."""
        file = self.path / journal
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if file.exists() and file.read_bytes().count(b"\n") >= lines:
                return
            time.sleep(0.001)
        self.fail(f"{journal} never had {lines} lines")

    def test_killed_at_any_moment_and_resumed_it_ends_with_the_same_bytes(self):
        for lines in (0, 1, 2, 3, 17, 64, 150, POINTS):
            name = f"killed-{lines}"
            process = self.started("--export", f"{name}.csv", "--export", f"{name}.jsonl")
            if lines > 0:
                self.wait_for(f"{name}.csv.journal", lines)
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=60)
            self.assertFalse((self.path / f"{name}.csv").exists() and process.returncode != 0 and lines < 100)
            self.sweep("--export", f"{name}.csv", "--export", f"{name}.jsonl", "--resume")
            for ending, content in self.whole.items():
                self.assertEqual((self.path / f"{name}.{ending}").read_bytes(), content, f"killed after {lines} lines")

    def test_killed_again_and_again(self):
        """Every life finishes some points and tears a line at most, as a machine that is taken away all the time."""
        lives = 0
        done = False
        while not done:
            lives += 1
            process = self.started("--journal", "often.journal", "--export", "often.csv", "--resume", "--jobs", "1")
            journal = self.path / "often.journal"
            before = journal.read_bytes().count(b"\n") if journal.exists() else 0
            target = min(before + 30, POINTS + 1)
            while process.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") < target):
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=60)
            done = process.returncode == 0
            if not done and journal.read_bytes().count(b"\n") > POINTS:
                self.sweep("--journal", "often.journal", "--export", "often.csv", "--resume")
                done = True
        self.assertGreater(lives, 3)
        self.assertEqual((self.path / "often.csv").read_bytes(), self.whole["csv"])

    def test_interrupted_it_says_how_to_go_on(self):
        process = self.started("--export", "interrupted.csv")
        self.wait_for("interrupted.csv.journal", 3)
        process.send_signal(signal.SIGINT)
        err = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, 130, err)
        self.assertIn("interrupted.csv.journal: the same command with --resume goes on", err)
        self.assertFalse((self.path / "interrupted.csv").exists())
        self.sweep("--export", "interrupted.csv", "--resume")
        self.assertEqual((self.path / "interrupted.csv").read_bytes(), self.whole["csv"])

    def test_two_programs_do_not_write_to_one_journal(self):
        process = self.started("--journal", "shared.journal")
        self.wait_for("shared.journal", 2)
        process.send_signal(signal.SIGSTOP)
        result = self.sweep("--journal", "shared.journal", "--resume", expected=2)
        self.assertIn("another forkcast writes to it", result.stderr)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)

    def test_a_full_disk_is_an_error_and_everything_before_it_is_kept(self):
        limit = 50_000

        def small_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

        result = self.sweep("--export", "full.csv", expected=2, preexec_fn=small_files)
        self.assertIn("full.csv.journal: File too large", result.stderr)
        self.assertIn("the same command with --resume goes on", result.stderr)
        self.assertFalse((self.path / "full.csv").exists())
        journal = (self.path / "full.csv.journal").read_text()
        self.assertTrue(journal.endswith("\n"))
        self.assertGreater(len(journal.splitlines()), 2)
        for line in journal.splitlines():
            json.loads(line)
        self.sweep("--export", "full.csv", "--resume")
        self.assertEqual((self.path / "full.csv").read_bytes(), self.whole["csv"])

    def test_rows_are_printed_as_soon_as_their_turn_comes(self):
        process = subprocess.Popen([PROGRAM, "sweep", "study.yaml", "--format", "jsonl", "--quiet", "--jobs", "1"], cwd=self.path,
                                   stdout=subprocess.PIPE, text=True)
        first = json.loads(process.stdout.readline())
        self.assertIsNone(process.poll())
        self.assertEqual(first["point"], 1)
        rest = process.stdout.read()
        process.stdout.close()
        self.assertEqual(process.wait(timeout=300), 0)
        self.assertEqual([json.loads(line)["point"] for line in rest.splitlines()], list(range(2, POINTS + 1)))

    def test_other_readers_understand_the_table(self):
        with open(self.path / "whole.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        objects = [json.loads(line) for line in self.whole["jsonl"].splitlines()]
        self.assertEqual(len(rows), POINTS)
        self.assertEqual(list(rows[0])[:4], ["point", "deployments.threads.threads", "service.load_per_s", "deployment"])
        for row, one in zip(rows, objects):
            self.assertEqual(list(row), list(one))
            for name, value in one.items():
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    self.assertEqual(float(row[name]), value)
                elif value is None:
                    self.assertEqual(row[name], "")
        # More load, more throughput, up to what one thread can do.
        throughput = [float(row["throughput_per_s"]) for row in rows if row["deployments.threads.threads"] == "20"]
        self.assertEqual(throughput, sorted(throughput))


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
