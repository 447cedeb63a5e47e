#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tools/build_python.sh and tools/get_servers.sh, tried against a mirror that is a folder. Nothing is compiled: the
source holds a configure that says how it was called and a make that installs a stand-in.

usage: recipes_test.py REPOSITORY
"""
import hashlib
import lzma
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

REPOSITORY = pathlib.Path()

# A stand-in for an interpreter: it is asked for its version, its lock, itself in full, and its modules.
INTERPRETER = """#!/bin/sh
case "$2" in
  *sysconfig*) echo "3.77 3.77.{patch} {lock}" ;;
  *_is_gil_enabled*) echo {running} ;;
  *sys.executable*) realpath "$0" ;;
  *) echo "Python 3.77.{patch}" ;;
esac
"""
CONFIGURE = """#!/bin/sh
echo "$@" > options
for word; do case $word in --prefix=*) prefix=${{word#*=}} ;; esac; done
printf 'all:\\n\\t:\\ninstall:\\n\\tmkdir -p %s/bin; cp options %s; cp interpreter %s/bin/python3\\n' \\
  $prefix $prefix $prefix > Makefile
"""


class Recipes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.prefix = self.home / "prefix"
        self.mirror = self.home / "mirror"
        self.tools = self.home / "bin"
        self.tools.mkdir()
        # apt knows one mirror; what it holds is fetched from the folder.
        self.fake("apt-get", f"echo 'file://{self.mirror} main'; echo 'file://{self.mirror}-security main'")

    def fake(self, name, body):
        self.program(self.tools / name, f"#!/bin/sh\n{body}\n")

    def program(self, file, text):
        file.write_text(text)
        file.chmod(0o755)

    def run_it(self, script, *arguments):
        environment = {**os.environ, "PATH": f"{self.tools}:{os.environ['PATH']}", "TMPDIR": str(self.home), "JOBS": "1"}
        done = subprocess.run([REPOSITORY / "tools" / script, *map(str, arguments)], env=environment, cwd=self.home,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
        self.assertEqual([left.name for left in self.home.glob("tmp.*")], [], "left behind")
        return done.returncode, done.stderr

    def put(self, path, content):
        file = self.mirror / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return hashlib.sha256(content).hexdigest()

    def put_source(self, patch, lock, running):
        """A source package of CPython 3.77.patch in the pool; returns its checksum."""
        tree = self.home / f"Python-3.77.{patch}"
        tree.mkdir()
        self.program(tree / "configure", CONFIGURE.format())
        self.program(tree / "interpreter", INTERPRETER.format(patch=patch, lock=lock, running=running))
        archive = self.home / f"{patch}.tar.xz"
        subprocess.run(["tar", "-cJf", archive, "-C", self.home, tree.name], check=True, timeout=60)
        return self.put(f"pool/main/p/python3.77/python3.77_3.77.{patch}.orig.tar.xz", archive.read_bytes())

    def put_index(self, *lines, suite="testing"):
        self.put(f"dists/{suite}/main/source/Sources.xz", lzma.compress("\n".join(lines).encode() + b"\n"))

    def line(self, patch, checksum):
        return f" {checksum} 1234 python3.77_3.77.{patch}.orig.tar.xz"

    def test_a_matching_interpreter_on_the_path_is_taken(self):
        self.program(self.tools / "python3.77", INTERPRETER.format(patch=4, lock="locked", running="True"))
        status, text = self.run_it("build_python.sh", "3.77", self.prefix)
        self.assertEqual(status, 0, text)
        self.assertEqual((self.prefix / "bin/python3").resolve(), self.tools / "python3.77")

    def test_of_a_version_manager_the_chosen_interpreter_is_taken(self):
        chosen = self.home / "chosen"
        self.program(chosen, INTERPRETER.format(patch=4, lock="locked", running="True"))
        self.fake("python3.77", f'case "$0" in *3.77) exec {chosen} "$@" ;; *) exit 1 ;; esac')
        status, text = self.run_it("build_python.sh", "3.77", self.prefix)
        self.assertEqual(status, 0, text)
        self.assertEqual((self.prefix / "bin/python3").resolve(), chosen)

    def test_an_interpreter_with_a_lock_is_none_without(self):
        self.program(self.tools / "python3.77", INTERPRETER.format(patch=4, lock="locked", running="True"))
        self.put_index(self.line(5, self.put_source(5, "free", "False")))
        status, text = self.run_it("build_python.sh", "3.77", "--free-threaded", self.prefix)
        self.assertEqual(status, 0, text)
        self.assertIn("source: CPython 3.77.5", text)
        self.assertIn("--disable-gil", (self.prefix / "options").read_text())

    def test_a_build_with_the_lock_does_not_disable_it_and_the_path_can_be_ignored(self):
        self.program(self.tools / "python3.77", INTERPRETER.format(patch=4, lock="locked", running="True"))
        self.put_index(self.line(5, self.put_source(5, "locked", "True")))
        status, text = self.run_it("build_python.sh", "3.77", "--build", self.prefix)
        self.assertEqual(status, 0, text)
        self.assertNotIn("--disable-gil", (self.prefix / "options").read_text())

    def test_a_free_build_that_runs_with_the_lock_is_refused(self):
        self.put_index(self.line(5, self.put_source(5, "free", "True")))
        status, text = self.run_it("build_python.sh", "3.77", "--free-threaded", self.prefix)
        self.assertEqual(status, 2)
        self.assertIn("runs with lock enabled: True", text)

    def test_where_the_indexed_version_is_gone_the_one_before_is_taken_and_checked(self):
        checksum = self.put_source(8, "locked", "True")
        self.put("pool/main/p/python3.77/python3.77_3.77.8-2.dsc", f"{self.line(8, checksum)}\n".encode())
        self.put_index(self.line(9, "0" * 64), self.line(10, "1" * 64))
        status, text = self.run_it("build_python.sh", "3.77", self.prefix)
        self.assertEqual(status, 0, text)
        self.assertIn("source: CPython 3.77.8", text)

    def test_an_exact_version_is_not_replaced_by_an_earlier_one(self):
        self.put_index(self.line(9, self.put_source(8, "locked", "True")))
        status, text = self.run_it("build_python.sh", "3.77.9", self.prefix)
        self.assertEqual(status, 2)
        self.assertIn("has a source of CPython 3.77.9", text)

    def test_a_source_that_is_not_what_the_index_says_is_not_built(self):
        self.put_source(5, "locked", "True")
        self.put_index(self.line(5, "0" * 64))
        status, text = self.run_it("build_python.sh", "3.77", self.prefix)
        self.assertEqual((status, self.prefix.exists()), (2, False))
        self.assertIn("is not the file that it should be", text)

    def test_a_source_without_a_known_checksum_is_not_built(self):
        self.put_source(5, "locked", "True")
        self.put_index(self.line(6, "0" * 64))
        status, text = self.run_it("build_python.sh", "3.77", self.prefix)
        self.assertEqual((status, self.prefix.exists()), (2, False))
        self.assertIn("nothing says what its checksum is", text)

    def test_wrong_arguments_say_how_it_is_used(self):
        for words in ([], ["3.13"], ["three", "x"], ["3.13", "--fast", "x"], ["3.13", "x", "y"]):
            with self.subTest(words=words):
                self.assertEqual(self.run_it("build_python.sh", *words)[0], 2)
        self.assertEqual(self.run_it("get_servers.sh")[0], 2)

    def put_package(self, name, checksum=None):
        tree = self.home / f"package {name}"
        module = name.removeprefix("python3-")
        (tree / "DEBIAN").mkdir(parents=True)
        (tree / "DEBIAN/control").write_text(f"Package: {name}\nVersion: 1\nArchitecture: all\nMaintainer: x\n"
                                             "Description: x\n")
        (tree / f"usr/lib/python3/dist-packages/{module}").mkdir(parents=True)
        (tree / f"usr/lib/python3/dist-packages/{module}/__init__.py").touch()
        package = self.home / f"{name}.deb"
        subprocess.run(["dpkg-deb", "--build", tree, package], check=True, timeout=60, stdout=subprocess.DEVNULL)
        actual = self.put(f"pool/{name}.deb", package.read_bytes())
        return f"Package: {name}\nFilename: pool/{name}.deb\nSHA256: {checksum or actual}\n"

    def put_packages(self, suite, entries):
        architecture = subprocess.run(["dpkg", "--print-architecture"], check=True, timeout=60, capture_output=True,
                                      text=True).stdout.strip()
        self.put(f"dists/{suite}/main/binary-{architecture}/Packages.xz",
                 lzma.compress("\n".join(entries).encode() + b"\n"))

    MODULES = ["blinker", "click", "flask", "gunicorn", "h11", "itsdangerous", "jinja2", "markupsafe", "packaging",
               "uvicorn", "werkzeug"]
    NAMES = [f"python3-{module}" for module in MODULES]

    @unittest.skipUnless(shutil.which("dpkg-deb"), "dpkg-deb makes the packages")
    def test_servers_come_from_the_first_suite_that_still_has_them(self):
        entries = [self.put_package(name) for name in self.NAMES]
        gone = "Package: python3-h11\nFilename: pool/gone.deb\nSHA256: " + "0" * 64 + "\n"
        self.put_packages("testing", [gone, *(entry for entry in entries if "python3-h11" not in entry)])
        self.put_packages("stable", entries)
        status, text = self.run_it("get_servers.sh", self.prefix)
        self.assertEqual(status, 0, text)
        self.assertEqual(sorted(path.name for path in self.prefix.iterdir()), self.MODULES)
        self.assertIn("python3-h11.deb of stable", text)
        self.assertIn("python3-gunicorn.deb of testing", text)

    @unittest.skipUnless(shutil.which("dpkg-deb"), "dpkg-deb makes the packages")
    def test_a_package_that_is_not_what_the_index_says_is_not_unpacked(self):
        self.put_packages("testing", [self.put_package(name, "0" * 64) for name in self.NAMES])
        status, text = self.run_it("get_servers.sh", self.prefix)
        self.assertEqual((status, self.prefix.exists()), (2, False))
        self.assertIn("is not the file that it should be", text)


if __name__ == "__main__":
    REPOSITORY = pathlib.Path(sys.argv.pop()).resolve()
    unittest.main()
