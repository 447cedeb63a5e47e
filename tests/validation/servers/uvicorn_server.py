# SPDX-License-Identifier: MIT
"""uvicorn with several workers as it is with one. A single worker's connections have TCP_NODELAY; those of several have
not, because asyncio sets it only on sockets whose protocol is named, and uvicorn binds the shared one without. Head and
body of an answer are two writes, so that each answer on a kept connection waits 40 ms for a delayed acknowledgement.

usage: uvicorn_server.py PORT WORKERS
"""
import socket
import sys

import uvicorn

bind = uvicorn.Config.bind_socket


def bind_without_delay(config):
    listener = bind(config)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # accepted connections inherit it
    return listener


if __name__ == "__main__":
    uvicorn.Config.bind_socket = bind_without_delay
    uvicorn.run("asgi_app:application", port=int(sys.argv[1]), workers=int(sys.argv[2]), lifespan="off",
                access_log=False)
