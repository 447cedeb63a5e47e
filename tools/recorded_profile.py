# SPDX-License-Identifier: MIT
"""The text of a shipped profile: fitted numbers filled in, all that the runs cannot tell marked as assumed."""

MIB = 2.0 ** 20
TIMES = {"json", "poller_cpu", "connection_cpu", "handover_cpu", "handover_lock", "starvation_delay", "wait", "sleep",
         "client", "client_connect", "wait_client", "wait_client_connect", "spawn_cpu", "spawn_wait", "wakeup_cpu"}
BYTES = {"request", "thread", "json_live", "kernel_per_process", "process", "container", "files_outside"}
ASSUMED = ("shared_heap", "unshared_at_once", "never_unshared", "decay_requests", "interpreter", "loop_cpu",
           "interpreter_call")

BUILDS = {
    "py313": {
        "interpreter": "CPython 3.13.15",
        "description": "gunicorn on CPython 3.13 with the GIL, a JSON kernel (CPU) and a 20 ms wait kernel",
    },
    "py314t": {
        "interpreter": "CPython 3.14.7 free-threaded",
        "description": "gunicorn on free-threaded CPython 3.14, a JSON kernel (CPU) and a 20 ms wait kernel",
    },
}


def us(value):
    return f"{value:.0f}us" if value >= 10 else f"{value:.1f}us"


def mib(value):
    return f"{value / MIB:.2f}MiB"


def assumed(value, source):
    return f"{{value: {value}, basis: assumed, source: \"{source}\"}}"


def derived(value, source):
    return f"{{value: {value}, basis: derived, source: \"{source}\"}}"


def lock_section(n, locked):
    if not locked:
        return "lock:\n  present: false\n"
    interval = derived("5ms", "CPython's documented default; no request here computes that long")
    return ("lock:\n"
            "  present: true\n"
            f"  switch_interval: {interval}\n"
            f"  handover_cpu: {us(n['handover_cpu'])}\n"
            f"  handover_lock: {us(n['handover_lock'])}\n")


def threads_section(n, locked):
    if locked:
        return ""
    return ("threads:\n"
            "  single_thread_cost: 1.0  # the kernels below were measured on this build\n"
            f"  contention: {n['contention']:.3f}\n"
            f"  coherency: {derived('0', 'two cores tell only the sum of both terms, and all of it is in contention')}\n"
            f"  starvation: {n['starvation']:.2%}\n"
            f"  starvation_delay: {n['starvation_delay'] / 1000:.1f}ms\n")


def text(python, n, fitted_from):
    build = BUILDS[python]
    locked = python == "py313"
    poller, connection = us(n["poller_cpu"]), us(n["connection_cpu"])
    if locked:
        reason = "as in the free-threaded build of the same server, where no lock hides it"
        poller, connection = derived(poller, reason), derived(connection, reason)
    releases = f"{n['releases']:.1f}" if locked else "0"
    half_releases = f"{n['releases'] / 2:.1f}" if locked else "0"
    live = f", memory: {mib(n['json_live'])}" if n["json_live"] > 0.005 * MIB else ""
    ids = ", ".join(f'"{index}"' for index in fitted_from)
    return f"""\
# yaml-language-server: $schema=../schema/profile.schema.json
# Written by tools/fit_recorded_runs.py --write, which prints how each number was found; do not edit by hand.
description: {build['description']}
provenance:
  command: tools/fit_recorded_runs.py
  date: "2026-11-22"
  machine: AMD EPYC (Zen 3) virtual machine, 2 vCPU, 24 GiB
  operating_system: Linux 6.18
  interpreter: {build['interpreter']}
  data: tests/validation/data/gunicorn-2cpu.jsonl
  fitted_from: [{ids}]
host:
  cores: 2
{lock_section(n, locked)}{threads_section(n, locked)}accept:
  poller_cpu: {poller}
  connection_cpu: {connection}
  wakeup_cpu: {us(n['wakeup_cpu'])}
  stickiness: {n['stickiness']:.1%}
memory:
  container: {mib(n['container'])}
  process: {mib(n['process'])}
  thread: {mib(n['thread'])}
  kernel_per_process: {mib(n['kernel_per_process'])}
  files_outside: {mib(n['files_outside'])}
  shared_heap: {assumed("38MiB", "80,000 dicts of about 0.5 KiB; no run preloads")}
  unshared_at_once: {assumed("10%", "preload saves 80 % or less at start (cds-snc/notification-admin 2715)")}
  never_unshared: {assumed("40%", "langflow PR 12778: 55 instead of 91 MB for one more worker under traffic")}
  decay_requests: {assumed("1000", "no decay curve is published")}
  interpreter: {assumed(mib(n['process']), "an interpreter imports the application again")}
  request: {mib(n['request'])}
  growth: 0B  # what a window added is in `request` and `thread`
spawn:
  cpu: {n['spawn_cpu'] / 1000:.0f}ms
  wait: {n['spawn_wait'] / 1000:.0f}ms
loop_cpu: {assumed("40us", "uvicorn 51,051 requests/s on one core of a machine about twice as fast (granian benchmarks)")}
interpreter_call: {assumed("100us", "no measurement found; order of copying a small request between interpreters")}
kernels:
  json:
    help: json.dumps and json.loads of 30 orders of 8 lines and a loop over them; all of it needs the interpreter
    phases:
      - lock: {{mean: {us(n['json'])}, shape: lognormal, scv: {n['json_scv']:.2f}}}
        releases: {releases}{live.replace(', ', chr(10) + '        ')}
  wait:
    help: a 20 ms sleep between parsing the request and a sum of 2,000 squares
    phases:
      - lock: {{mean: {us(n['wait'] / 2)}, shape: lognormal, scv: {2 * n['wait_scv']:.3f}}}
        releases: {half_releases}
      - wait: {n['sleep'] / 1000:.2f}ms
        awaitable: true
      - lock: {{mean: {us(n['wait'] / 2)}, shape: lognormal, scv: {2 * n['wait_scv']:.3f}}}
        releases: {half_releases}
"""
