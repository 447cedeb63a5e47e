# SPDX-License-Identifier: MIT
"""Validates every shipped scenario and profile against its JSON Schema, and small mistakes that must not pass.

Exit 77 (skipped) where PyYAML or jsonschema is missing.
"""

import json
import pathlib
import re
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"skipped: Python module {missing.name} is not installed (Debian: python3-jsonschema, python3-yaml)")
    sys.exit(77)


class Loader(yaml.SafeLoader):
    """YAML 1.2 as editors read it: a date is a text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

SOUND = """
service: {load: 300/s, slo: {p99: 250ms, errors: 0.1%}}
container: {limits: {cpu: 500m, memory: 1Gi}}
profiles:
  a: {kernels: {k: {phases: [{lock: 930us, releases: 10}, {wait: {mean: 20ms, shape: lognormal, scv: 0.3}}]}}}
  b: {derive: a, memory: 1.15..1.40}
  c: {file: x.profile.yaml}
deployments: {one: {profile: a, server: gunicorn_sync, processes: 5}}
expect: [{deployment: one, metric: latency_p99, at_most: 250ms}]
"""

# What a change of the sound scenario makes of it: refused unless the last entry says otherwise.
CHANGES = [
    ("300/s", "300"),
    ("300/s", "{open: 300/s, connections: 8}"),
    ("250ms", "250"),
    ("250ms", "250MiB"),
    ("500m", "500mm"),
    ("1Gi", "1KB"),
    ("errors: 0.1%", "errors: 2"),
    ("gunicorn_sync", "gunicorn_sink"),
    ("processes: 5", "processes: 0"),
    ("processes: 5", "processes: 2.5"),
    ("processes: 5", "procesess: 5"),
    ("processes: 5", "preload: 'yes'"),
    ("profile: a, server", "profile: a, runtime: processes, server"),
    ("lognormal", "lognorm"),
    ("1.15..1.40", "1.15...1.40"),
    ("latency_p99", "latency_p98"),
    ("one:", "two words:"),
    ("service:", "extends: base.yaml\nservis:"),
    ("service: {load: 300/s, slo: {p99: 250ms, errors: 0.1%}}", ""),
    ("300/s", "90/min", "accepted"),
    ("300/s", "{connections: 8, think_time: 10ms}", "accepted"),
    ("500m", "0.5", "accepted"),
    ("0.1%", "0.001", "accepted"),
    ("930us", "{value: 930us, range: 900us..1ms, basis: assumed}", "accepted"),
    ("1.15..1.40", "1.2", "accepted"),
    ("service: {load: 300/s, slo: {p99: 250ms, errors: 0.1%}}", "extends: base.yaml", "accepted"),
    ("one: {profile: a, server: gunicorn_sync, processes: 5}", "one: null", "accepted"),
]


def complaints(validator, document):
    errors = sorted(validator.iter_errors(document), key=lambda error: list(map(str, error.absolute_path)))
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in errors]


def main(root):
    validators = {}
    for kind in ("scenario", "profile", "host", "validation", "prices"):
        schema = json.loads((root / "scenarios" / "schema" / f"{kind}.schema.json").read_text())
        jsonschema.Draft7Validator.check_schema(schema)
        validators[kind] = jsonschema.Draft7Validator(schema)

    failures = []
    files = sorted((root / "scenarios").rglob("*.yaml"))
    if not files:
        failures.append("no scenario found")
    for file in files:
        text = file.read_text()
        usual = "scenario" if file.is_relative_to(root / "scenarios") else "validation"
        kind = next((kind for kind in ("profile", "host", "prices") if file.name.endswith(f".{kind}.yaml")), usual)
        name = file.relative_to(root)
        failures += [f"{name}: {line}" for line in complaints(validators[kind], yaml.load(text, Loader))]
        if kind == "validation":
            continue  # plans may begin with what one needs to run them
        modeline = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
        if not modeline or (file.parent / modeline[1]).resolve() != root / "scenarios" / "schema" / f"{kind}.schema.json":
            failures.append(f"{name}: the first line does not point to the {kind} schema")

    validator = validators["scenario"]
    failures += [f"sound: {line}" for line in complaints(validator, yaml.load(SOUND, Loader))]
    for before, after, *expected in CHANGES:
        assert before in SOUND, before
        found = complaints(validator, yaml.load(SOUND.replace(before, after, 1), Loader))
        if bool(found) == bool(expected):
            failures.append(f"{before} -> {after}: {found or 'passes, and must not'}")

    print("\n".join(failures) or f"{len(files)} files and {len(CHANGES)} changes as they should be")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
