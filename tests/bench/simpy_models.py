#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The models of models.hpp in SimPy's processes, with Python's random numbers.

usage: simpy_models.py MODEL SIZE OPERATIONS SEED       prints what run_model.hpp prints
"""
import heapq
import json
import platform
import random
import sys
import time

import simpy

LOAD = 0.8
CORES = 4
PAUSE_PER_JOB = 0.125


class Countdown:
    """Ends the run when all is done. The time counts from the end of the first operations, in which processes begin."""

    def __init__(self, env, operations, first=0):
        self.env = env
        self.operations = operations
        self.left = first + operations
        self.over = env.event()
        if first == 0:
            self.begin()

    def begin(self):
        self.began = self.env.now
        self.cpu_s = -time.process_time()

    def done(self):
        self.left -= 1
        if self.left == self.operations:
            self.begin()
        if self.left == 0:
            self.cpu_s += time.process_time()
            self.over.succeed()

    def rate(self):
        return self.operations / (self.env.now - self.began)


def queue(env, servers, operations, draw):
    line = simpy.Store(env)
    countdown = Countdown(env, operations)
    total = 0.0

    def arrive():
        while True:
            yield env.timeout(draw(LOAD * servers))
            yield line.put(env.now)

    def serve():
        nonlocal total
        while True:
            arrived = yield line.get()
            yield env.timeout(draw(1.0))
            total += env.now - arrived
            countdown.done()

    env.process(arrive())
    for _ in range(servers):
        env.process(serve())
    return countdown, lambda: total / operations


def hold(env, things, operations, draw):
    countdown = Countdown(env, operations, things)

    def wait():
        while True:
            yield env.timeout(draw(1.0))
            countdown.done()

    for _ in range(things):
        env.process(wait())
    return countdown, countdown.rate


def repair(env, machines, operations, draw):
    repairman = simpy.Resource(env)
    countdown = Countdown(env, operations)

    def run_and_break():
        while True:
            yield env.timeout(draw(1.0 / machines))
            with repairman.request() as turn:
                yield turn
                yield env.timeout(draw(1.0))
            countdown.done()

    for _ in range(machines):
        env.process(run_and_break())
    return countdown, countdown.rate


class Cores:
    """Cores that jobs share equally, which SimPy does not have: by attained service, with one timer that counts."""

    def __init__(self, env):
        self.env = env
        self.jobs = []  # (reading of the clock at which it ends, number, event)
        self.clock = 0.0
        self.as_of = 0.0
        self.number = 0
        self.timer = None

    def use(self, work):
        self.advance()
        self.number += 1
        ended = self.env.event()
        heapq.heappush(self.jobs, (self.clock + work, self.number, ended))
        self.plan()
        return ended

    def rate(self):
        return min(1.0, CORES / len(self.jobs))

    def advance(self):
        if self.jobs:
            self.clock += (self.env.now - self.as_of) * self.rate()
        self.as_of = self.env.now

    def plan(self):
        if self.jobs:
            self.timer = self.env.timeout(max(0.0, self.jobs[0][0] - self.clock) / self.rate())
            self.timer.callbacks.append(self.end)

    def end(self, timer):
        if timer is not self.timer:
            return
        self.advance()
        self.clock, _, ended = heapq.heappop(self.jobs)
        self.timer = None
        self.plan()
        ended.succeed()


def sharing(env, jobs, operations, draw):
    cores = Cores(env)
    countdown = Countdown(env, operations)

    def pause_and_compute():
        while True:
            yield env.timeout(draw(1.0 / (PAUSE_PER_JOB * jobs)))
            yield cores.use(draw(1.0))
            countdown.done()

    for _ in range(jobs):
        env.process(pause_and_compute())
    return countdown, countdown.rate


def main():
    if sys.argv[1:] == ["--version"]:
        print(f"{simpy.__version__} (Python {platform.python_version()})")
        return
    model, size, operations, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    models = {"queue": queue, "hold": hold, "repair": repair, "sharing": sharing}
    env = simpy.Environment()
    countdown, mean = models[model](env, size, operations, random.Random(seed).expovariate)
    env.run(until=countdown.over)
    print(json.dumps({"cpu_s": countdown.cpu_s, "operations": operations, "mean": mean()}))


if __name__ == "__main__":
    main()
