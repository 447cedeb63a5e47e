# SPDX-License-Identifier: MIT
"""The kernels behind WSGI: gunicorn sync and gthread. A path is a kernel's name."""
import time

import kernels


def wait():
    time.sleep(kernels.WAIT_S)


def mixed():
    total = kernels.as_json()
    time.sleep(kernels.MIXED_WAIT_S)
    return total


ROUTES = {"/json": kernels.as_json, "/sha": kernels.sha, "/wait": wait, "/mixed": mixed, "/touch": kernels.touch,
          "/leak": kernels.leak}


def application(environ, start_response):
    kernel = ROUTES.get(environ["PATH_INFO"])
    if kernel is None:
        start_response("404 Not Found", [("Content-Length", "0")])
        return [b""]
    body = f"{kernel()}\n".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
