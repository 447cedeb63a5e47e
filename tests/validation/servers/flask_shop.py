# SPDX-License-Identifier: MIT
"""A small shop in Flask, as a check on a service that forkcast was not built with. Two requests:

/page    a template of twenty items out of 30,000 that the application holds
/search  a full scan of 4,000 rows in SQLite, which computes without the interpreter lock for a part of its time
"""
import os
import random
import sqlite3
import tempfile
import threading

from flask import Flask, jsonify, render_template_string

DATABASE = os.path.join(tempfile.gettempdir(), f"flask-shop-{os.getuid()}.db")
CATALOG = {i: {"name": f"thing {i}", "tags": [f"a{i % 7}", f"b{i % 11}"], "price": i * 1.25} for i in range(30000)}
PAGE = """<html><body><h1>{{ title }}</h1><ul>{% for x in items %}<li>{{ x.name }} <b>{{ "%.2f"|format(x.price) }}</b>
{% for t in x.tags %} <i>{{ t }}</i>{% endfor %}</li>{% endfor %}</ul></body></html>"""

app = Flask(__name__)
local = threading.local()


def connection():
    if not hasattr(local, "connection"):
        local.connection = sqlite3.connect(DATABASE)
    return local.connection


def fill():
    """One worker fills the table, the others wait for it."""
    words = random.Random(1)
    with sqlite3.connect(DATABASE, timeout=30, isolation_level=None) as database:
        database.execute("begin exclusive")
        database.execute("create table if not exists item(id integer primary key, name text, price real, note text)")
        if database.execute("select count(*) from item").fetchone()[0] == 0:
            rows = [(f"item {i} {''.join(words.choices('abcdefgh', k=8))}", words.random() * 100,
                     "n" * words.randint(10, 200)) for i in range(4000)]
            database.executemany("insert into item(name, price, note) values (?, ?, ?)", rows)
        database.execute("commit")


fill()


@app.route("/page")
def page():
    first = random.randrange(29000)
    return render_template_string(PAGE, title="Catalog", items=[CATALOG[i] for i in range(first, first + 20)])


@app.route("/search")
def search():
    word = "".join(random.choices("abcdefgh", k=2))
    rows = connection().execute("select id, name, price from item where name like ? order by price limit 20",
                                (f"%{word}%",))
    return jsonify([{"id": row[0], "name": row[1], "price": row[2]} for row in rows])
