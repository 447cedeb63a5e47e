#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The servers answer every kernel, with connections kept or not, and leave nothing behind.

usage: servers_test.py THREADED_SERVER

A server that is not installed here is skipped, with the reason.
"""
import http.client
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
PATIENCE_S = 30
THREADED_SERVER = ""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def descendants(pid):
    """Process ids below one, from /proc: children may be gone before they are looked at."""
    found = []
    try:
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return found
    for child in map(int, children):
        found += [child, *descendants(child)]
    return found


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Servers(unittest.TestCase):
    def start(self, *command):
        """Starts it in a session of its own, waits for its first answer, and sees to it that all of it ends."""
        self.port = free_port()
        words = [str(word).replace("{port}", str(self.port)) for word in command]
        path = os.pathsep.join([str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])])
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "HEAP_MB": "1"}
        self.server = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, start_new_session=True)
        self.addCleanup(self.kill)
        self.eventually(self.answers, "no answer")

    def kill(self):
        try:
            os.killpg(self.server.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.server.wait(PATIENCE_S)

    def eventually(self, condition, what):
        end = time.monotonic() + PATIENCE_S
        while not condition():
            self.assertIsNone(self.server.poll(), "the server died")
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.02)

    def answers(self):
        try:
            return self.get("/nothing")[0] == 404
        except OSError:
            return False

    def get(self, path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def serves(self, paths, kept):
        for path in paths:
            with self.subTest(path=path):
                self.assertEqual(self.get(path)[0], 200)
                self.assertEqual(self.get(path, Connection="close")[0], 200)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        self.addCleanup(connection.close)
        for _ in range(3):
            connection.request("GET", paths[0])
            answer = connection.getresponse()
            self.assertEqual((answer.status, len(answer.read()) > 0), (200, True))
            self.assertEqual(connection.sock is not None, kept, "connection kept")

    def ends(self):
        below = descendants(self.server.pid)
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(PATIENCE_S)
        end = time.monotonic() + PATIENCE_S
        while left := [pid for pid in below if alive(pid)]:
            self.assertLess(time.monotonic(), end, f"left behind: {left}")
            time.sleep(0.02)

    def leaves(self):
        return sum(not descendants(pid) for pid in descendants(self.server.pid))

    def gunicorn(self, *options):
        if not shutil.which("gunicorn"):
            self.skipTest("gunicorn is not installed")
        self.start("gunicorn", "wsgi_app:application", "-b", "127.0.0.1:{port}", *options)

    def test_gunicorn_sync_answers_and_closes(self):
        self.gunicorn("-w", 2, "-k", "sync")
        self.serves(["/json", "/sha", "/wait", "/mixed", "/touch", "/leak"], kept=False)
        self.eventually(lambda: self.leaves() == 2, "not two workers")
        self.ends()

    def test_gunicorn_gthread_keeps_connections(self):
        self.gunicorn("-w", 2, "-k", "gthread", "--threads", 4, "--preload")
        self.serves(["/json", "/sha", "/wait", "/mixed", "/touch"], kept=True)
        self.eventually(lambda: self.leaves() == 2, "not two workers")
        self.ends()

    def test_flask_shop_answers(self):
        interpreter = "/usr/bin/python3"  # that of Debian's gunicorn
        if not shutil.which("gunicorn") or subprocess.run([interpreter, "-c", "import flask"], capture_output=True,
                                                          timeout=60).returncode:
            self.skipTest("gunicorn or Flask is not installed")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.start("env", f"TMPDIR={folder.name}", "gunicorn", "flask_shop:app", "-b", "127.0.0.1:{port}", "-w", 2,
                   "-k", "gthread", "--threads", 2)
        self.serves(["/page", "/search"], kept=True)
        self.ends()

    def test_uvicorn_keeps_connections(self):
        if subprocess.run([sys.executable, "-c", "import uvicorn"], capture_output=True, timeout=60).returncode:
            self.skipTest("this interpreter has no uvicorn")
        self.start(sys.executable, HERE / "uvicorn_server.py", "{port}", 1)
        self.serves(["/json", "/sha", "/wait", "/mixed", "/touch"], kept=True)
        self.ends()

    def test_node_cluster_keeps_connections(self):
        if not shutil.which("node"):
            self.skipTest("node is not installed")
        self.start("node", HERE / "node_cluster.js", "{port}", 2)
        self.serves(["/json", "/wait"], kept=True)
        self.eventually(lambda: self.leaves() == 2, "not two workers")
        self.ends()

    def test_threaded_server_keeps_connections(self):
        self.start(THREADED_SERVER, "--port", "{port}", "--processes", 2, "--threads", 3, "--heap-mib", 1, "--preload")
        self.serves(["/cpu", "/wait", "/touch"], kept=True)
        self.eventually(lambda: self.leaves() == 2, "not two workers")
        workers = descendants(self.server.pid)
        self.eventually(lambda: all(len(os.listdir(f"/proc/{pid}/task")) == 3 for pid in workers), "not 3 threads each")
        self.ends()

    def test_threaded_server_replaces_a_worker_that_dies(self):
        self.start(THREADED_SERVER, "--port", "{port}", "--processes", 2, "--heap-mib", 1)
        before = set(descendants(self.server.pid))
        os.kill(min(before), signal.SIGKILL)
        self.eventually(lambda: len(set(descendants(self.server.pid)) - before) == 1, "no new worker")
        self.assertEqual(self.get("/cpu")[0], 200)
        self.ends()

    def test_threaded_server_takes_a_request_in_pieces_and_two_at_once(self):
        self.start(THREADED_SERVER, "--port", "{port}")
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE_S) as client:
            client.sendall(b"GET /nothing HT")
            time.sleep(0.05)
            client.sendall(b"TP/1.1\r\nHost: x\r\n\r\nGET /nothing HTTP/1.1\r\nConnection: close\r\n\r\n")
            answer = b""
            while part := client.recv(4096):
                answer += part
        self.assertEqual(answer.count(b"HTTP/1.1 404 Not Found\r\n"), 2)

    def test_threaded_server_says_how_it_is_used(self):
        for words in ([], ["--port"], ["--port", "0"], ["--port", "80x"], ["--port", "8000", "--threads", "-1"]):
            with self.subTest(words=words):
                done = subprocess.run([THREADED_SERVER, *words], capture_output=True, text=True, timeout=60)
                self.assertEqual((done.returncode, done.stderr[:22]), (2, "usage: threaded_server"))


if __name__ == "__main__":
    THREADED_SERVER = sys.argv.pop()
    unittest.main()
