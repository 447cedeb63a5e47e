# SPDX-License-Identifier: MIT
"""What one request computes, for every Python server here. Each kernel spends one budget:

json   CPU under the interpreter lock
sha    CPU that releases the lock
wait   time only, 20 ms
mixed  json, then 5 ms of time
touch  memory: 2 MiB for the length of the request, and twenty reference counts somewhere in the heap
leak   json, and 16 KiB that nobody frees

HEAP_MB (default 40): megabytes of small objects that the application holds after import. Two thousand dicts of about
0.5 KiB are one megabyte.
"""
import hashlib
import json
import os
import time

WAIT_S = 0.020
MIXED_WAIT_S = 0.005
PAGE = 4096

HEAP = [{"id": i, "name": f"item {i}", "price": i * 0.25, "tags": [i, i + 1]}
        for i in range(2000 * int(os.environ.get("HEAP_MB", "40")))]
ORDERS = [{"order": i, "customer": f"customer {i}",
           "lines": [{"sku": f"{i}-{k}", "count": k + 1, "price": k * 1.5} for k in range(8)]} for i in range(30)]
BLOCK = bytes(range(256)) * 6000
LEAKED = []


def as_json():
    orders = json.loads(json.dumps(ORDERS))
    return sum(line["count"] * line["price"] for order in orders for line in order["lines"])


def sha():
    return hashlib.sha256(BLOCK).hexdigest()


def touch():
    body = bytearray(2 << 20)
    for at in range(0, len(body), PAGE):
        body[at] = 1
    # A look at an object writes its reference count: a page that a preloaded heap shares no longer. Where to look comes
    # from the clock, because threads would queue for one generator of random numbers.
    at, total = time.monotonic_ns(), 0
    for _ in range(20 if HEAP else 0):
        at = (at * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        total += HEAP[(at >> 33) % len(HEAP)]["id"]
    return total


def leak():
    LEAKED.append(BLOCK[:16 << 10])
    return as_json()
