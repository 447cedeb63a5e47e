#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that every include respects the floors of the house: tools -> models -> sim -> std.

All Debian headers share one folder and every room is compiled with the repository root on its include path, so
a forbidden include compiles. This reads the include lines instead and reports each that

  - reaches up a floor, or into tests/ from outside it,
  - reaches into a room that CMake's DEPENDS of its own room does not lead to,
  - names a third-party or threading header outside the rooms that may use it,
  - names a third-party header that nobody has decided about,
  - does not name a file of the repository by its path from the root.

usage: check_floors.py [ROOT]     exit status 0: clean, 1: violations, one a line as file:line: message
"""
import pathlib
import re
import sys

FLOORS = ["sim", "models", "tools"]  # each may include what stands before it
TESTS = "tests"

# First match decides. A header is allowed in the places named: a floor, or floor/room.
THIRD_PARTY = [
    (r"yaml-cpp/", ["models/scenario"]),
    (r"CLI/", ["tools"]),
    (r"Eigen/|unsupported/Eigen/", ["models/analytic", "models/calibration"]),
    (r"tbb/|oneapi/", ["sim/experiment"]),
    (r"boost/", ["sim/stats"]),
    (r"nlohmann/", ["models/scenario", "tools"]),
    (r"fmt/", ["models", "tools"]),
    (r"doctest/|benchmark/", []),
    # Threads belong to the runner of experiments, and to what measures: the load generator beside its server, threads
    # on a host, kernels on threads.
    (r"(thread|mutex|shared_mutex|condition_variable|future|semaphore|barrier|latch|stop_token|execution|pthread\.h)$",
     ["sim/experiment", "tools/measure", "tools/host", "tools/kernels"]),
    # The terminal belongs to the tools.
    (r"(termios|sys/ioctl)\.h$", ["tools"]),
    # Distributions of the standard library differ by platform.
    (r"random$", []),
]

STANDARD = re.compile(r"[a-z_0-9]+$|(sys|linux|arpa|netinet)/[a-z_0-9]+\.h$|"
                      r"(fcntl|unistd|signal|time|strings|poll|sched|pthread|termios|dirent|errno|fnmatch|glob|dlfcn)\.h$")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:<([^>]+)>|"([^"]+)"|(\S+))')
ROOM = re.compile(r"^\s*forkcast_room\(\s*(\w+)\s+(\w+)([^)]*)\)", re.MULTILINE)


def rooms_seen(root):
    """The rooms that each room may include: the transitive closure of DEPENDS, as 'floor/room' names."""
    direct = {}
    for floor in FLOORS:
        listing = root / floor / "CMakeLists.txt"
        text = listing.read_text() if listing.exists() else ""
        text = re.sub(r"#.*", "", text)
        for of_floor, room, rest in ROOM.findall(text):
            direct[f"{of_floor}_{room}"] = [word for word in rest.split() if word != "DEPENDS"]

    def closure(target, seen):
        for dependency in direct.get(target, []):
            if dependency in direct and dependency not in seen:
                seen.add(dependency)
                closure(dependency, seen)
        return seen

    def path(target):
        return target.replace("_", "/", 1)

    return {path(target): {path(t) for t in closure(target, {target})} for target in direct}


def place_of(path):
    """('models', 'models/host') for models/host/x.hpp; a file that lies in no room gives its floor twice."""
    parts = path.split("/")
    return parts[0], "/".join(parts[:2]) if len(parts) > 2 else parts[0]


def violation(root, seen, path, angled, quoted):
    floor, room = place_of(path)
    if quoted is not None:
        if not (root / quoted).is_file():
            return f'"{quoted}" is no file of the repository: include by the path from its root'
        other_floor, other_room = place_of(quoted)
        if floor == TESTS:
            return None
        if other_floor == TESTS:
            return f'"{quoted}": nothing outside tests/ may see the tests'
        if other_floor not in FLOORS:
            return f'"{quoted}" lies on no floor'
        if FLOORS.index(other_floor) > FLOORS.index(floor):
            return f'"{quoted}" reaches up: {floor} must not see {other_floor}'
        if room in seen and other_room not in seen[room]:
            return f'"{quoted}": {room} does not depend on {other_room} in {floor}/CMakeLists.txt'
        return None
    if floor == TESTS:
        return None
    for pattern, places in THIRD_PARTY:
        if re.match(pattern, angled):
            if floor in places or room in places:
                return None
            return f"<{angled}> is for {', '.join(places) if places else 'tests'} only"
    if not STANDARD.match(angled):
        return f"<{angled}> is unknown to tests/floors/check_floors.py: decide which room may use it"
    return None


def check(root):
    seen = rooms_seen(root)
    problems = []
    for floor in FLOORS + [TESTS]:
        for file in sorted((root / floor).rglob("*")):
            if file.suffix not in (".hpp", ".cpp", ".h", ".cc", ".ipp"):
                continue
            path = file.relative_to(root).as_posix()
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                angled, quoted, computed = match.groups()
                message = "an include must name its file" if computed else violation(root, seen, path, angled, quoted)
                if message:
                    problems.append(f"{path}:{number}: {message}")
    return problems


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    problems = check(root)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
