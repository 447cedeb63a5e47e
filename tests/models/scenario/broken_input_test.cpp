// SPDX-License-Identifier: MIT
// Every kind of mistake, with the exact lines that a user reads. The unchanged scenario is sound; each case
// replaces one stretch of it.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "models/scenario/reader.hpp"
#include "tests/models/scenario/sound_scenario.hpp"

namespace {

using namespace sound_scenario;

struct Case {
  const char* from;
  const char* to;
  Lines expected;
};

void check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    CAPTURE(std::string(c.to));
    CHECK(joined(headers(with(c.from, c.to))) == joined(c.expected));
  }
}

}  // namespace

TEST_CASE("the scenario that the mistakes are made in is sound") {
  CHECK(joined(headers(sound)).empty());
}

TEST_CASE("unknown, duplicate, missing and empty keys are reported at the key") {
  check({
      {"threads: 2", "threds: 2", {"s.yaml:19:5: error: unknown key 'threds' in 'two'"}},
      {"service:\n",
       "sevice:\n",
       {"s.yaml:1:1: error: unknown key 'sevice'", "s.yaml:1:1: error: 'service' is missing"}},
      {"threads: 2", "threads: 2\n    threads: 4", {"s.yaml:20:5: error: duplicate key 'threads'"}},
      {"threads: 2", "'threads': 2\n    \"threads\": 4", {"s.yaml:20:5: error: duplicate key 'threads'"}},
      {"{p99: 250ms}", "{p99: 250ms, p99: 1s}", {"s.yaml:3:21: error: duplicate key 'p99'"}},
      {"    profile: gil\n", "", {"s.yaml:16:3: error: 'profile' is missing in 'two'"}},
      {"  load: 300/s\n", "", {"s.yaml:1:1: error: 'load' is missing in 'service'"}},
      {"threads: 2", "threads:", {"s.yaml:19:5: error: 'threads' has no value"}},
      {"threads: 2", "threads: ~", {"s.yaml:19:14: error: 'threads' has no value"}},
      {"threads: 2", "threads: null", {"s.yaml:19:14: error: 'threads' has no value"}},
      {"{p99: 250ms}", "{p99:250ms}", {"s.yaml:3:9: error: unknown key 'p99:250ms' in 'slo'"}},
      {"{size: 4}", "", {"s.yaml:6:3: error: 'db' has no value"}},
      {"    profile: gil\n    server: gunicorn_gthread\n    threads: 2\n",
       "",
       {"s.yaml:16:3: error: 'two' has no value"}},
      {"  load: 300/s", "  load:", {"s.yaml:2:3: error: 'load' has no value"}},
  });
}

TEST_CASE("wrong types are reported at the value") {
  check({
      {"threads: 2", "threads: many", {"s.yaml:19:14: error: 'threads' must be a whole number, not 'many'"}},
      {"threads: 2",
       "threads: \"2\"",
       {"s.yaml:19:14: error: 'threads' must be a whole number, not a text in quotes"}},
      {"threads: 2", "threads: [2]", {"s.yaml:19:14: error: 'threads' must be a whole number, not a list"}},
      {"threads: 2", "threads: {a: 2}", {"s.yaml:19:14: error: 'threads' must be a whole number, not a map"}},
      {"threads: 2", "threads: 2.5", {"s.yaml:19:14: error: 'threads' must be a whole number, not '2.5'"}},
      {"threads: 2", "preload: yes", {"s.yaml:19:14: error: 'preload' must be true or false, not 'yes'"}},
      {"threads: 2",
       "preload: \"true\"",
       {"s.yaml:19:14: error: 'preload' must be true or false, not 'true'"}},
      {"threads: 2", "preload: True", {"s.yaml:19:14: error: 'preload' must be true or false, not 'True'"}},
      {"slo: {p99: 250ms}",
       "slo: 250ms",
       {"s.yaml:3:8: error: 'slo' must be a map of settings, not a plain value"}},
      {"slo: {p99: 250ms}",
       "slo: [250ms]",
       {"s.yaml:3:8: error: 'slo' must be a map of settings, not a list"}},
      {"          - {lock: 930us, releases: 10}\n          - {wait: 20ms, pool: db}\n",
       "          {lock: 930us}\n",
       {"s.yaml:6:3: warning: no phase uses the pool 'db'",
        "s.yaml:13:11: error: 'phases' must be a list, not a map"}},
      {"container: {limits: {cpu: 2}}",
       "container: {oom: proces}",
       {"s.yaml:4:18: error: 'oom' must be one of process, group, not 'proces'"}},
      {"pools:\n  db: {size: 4}",
       "pools: [db]",
       {"s.yaml:5:8: error: 'pools' must be a map from names to their settings, not a list",
        "s.yaml:13:32: error: there is no pool 'db'"}},
  });
}

TEST_CASE("numbers that another reader of YAML would take for something else are refused") {
  check({
      {"threads: 2",
       "threads: 010",
       {"s.yaml:19:14: error: 'threads' has a leading zero, which some readers take for octal: '010'"}},
      {"threads: 2",
       "threads: 0x10",
       {"s.yaml:19:14: error: 'threads' must be a decimal number, not '0x10'"}},
      {"threads: 2", "threads: 1e3", {"s.yaml:19:14: error: 'threads' must be a whole number, not '1e3'"}},
      {"threads: 2",
       "threads: 1_000",
       {"s.yaml:19:14: error: 'threads' must be a number without separators, not '1_000'"}},
      {"threads: 2", "threads: .inf", {"s.yaml:19:14: error: 'threads' must be a finite number, not '.inf'"}},
      {"cpu: 2", "cpu: .nan", {"s.yaml:4:27: error: 'cpu' must be a finite number, not '.nan'"}},
      {"threads: 2",
       "threads: 1000000000000",
       {"s.yaml:19:14: error: 'threads' must be at most 65536, not '1000000000000'"}},
      {"threads: 2",
       "threads: 99999999999999999999",
       {"s.yaml:19:14: error: 'threads' is a number far too large: '99999999999999999999'"}},
      {"threads: 2", "threads: 0", {"s.yaml:19:14: error: 'threads' must be at least 1, not '0'"}},
      {"threads: 2", "threads: -2", {"s.yaml:19:14: error: 'threads' must be at least 1, not '-2'"}},
      {"cpu: 2", "cpu: -1", {"s.yaml:4:27: error: 'cpu' must be more than 0, not '-1'"}},
      {"cpu: 2", "cpu: 0", {"s.yaml:4:27: error: 'cpu' must be more than 0, not '0'"}},
  });
}

TEST_CASE("missing, wrong and impossible units are reported with the value") {
  check({
      {"300/s", "300", {"s.yaml:2:9: error: 'load' needs a unit"}},
      {"300/s", "300rps", {"s.yaml:2:9: error: 'load' has an unknown unit 'rps'"}},
      {"250ms", "250", {"s.yaml:3:14: error: 'p99' needs a unit"}},
      {"250ms",
       "250MiB",
       {"s.yaml:3:14: error: 'p99' must be a time such as 20ms, and 'MiB' is the unit of a size"}},
      {"250ms", "1s..2s", {"s.yaml:3:14: error: 'p99' must be a single value, not the range '1s..2s'"}},
      {"45MiB", "45", {"s.yaml:9:23: error: 'process' needs a unit"}},
      {"45MiB",
       "50MiB..40MiB",
       {"s.yaml:9:23: error: 'process' is a range whose ends are swapped: '50MiB..40MiB'"}},
      {"45MiB",
       "{value: 45, range: 40MiB..50MiB}",
       {"s.yaml:9:31: error: 'value' of 'process' needs a unit"}},
      {"45MiB",
       "{value: 45MiB, range: 50MiB..60MiB}",
       {"s.yaml:9:45: error: the range of 'process' does not hold its value"}},
      {"45MiB",
       "{value: 45MiB, basis: guessed}",
       {"s.yaml:9:45: error: 'basis' of 'process' must be one of measured, derived, extrapolated, assumed, "
        "not 'guessed'"}},
      {"45MiB",
       "{vale: 45MiB}",
       {"s.yaml:9:14: error: 'process' needs a 'value' or a 'range'",
        "s.yaml:9:24: error: unknown key 'vale' in 'process'"}},
      {"releases: 10", "releases: -1", {"s.yaml:13:37: error: 'releases' must be at least 0, not '-1'"}},
  });
}

TEST_CASE("fields that exclude or need each other are reported") {
  check({
      {"load: 300/s",
       "load: {open: 300/s, connections: 8}",
       {"s.yaml:2:23: error: 'connections' and 'open' exclude each other"}},
      {"load: 300/s",
       "load: {think_time: 1s}",
       {"s.yaml:2:3: error: 'load' needs one of 'open', 'connections', 'tasks' or 'trace'",
        "s.yaml:2:10: error: 'think_time' has an effect only with 'connections'"}},
      {"load: 300/s",
       "load: {open: 300/s, scv: 4}",
       {"s.yaml:2:23: error: 'scv' has an effect only with 'arrivals: gamma'"}},
      {"load: 300/s",
       "load: {open: 300/s, arrivals: mmpp, burst_length: 9s, burst_every: 5s}",
       {"s.yaml:2:57: error: 'burst_every' must be longer than 'burst_length'"}},
      {"{lock: 930us, releases: 10}",
       "{lock: 930us, cpu: 1ms}",
       {"s.yaml:13:27: error: 'cpu' and 'lock' exclude each other"}},
      {"{lock: 930us, releases: 10}",
       "{memory: 1MiB}",
       {"s.yaml:13:13: error: this needs one of 'lock', 'cpu' or 'wait'"}},
      {"{lock: 930us, releases: 10}",
       "{cpu: 930us, releases: 10}",
       {"s.yaml:13:26: error: 'releases' has an effect only with 'lock'"}},
      {"wait: 20ms",
       "wait: {mean: 20ms, scv: 2}",
       {"s.yaml:14:33: error: 'scv' has an effect only with 'shape: lognormal or gamma'"}},
      {"wait: 20ms",
       "wait: {quantiles: {p50: 5ms, p10: 6ms}}",
       {"s.yaml:14:43: error: quantiles must ascend: 'p10' does not follow 'p50'"}},
      {"wait: 20ms",
       "wait: {quantiles: {p10: 5ms, p200: 6ms}}",
       {"s.yaml:14:43: error: 'p200' is not a percentile between p0 and p100"}},
      {"wait: 20ms",
       "wait: {quantiles: {p10: 5ms}}",
       {"s.yaml:14:21: error: 'quantiles' needs at least 2 entries, not 1"}},
      {"wait: 20ms",
       "wait: {mean: 1ms, shape: quantiles}",
       {"s.yaml:14:39: error: 'shape: quantiles' needs the quantiles"}},
      {"    server: gunicorn_gthread\n",
       "",
       {"s.yaml:16:3: error: 'two' needs either 'server' or 'runtime'"}},
      {"threads: 2", "runtime: processes", {"s.yaml:19:5: error: 'runtime' and 'server' exclude each other"}},
      {"threads: 2",
       "freeze: true",
       {"s.yaml:19:5: error: 'freeze' has an effect only with 'preload: true'"}},
      {"threads: 2",
       "threads: 65536\n    processes: 4096",
       {"s.yaml:16:3: error: 'two' would start 268435456 workers; at most 100000 are simulated"}},
      {"slo:",
       "connection_split: [4, 4]\n  slo:",
       {"s.yaml:3:3: error: 'connection_split' has an effect only with 'load: {connections: ...}'",
        "s.yaml:3:21: error: 'connection_split' has 2 entries, but 'two' has 1 processes"}},
      {"{cpu: 2}}",
       "{cpu: 2}, requests: {cpu: 3}}",
       {"s.yaml:4:42: error: the CPU request is larger than the limit"}},
      {"{cpu: 2}}", "{cpu: 2}, cpuset: 3}", {"s.yaml:4:31: error: the node has 2 cores, 'cpuset' wants 3"}},
      {"{cpu: 2}}",
       "{cpu: 1m}}",
       {"s.yaml:4:22: error: the CPU quota of a period is 100us, and Linux refuses less than 1ms"}},
      {"{cpu: 2}}",
       "{cpu: 2}, cpu_burst: 300ms}",
       {"s.yaml:4:31: error: 'cpu_burst' may not be more than the quota of a period, 200ms"}},
      {"{cpu: 2}}",
       "{}, cpu_burst: 300ms}",
       {"s.yaml:4:25: error: 'cpu_burst' has an effect only with a CPU limit"}},
      {"container:",
       "node: {scaling: [1, 1.9, 2.5]}\ncontainer:",
       {"s.yaml:4:8: error: 'scaling' has 3 entries for 2 cores"}},
      {"container:",
       "node: {scaling: [1, 2.9]}\ncontainer:",
       {"s.yaml:4:21: error: the throughput of 2 cores must lie between 0 and 2 times that of one"}},
      {"container:",
       "node: {scaling: [0.9, 1.9]}\ncontainer:",
       {"s.yaml:4:18: error: 'scaling' is relative to one core, so its first entry must be 1"}},
      {"{process: 45MiB}",
       "{process: 45MiB, shared_heap: 60MiB}",
       {"s.yaml:9:30: error: 'shared_heap' is a part of 'process' and may not be larger"}},
      {"{process: 45MiB}",
       "{unshared_at_once: 60%, never_unshared: 0.5}",
       {"s.yaml:9:37: error: 'unshared_at_once' and 'never_unshared' add up to more than the whole shared "
        "heap"}},
      {"{process: 45MiB}\n    kernels:\n      json:\n",
       "{unshared_at_once: 60%}\n    kernels:\n      json:\n        memory: {never_unshared: 0.5}\n",
       {"s.yaml:12:18: error: 'unshared_at_once' and 'never_unshared' add up to more than the whole shared "
        "heap"}},
      {"{process: 45MiB}",
       "{process: 45MiB, shared_heap: 30MiB, held_by_master: 31MiB}",
       {"s.yaml:9:50: error: 'held_by_master' is a part of 'shared_heap' and may not be larger"}},
      {"{size: 4}",
       "{size: 4, max: 2}",
       {"s.yaml:6:17: error: 'max' of all pools together is smaller than the size of one"}},
  });
}

TEST_CASE("names that lead nowhere are reported, with the nearest one that does") {
  check({
      {"profile: gil", "profile: gill", {"s.yaml:17:14: error: there is no profile 'gill'"}},
      {"gunicorn_gthread",
       "gunicorn-gtread",
       {"s.yaml:18:13: error: 'server' names no known one: 'gunicorn-gtread'"}},
      {"server: gunicorn_gthread",
       "runtime: gil_thread",
       {"s.yaml:18:14: error: 'runtime' names no known one: 'gil_thread'"}},
      {"pool: db",
       "pool: database",
       {"s.yaml:6:3: warning: no phase uses the pool 'db'",
        "s.yaml:14:32: error: there is no pool 'database'"}},
      {"slo:",
       "kernel: jsn\n  slo:",
       {"s.yaml:3:11: error: there is no kernel in profile 'gil' called 'jsn'"}},
      {"slo:",
       "mix: {json: 3, wait: 1}\n  slo:",
       {"s.yaml:3:18: error: there is no kernel in profile 'gil' called 'wait'"}},
      {"slo:",
       "kernel: json\n  mix: {json: 3}\n  slo:",
       {"s.yaml:4:3: error: 'mix' and 'kernel' exclude each other"}},
      {"slo:",
       "balancer: least_requests\n  slo:",
       {"s.yaml:3:13: error: 'balancer' must be one of random, round_robin, least_request, not "
        "'least_requests'"}},
      {"    kernels:\n",
       "    kernels:\n      other: {phases: [{cpu: 1ms}]}\n",
       {"s.yaml:1:1: error: 'service' needs 'kernel' or 'mix': profile 'gil' has 2 kernels"}},
      {"  two:\n", "  two or more:\n", {"s.yaml:16:3: error: 'two or more' is not a name"}},
      {"container:",
       "expect: [{deployment: tow, metric: latency_p99, at_most: 1s}]\ncontainer:",
       {"s.yaml:4:23: error: there is no deployment 'tow'"}},
      {"container:",
       "expect: [{deployment: two, metric: latency_p90, at_most: 1s}]\ncontainer:",
       {"s.yaml:4:36: error: 'metric' names no known one: 'latency_p90'"}},
      {"container:",
       "expect: [{deployment: two, metric: latency_p99, at_most: 3/s}]\ncontainer:",
       {"s.yaml:4:58: error: 'at_most' must be a time such as 20ms, and '/s' is the unit of a rate"}},
      {"container:",
       "expect: [{deployment: two, metric: latency_p99}]\ncontainer:",
       {"s.yaml:4:10: error: this expectation checks nothing"}},
      {"container:",
       "expect: [{deployment: two, binds: gil}]\ncontainer:",
       {"s.yaml:4:35: error: 'binds' names no known one: 'gil'"}},
      {"container:",
       "expect: [{deployment: two, at_least: 3}]\ncontainer:",
       {"s.yaml:4:28: error: 'at_least' has an effect only with 'metric'"}},
      {"  slo: {p99: 250ms}\n",
       "expect: [{deployment: two, slo: ok}]\n",
       {"s.yaml:3:28: error: the service has no 'slo' to check"}},
      {"  two:\n",
       "  two: {profile: gil, runtime: processes}\n  three:\n    force_loc: true\n",
       {"s.yaml:18:5: error: unknown key 'force_loc' in 'three'"}},
  });
}

TEST_CASE("everything wrong is reported at once, in the order of the lines") {
  std::string text = with("300/s", "300");
  text.replace(text.find("threads: 2"), 10, "threds: 2");
  text.replace(text.find("45MiB"), 5, "45");
  CHECK(joined(headers(text)) ==
        joined({"s.yaml:2:9: error: 'load' needs a unit", "s.yaml:9:23: error: 'process' needs a unit",
                "s.yaml:19:5: error: unknown key 'threds' in 'two'"}));
}

TEST_CASE("more problems than anybody reads are counted, not kept") {
  std::string text = sound;
  for (int i = 0; i < 200; ++i) text += "unknown" + std::to_string(i) + ": 1\n";
  models::Diagnostics diagnostics;
  CHECK_FALSE(models::parse_scenario("s.yaml", text, {}, diagnostics));
  CHECK(diagnostics.errors() == 200);
  CHECK(diagnostics.sorted().size() == models::Diagnostics::capacity);
  CHECK(diagnostics.omitted() == 150);
  const std::string rendered = render(diagnostics, false);
  CHECK(rendered.find("and 150 more\n200 errors. Nothing was run.\n") != std::string::npos);
}
