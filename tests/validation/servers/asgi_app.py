# SPDX-License-Identifier: MIT
"""The kernels behind ASGI: uvicorn. Waits are awaited, so that they overlap; computing blocks the event loop."""
import asyncio

import kernels


async def json():
    return kernels.as_json()


async def sha():
    return kernels.sha()


async def wait():
    await asyncio.sleep(kernels.WAIT_S)


async def mixed():
    total = kernels.as_json()
    await asyncio.sleep(kernels.MIXED_WAIT_S)
    return total


async def touch():
    return kernels.touch()


ROUTES = {"/json": json, "/sha": sha, "/wait": wait, "/mixed": mixed, "/touch": touch}


async def application(scope, receive, send):
    assert scope["type"] == "http", "start uvicorn with --lifespan off"
    kernel = ROUTES.get(scope["path"])
    status, body = (404, b"") if kernel is None else (200, f"{await kernel()}\n".encode())
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
