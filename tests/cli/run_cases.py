#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the command-line cases of one text file.

usage: run_cases.py PROGRAM FILE.test

A case file is a list of blocks. A block begins with its command and lasts to the next one; what must hold follows.
All commands of a file share one empty folder and run in `sh` without a terminal.

    # comment, before a command: what the case shows
    file web.yaml          plants a file; its content is the indented lines that follow
        description: ...
    $ forkcast run web.yaml
    exit 2                 the exit status, 0 when absent
    out text               stdout contains the text; once for each text
    err text               stderr contains the text
    not text               neither stream contains the text
    out=                   stdout is empty
    err=                   stderr is empty
"""
import os
import pathlib
import subprocess
import sys
import tempfile

KEYWORDS = ("exit ", "out ", "err ", "not ", "out=", "err=")


def parse(text):
    blocks = []  # {"files": {name: content}, "command": str, "line": int, "wants": [(keyword, value)]}
    files = {}
    current_file = None
    for number, line in enumerate(text.splitlines(), 1):
        if current_file is not None and (line.startswith("    ") or not line.strip()):
            files[current_file] += line[4:] + "\n"
            continue
        current_file = None
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("file "):
            current_file = line[5:]
            files[current_file] = ""
        elif line.startswith("$ "):
            blocks.append({"files": files, "command": line[2:], "line": number, "wants": []})
            files = {}
        elif blocks and line.startswith(KEYWORDS):
            keyword = next(word for word in KEYWORDS if line.startswith(word))
            blocks[-1]["wants"].append((keyword.strip(), line[len(keyword):]))
        else:
            raise SystemExit(f"line {number} is no keyword of a case: {line}")
    return blocks


def failures(block, folder, environment):
    for name, content in block["files"].items():
        (folder / name).write_text(content)
    try:
        result = subprocess.run(["sh", "-c", block["command"]], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=120)
    except subprocess.TimeoutExpired:
        return ["it did not end within 120 seconds"], "", ""
    out, err = result.stdout, result.stderr
    judges = {
        "out": lambda value: value in out,
        "err": lambda value: value in err,
        "not": lambda value: value not in out and value not in err,
        "out=": lambda value: not out,
        "err=": lambda value: not err,
    }
    problems = [f"does not hold: {keyword} {value}"
                for keyword, value in block["wants"] if keyword != "exit" and not judges[keyword](value)]
    expected = next((int(value) for keyword, value in block["wants"] if keyword == "exit"), 0)
    if result.returncode != expected:
        problems.append(f"exit status {result.returncode}, not {expected}")
    return problems, out, err


def main():
    program, file = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    blocks = parse(file.read_text(encoding="utf-8"))
    if not blocks:
        raise SystemExit(f"{file} has no case")
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for block in blocks:
            problems, out, err = failures(block, pathlib.Path(folder), environment)
            if not problems:
                continue
            failed += 1
            print(f"{file.name}:{block['line']}: $ {block['command']}")
            for problem in problems:
                print(f"  {problem}")
            print("  stdout:\n" + out[:3000] + "\n  stderr:\n" + err[:3000])
    print(f"{len(blocks) - failed} of {len(blocks)} cases hold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
