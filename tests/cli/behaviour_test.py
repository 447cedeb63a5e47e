#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a text case cannot show: signals, terminals. usage: behaviour_test.py PROGRAM"""
import json
import os
import pathlib
import pty
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = ""

# Long enough that it is interrupted in the middle on any machine.
LONG = """
service: {load: {connections: 64}}
profiles:
  app: {kernels: {request: {phases: [{cpu: 1ms}, {wait: 1ms}]}}}
run: {replications: 4000, duration: 200s}
deployments:
  quick: {profile: app, server: gunicorn_sync, processes: 1}
  slow: {profile: app, server: gunicorn_sync, processes: 8}
"""
SHORT = LONG.replace("4000", "3").replace("200s", "2s")
WRONG = LONG.replace("connections", "conections")


class Behaviour(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)
        for name, text in (("long.yaml", LONG), ("short.yaml", SHORT), ("wrong.yaml", WRONG)):
            (self.path / name).write_text(text)

    def interrupt(self, number):
        process = subprocess.Popen([PROGRAM, "run", "long.yaml", "--format", "json", "--export", "out.json"],
                                   cwd=self.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        # The first line on stderr comes after the handler is in place.
        self.assertIn("seed", process.stderr.readline())
        time.sleep(0.5)
        process.send_signal(number)
        out, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 130, err)
        self.assertIn("interrupted", err)
        self.assertTrue(json.loads(out)["context"]["interrupted"])
        self.assertEqual((self.path / "out.json").read_text(), out)
        self.assertEqual(sorted(p.name for p in self.path.iterdir()),
                         ["long.yaml", "out.json", "short.yaml", "wrong.yaml"])

    def test_an_interrupted_run_writes_what_it_has_to_stdout_and_exports(self):
        self.interrupt(signal.SIGINT)

    def test_a_terminated_run_writes_what_it_has_too(self):
        self.interrupt(signal.SIGTERM)

    def on_terminal(self, arguments, **environment):
        """What the program shows on a terminal as stderr."""
        ours, theirs = pty.openpty()
        variables = {**os.environ, "TERM": "xterm", **environment}
        variables = {name: value for name, value in variables.items() if value is not None}
        process = subprocess.Popen([PROGRAM, *arguments], cwd=self.path, env=variables, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=theirs)
        os.close(theirs)
        seen = b""
        while True:
            try:
                chunk = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not chunk:
                break
            seen += chunk
        os.close(ours)
        process.wait(timeout=120)
        return seen.decode()

    def test_colour_is_for_terminals_whose_user_wants_it(self):
        self.assertIn("\x1b[", self.on_terminal(["run", "wrong.yaml"], NO_COLOR=None))
        self.assertIn("\x1b[", self.on_terminal(["run", "wrong.yaml"], NO_COLOR=""))
        self.assertNotIn("\x1b[", self.on_terminal(["run", "wrong.yaml"], NO_COLOR="1"))
        self.assertNotIn("\x1b[", self.on_terminal(["run", "wrong.yaml"], NO_COLOR=None, TERM="dumb"))
        result = subprocess.run([PROGRAM, "run", "wrong.yaml"], cwd=self.path, capture_output=True, text=True)
        self.assertNotIn("\x1b", result.stderr)

    def test_progress_is_for_terminals(self):
        result = subprocess.run([PROGRAM, "run", "short.yaml"], cwd=self.path, capture_output=True, text=True)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotIn("\r", result.stderr)
        self.assertNotIn("\r", self.on_terminal(["run", "short.yaml"], TERM="dumb").replace("\r\n", "\n"))


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
