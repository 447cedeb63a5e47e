# SPDX-License-Identifier: MIT
"""A server for tests of the measurement: pre-forked, one request at a time in each worker.

usage: tiny_server.py PORT WORKERS [ignore-term] [die-after=N] [exit=N] [orphan] [mute] [delay=S] [moved] [bye=FILE]

ignore-term  nobody in it ends on SIGTERM
die-after=N  the master ends with status 3 after a worker's Nth request
exit=N       says much, then why it does not start, and ends with status N
orphan       leaves a daemon of its own (double fork, new session) behind
mute         accepts, and never answers
delay=S      answers after S seconds
moved        answers that the page is elsewhere
bye=FILE     makes FILE when SIGTERM asks it to end
"""
import contextlib
import os
import signal
import socket
import sys
import time

port, workers, flags = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
values = dict(flag.split("=") for flag in flags if "=" in flag)

if "exit" in values:
    print(*range(1000, 3000), sep="\n", flush=True)
    print("cannot start: the cheese is missing", file=sys.stderr)
    sys.exit(int(values["exit"]))
if "ignore-term" in flags:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "bye" in values:
    signal.signal(signal.SIGTERM, lambda *_: (open(values["bye"], "w").close(), os._exit(0)))
if "orphan" in flags and os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(600)
    os._exit(0)

status = "301 Moved Permanently\r\nLocation: /elsewhere/" if "moved" in flags else "200 OK"
answer = f"HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nok".encode()
listener = socket.create_server(("127.0.0.1", port), backlog=128)


def serve():
    served = 0
    while True:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(ConnectionError):   # a client may leave in the middle
            while connection.recv(65536):
                time.sleep(600 if "mute" in flags else float(values.get("delay", 0)))
                connection.sendall(answer)
                served += 1
                if served == int(values.get("die-after", -1)):
                    print("out of cheese", flush=True)
                    os.kill(os.getppid(), signal.SIGUSR1)


signal.signal(signal.SIGUSR1, lambda *_: os._exit(3))
for _ in range(workers):
    if os.fork() == 0:
        serve()
while True:
    time.sleep(600)
