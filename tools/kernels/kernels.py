# SPDX-License-Identifier: MIT
"""Kernels that are shipped: the work of one request each, for `forkcast profile --kernel NAME`.

Each public function takes the sequence number of the call and has a one-line docstring. Standard library only.
"""
import hashlib
import json
import re
import sqlite3
import string
import threading
import time
import zlib

_ORDERS = [{"id": i, "customer": f"customer-{i}", "lines": [{"sku": f"s{j}", "count": j, "price": 9.5 * j}
                                                           for j in range(8)]} for i in range(30)]
_LOG = "\n".join(f"2026-11-22T10:{i % 60:02}:07 host{i % 7} GET /items/{i}?page={i % 9} {200 + i % 5} {i * 37}"
                 for i in range(400))
_LINE = re.compile(r"^(\S+) (\w+) GET /items/(\d+)\?page=(\d+) (\d{3}) (\d+)$", re.MULTILINE)
_PAGE = string.Template("<li id='$id' class='$kind'><a href='/items/$id'>$name</a> <b>$price</b></li>\n")
_BLOCK = bytes(range(256)) * 4096          # 1 MiB
_TEXT = json.dumps(_ORDERS).encode()
_SHARED = {f"key-{i}": 0 for i in range(64)}
_LOCAL = threading.local()


def json_orders(sequence):
    """Writes and reads 30 orders of 8 lines as JSON and sums them up; all of it under the lock."""
    orders = json.loads(json.dumps(_ORDERS))
    return sum(line["count"] * line["price"] for order in orders for line in order["lines"])


def regex_log(sequence):
    """Matches 400 lines of a log with a regular expression; all of it under the lock."""
    return sum(int(match[6]) for match in _LINE.finditer(_LOG))


def template_page(sequence):
    """Renders a page of 200 items with string.Template; all of it under the lock."""
    return len("".join(_PAGE.substitute(id=i, kind="item", name=f"item {sequence + i}", price=f"{i * 1.1:.2f}")
                       for i in range(200)))


def sha256_block(sequence):
    """Hashes 1 MiB; the lock is released meanwhile."""
    return hashlib.sha256(_BLOCK).digest()


def zlib_text(sequence):
    """Compresses 28 KiB of JSON; the lock is released meanwhile."""
    return zlib.compress(_TEXT, 6)


def numeric_loop(sequence):
    """Sums 10,000 squares in a Python loop; all of it under the lock, nothing shared."""
    total = 0
    for i in range(10_000):
        total += i * i
    return total


def shared_dict(sequence):
    """Counts 4,000 times in one dictionary that all threads share: negative scaling without the lock."""
    counts = _SHARED
    for i in range(4_000):
        counts[f"key-{i & 63}"] += 1


def sqlite_query(sequence):
    """Groups and sorts 2,000 rows in a database in memory, one for each thread; the lock is released in between."""
    database = getattr(_LOCAL, "database", None)
    if database is None:
        database = _LOCAL.database = sqlite3.connect(":memory:")
        database.execute("create table sale (id integer, shop integer, price real)")
        database.executemany("insert into sale values (?, ?, ?)", ((i, i % 17, i * 0.7) for i in range(2_000)))
    return database.execute("select shop, count(*), sum(price) from sale group by shop order by 3 desc").fetchall()


def sleep(sequence):
    """Sleeps 5 ms: a wait without CPU, the lock is released."""
    time.sleep(0.005)
