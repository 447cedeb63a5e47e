#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tools/forkcast makes itself ready: tried on a tree that has the real scripts around a program of three lines.

usage: setup_test.py REPOSITORY
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

REPOSITORY = pathlib.Path()

CMAKE = """cmake_minimum_required(VERSION 3.25)
project(tiny LANGUAGES CXX)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tools)
add_executable(forkcast sim/main.cpp)
"""
SOURCE = '#include <cstdio>\nint main(int n, char** v) { for (int i = 1; i < n; ++i) std::puts(v[i]); return n; }\n'


class SetUp(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.home.chmod(0o777)
        self.tree = self.home / "a tree"
        for name in ("sim", "models", "tools"):
            (self.tree / name).mkdir(parents=True)
        for name in ("forkcast", "setup.sh", "packages.txt"):
            shutil.copy(REPOSITORY / "tools" / name, self.tree / "tools")
        (self.tree / "CMakeLists.txt").write_text(CMAKE)
        (self.tree / "sim/main.cpp").write_text(SOURCE)
        self.command = self.tree / "tools/forkcast"
        # Every package is there unless a test says otherwise.
        self.tools = self.home / "bin"
        self.tools.mkdir()
        self.fake("dpkg-query", "printf 'ii '")
        self.fake("apt-get", 'echo "apt-get $*" >> "$0.log"; exit 1')
        self.fake("sudo", 'echo "sudo $*" >> "$0.log"; exit 1')

    def fake(self, name, body):
        file = self.tools / name
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)

    def start(self, *arguments, **options):
        environment = {**os.environ, "PATH": f"{self.tools}:{os.environ['PATH']}"}
        return subprocess.Popen([self.command, *arguments], env=environment, stdin=subprocess.DEVNULL, cwd=self.home,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def run_it(self, *arguments, **options):
        process = self.start(*arguments, **options)
        out, err = process.communicate(timeout=300)
        return process.returncode, out, err

    def test_it_builds_once_then_runs_silently_with_the_same_arguments_and_status(self):
        status, out, err = self.run_it("run", "two words")
        self.assertEqual((status, out), (3, "run\ntwo words\n"), err)
        self.assertIn("forkcast: building", err)
        self.assertEqual(self.run_it("run"), (2, "run\n", ""))

    def test_two_set_ups_at_once_build_once_and_both_run(self):
        both = [self.start("one"), self.start("two")]
        results = [process.communicate(timeout=300) for process in both]
        self.assertEqual([process.returncode for process in both], [2, 2], results)
        self.assertEqual([out for out, _ in results], ["one\n", "two\n"])
        self.assertEqual("".join(err for _, err in results).count("forkcast: building"), 1, results)

    def test_a_changed_a_new_and_a_removed_source_are_noticed(self):
        self.run_it()
        for change in (lambda: (self.tree / "sim/main.cpp").write_text(SOURCE.replace("return n", "return 40 + n")),
                       lambda: (self.tree / "models/new.cpp").write_text(""),
                       lambda: (self.tree / "models/new.cpp").unlink()):
            time.sleep(0.05)
            change()
            status, _, err = self.run_it()
            self.assertEqual(status, 41)
            self.assertIn("forkcast: building", err)
            self.assertEqual(self.run_it()[2], "")

    def test_a_source_that_does_not_compile_shows_the_compiler_and_runs_nothing(self):
        (self.tree / "sim/main.cpp").write_text("int main() { return nothing; }\n")
        for _ in range(2):
            status, out, err = self.run_it()
            self.assertEqual((status, out), (2, ""))
            self.assertIn("'nothing'", err.replace("‘", "'").replace("’", "'"))
            self.assertIn("the build failed", err)

    def test_a_moved_tree_is_set_up_again(self):
        self.run_it()
        moved = self.home / "moved"
        self.tree.rename(moved)
        self.command = moved / "tools/forkcast"
        (moved / "sim/main.cpp").touch()
        status, out, err = self.run_it("here")
        self.assertEqual((status, out), (2, "here\n"), err)

    def test_a_link_to_the_command_works(self):
        link = self.home / "link"
        link.symlink_to(self.command)
        self.command = link
        self.assertEqual(self.run_it("x")[:2], (2, "x\n"))

    @unittest.skipUnless(os.geteuid() == 0, "only root can become somebody else")
    def test_who_is_not_root_gets_the_exact_command_or_sudo_when_told_yes(self):
        self.fake("dpkg-query", 'case "$*" in *ninja-build*) exit 1;; esac; printf "ii "')
        for file in (self.tree, *self.tree.rglob("*"), self.tools):
            os.chown(file, 65534, 65534)
        somebody = {"user": 65534, "group": 65534, "extra_groups": []}
        status, out, err = self.run_it("x", **somebody)
        self.assertEqual((status, out), (2, ""), err)
        self.assertIn("  sudo apt-get install --no-install-recommends ninja-build\n", err)
        self.assertFalse((self.tools / "sudo.log").exists())
        status, out, err = self.run_it("--yes", "x", **somebody)
        self.assertEqual((status, out), (2, ""), err)
        self.assertIn("install -y -q --no-install-recommends ninja-build", (self.tools / "sudo.log").read_text())

    @unittest.skipUnless(os.geteuid() == 0, "only root installs")
    def test_root_installs_what_is_missing_and_fetches_the_lists_only_when_needed(self):
        self.fake("dpkg-query", 'case "$*" in *ninja-build*) exit 1;; esac; printf "ii "')
        self.fake("apt-get", 'echo "$DEBIAN_FRONTEND $*" >> "$0.log"\n'
                             'case "$*" in *update*) touch "$0.lists";; *) [ -e "$0.lists" ] || exit 100;; esac')
        status, out, err = self.run_it("x")
        self.assertEqual((status, out), (2, "x\n"), err)
        calls = (self.tools / "apt-get.log").read_text().splitlines()
        self.assertEqual(len(calls), 3, calls)
        self.assertIn("update", calls[1])
        for call in (calls[0], calls[2]):
            self.assertTrue(call.startswith("noninteractive "), call)
            self.assertIn("install -y -q --no-install-recommends ninja-build", call)


if __name__ == "__main__":
    REPOSITORY = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
