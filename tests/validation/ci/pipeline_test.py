#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""forkcast profile and forkcast validate on real servers, from end to end: files are valid, commands end well, nothing
is left behind. How accurate predictions are is not asked: a shared machine is no place to measure.

usage: pipeline_test.py REPOSITORY FORKCAST THREADED_SERVER
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

REPOSITORY = FORKCAST = THREADED_SERVER = pathlib.Path()
HERE = pathlib.Path(__file__).resolve().parent
PATIENCE_S = 300

GUNICORN = "env HEAP_MB=1 gunicorn wsgi_app:application --chdir tests/validation/servers -b 127.0.0.1:{port} -w {processes} "
GTHREAD = GUNICORN + "-k gthread --threads {threads} {preload}"
SYNC = GUNICORN + "-k sync {preload}"

# The profile is good for what profiles are for.
SCENARIO = """
service: {load: {connections: 8}, kernel: KERNEL}
profiles: {measured: {file: PROFILE}}
deployments:
  one: {profile: measured, server: SERVER}
  two: {profile: measured, server: SERVER, processes: 2}
run: {replications: 3, duration: 1s}
"""


def cgroups_of(pid):
    """Groups that a forkcast of this process id has made and not removed."""
    found = []
    for folder, children, _ in os.walk("/sys/fs/cgroup"):
        found += [os.path.join(folder, child) for child in children if child.startswith(f"forkcast-{pid}-")]
    return found


class Pipeline(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.limits = True  # can be set: there are cgroups
        self.mark = uuid.uuid4().hex  # in the environment of everything that a test starts
        self.addCleanup(self.end_all)

    def started(self):
        """Processes with the mark that run, ourselves left out."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and f"PIPELINE={self.mark}".encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue  # it has ended, or is somebody else's
        return found

    def end_all(self):
        for pid in self.started():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def start(self, *arguments):
        environment = {**os.environ, "PIPELINE": self.mark, "HOME": str(self.home / "home"),
                       "TMPDIR": str(self.home / "temporary"), "PYTHONDONTWRITEBYTECODE": "1",
                       "FORKCAST_BUILD": str(THREADED_SERVER.parents[3])}
        for name in ("home", "temporary"):
            (self.home / name).mkdir(exist_ok=True)
        return subprocess.Popen([FORKCAST, *map(str, arguments)], cwd=REPOSITORY, env=environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def leaves_nothing(self, process):
        self.assertEqual(self.started(), [], "processes left behind")
        self.assertEqual(cgroups_of(process.pid), [], "cgroups left behind")
        for name in ("home", "temporary"):
            self.assertEqual(list((self.home / name).iterdir()), [], "files left behind")

    def run_it(self, *arguments):
        process = self.start(*arguments)
        out, err = process.communicate(timeout=PATIENCE_S)
        self.leaves_nothing(process)
        return process.returncode, out, err

    def need_gunicorn(self):
        if not shutil.which("gunicorn"):
            self.skipTest("gunicorn is not installed")

    def profile(self, name, command, path):
        file = self.home / f"{name}.profile.yaml"
        status, _, err = self.run_it("profile", "--name", name, "--command", command, "--url", path, "--quick",
                                     "--export", file)
        self.assertEqual(status, 0, err)
        self.say_what_was_skipped(err)
        return file

    def say_what_was_skipped(self, err):
        for line in err.splitlines():
            if "cgroup" in line:
                self.limits = False
                print(f"skipped: limits and counters of cgroups: {line}", file=sys.stderr)
                break

    def predicts(self, profile, kernel, server):
        status, out, err = self.run_it("lint", profile)
        self.assertEqual(status, 0, out + err)
        scenario = self.home / "scenario.yaml"
        scenario.write_text(SCENARIO.replace("KERNEL", kernel).replace("PROFILE", profile.name).replace("SERVER", server))
        status, out, err = self.run_it("run", scenario, "--format", "json")
        self.assertEqual(status, 0, err)
        self.assertEqual(json.loads(out)["context"]["interrupted"], False)

    def test_a_service_is_profiled_measured_and_predicted(self):
        self.need_gunicorn()
        self.predicts(self.profile("gunicorn-gthread", GTHREAD, "/json"), "json", "gunicorn_gthread")
        self.predicts(self.profile("gunicorn-sync", SYNC, "/json"), "json", "gunicorn_sync")
        native = f"{THREADED_SERVER} --port {{port}} --processes {{processes}} --threads {{threads}} --heap-mib 1 {{preload}}"
        self.predicts(self.profile("native-threads", native, "/cpu"), "cpu", "native_threads")

        plan, record = self.home / "plan.yaml", self.home / "runs.jsonl"
        text = (HERE / "plan.yaml").read_text()
        plan.write_text(text if self.limits else text.replace(", cpu: 1", ""))
        status, out, err = self.run_it("validate", plan, "--record", record, "--format", "json")
        self.assertEqual(status, 0, err)
        runs = [json.loads(line) for line in record.read_text().splitlines()]
        self.assertEqual(len(runs), 4)
        for run in runs:
            self.assertGreater(run["throughput_rps"], 0)
            self.assertEqual(run["errors"], 0)
        result = json.loads(out)
        self.assertEqual(result["plans"][0]["failures"], [])
        self.assertEqual(len(result["cases"]), 4)
        for case in result["cases"]:
            self.assertIsNone(case["problem"])
            self.assertGreater(case["metrics"]["throughput_rps"]["predicted"], 0)

        # What is recorded is not measured again.
        before = record.read_bytes()
        status, _, err = self.run_it("validate", plan, "--record", record, "--format", "json")
        self.assertEqual((status, record.read_bytes()), (0, before), err)

    def test_an_interrupted_profile_leaves_nothing_behind(self):
        self.need_gunicorn()
        process = self.start("profile", "--name", "app", "--command", GTHREAD, "--url", "/json", "--quick",
                             "--export", self.home / "app.profile.yaml")
        end = time.monotonic() + PATIENCE_S
        while len(self.started()) < 4:  # itself, what watches over the server, the arbiter, a worker
            self.assertLess(time.monotonic(), end, "nothing was started")
            self.assertIsNone(process.poll(), "it ended")
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE_S)
        self.assertEqual(process.returncode, 130, err)
        self.leaves_nothing(process)

    def test_a_server_that_cannot_start_is_shown_with_its_last_words(self):
        status, _, err = self.run_it("profile", "--name", "app", "--quick", "--url", "/",
                                     "--command", "echo no such application >&2; exit 3; # {port}",
                                     "--export", self.home / "app.profile.yaml")
        self.assertEqual(status, 3)
        self.assertIn("no such application", err)
        self.assertFalse((self.home / "app.profile.yaml").exists())


if __name__ == "__main__":
    REPOSITORY, FORKCAST, THREADED_SERVER = map(pathlib.Path, sys.argv[-3:])
    del sys.argv[-3:]
    commands = subprocess.run([FORKCAST, "--help"], capture_output=True, text=True, timeout=60).stdout
    for command in ("profile", "validate"):
        if f"  {command} " not in commands:
            print(f"skipped: this forkcast has no {command}", file=sys.stderr)
            sys.exit(77)
    unittest.main()
