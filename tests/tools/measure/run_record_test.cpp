// SPDX-License-Identifier: MIT
#include "tools/measure/run_record.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "tests/temporary_folder.hpp"
#include "tools/measure/measurement_error.hpp"

using models::MeasuredRun;

namespace {

MeasuredRun full_run() {
  MeasuredRun run;
  run.id = "a-1";
  run.started = "2026-01-01T12:00:00Z";
  run.what.subject = "shop \"quoted\" \xc3\xa4";
  run.what.server = "gunicorn_gthread";
  run.what.processes = 2;
  run.what.threads = 4;
  run.what.cpu = models::Cores{1.5};
  run.what.memory = models::Bytes{256.0 * 1024 * 1024};
  run.what.rate = models::Rate{100.1};
  run.what.keep_alive = false;
  run.what.window = {0.1};
  run.throughput = {1.0 / 3.0};
  run.requests = 12'345'678'901;
  run.errors = 2;
  run.latency.p99 = {1e-9};
  run.requests_by_process = {0.75, 0.25};
  run.connections_per_request = 1.0;
  run.throttled_share = 0.5;
  run.throttled_time = models::Duration{0.25};
  run.idle.charge = models::Bytes{123.0};
  run.loaded.processes = 3;
  return run;
}

std::string failure(const std::string& line) {
  try {
    measure::from_json_line(line, "runs.jsonl:3");
  } catch (const measure::MeasurementError& error) {
    return error.what();
  }
  return "";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a run survives its line of JSON bit by bit") {
  const MeasuredRun run = full_run();
  const std::string line = measure::to_json_line(run);
  const MeasuredRun back = measure::from_json_line(line, "x:1");
  CHECK(back.what == run.what);
  CHECK(back.requests == run.requests);
  CHECK(back.throughput == run.throughput);
  CHECK(back.latency.p99 == run.latency.p99);
  CHECK(back.requests_by_process == run.requests_by_process);
  CHECK(back.throttled_time == run.throttled_time);
  CHECK(back.connections_per_request == run.connections_per_request);
  CHECK(back.idle.charge == run.idle.charge);
  CHECK_FALSE(back.idle.kernel);
  CHECK(back.loaded.processes == 3);
  CHECK(measure::to_json_line(back) == line);
}

TEST_CASE("what the machine could not tell is left out of the line, not written as 0") {
  MeasuredRun run = full_run();
  run.what.cpu.reset();
  run.throttled_share.reset();
  const std::string line = measure::to_json_line(run);
  CHECK(line.find("cpu_cores\":1.5") == std::string::npos);
  CHECK(line.find("throttled_share") == std::string::npos);
  CHECK_FALSE(measure::from_json_line(line, "x:1").what.cpu);
}

TEST_CASE("a line with a missing, unknown or mistyped member is refused with its place and name") {
  const std::string line = measure::to_json_line(full_run());
  CHECK(failure(replaced(line, "\"errors\":2", "\"erors\":2")) == "runs.jsonl:3: errors is missing");
  CHECK(failure(replaced(line, "\"errors\":2", "\"errors\":2,\"more\":1")) == "runs.jsonl:3: unknown member more");
  CHECK(failure(replaced(line, "\"errors\":2", "\"errors\":\"2\"")) == "runs.jsonl:3: errors must be a count");
  CHECK(failure(replaced(line, "\"errors\":2", "\"errors\":-2")) == "runs.jsonl:3: errors must be a count");
  CHECK(failure(replaced(line, "\"processes\":2", "\"processes\":2.5")) == "runs.jsonl:3: what.processes must be a count");
  CHECK(failure(replaced(line, "\"charge_bytes\":123.0", "\"charge_bytes\":-1")) ==
        "runs.jsonl:3: idle.charge_bytes must be a number of at least 0");
  CHECK(failure(replaced(line, "\"id\":", "id:")).starts_with("runs.jsonl:3:"));
  CHECK(failure("[]") == "runs.jsonl:3: the line must be an object");
}

TEST_CASE("two runs of one file cannot have one id") {
  const std::string line = measure::to_json_line(full_run()) + "\n";
  CHECK_THROWS_WITH_AS(measure::parse_runs(line + line, "f"), "f:2: another run has the id a-1", measure::MeasurementError);
}

TEST_CASE("a line torn by a crash is recognised, and cut off by the next run that is appended") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "runs.jsonl";
  MeasuredRun run = full_run();
  measure::append_run(path, run);
  {
    std::ofstream torn(path, std::ios::app);
    torn << measure::to_json_line(run).substr(0, 50);
  }
  const measure::RecordedRuns before = measure::read_runs(path);
  CHECK(before.torn);
  CHECK(before.runs.size() == 1);
  run.id = "a-2";
  measure::append_run(path, run);
  const measure::RecordedRuns after = measure::read_runs(path);
  CHECK_FALSE(after.torn);
  REQUIRE(after.runs.size() == 2);
  CHECK(after.runs[1].id == "a-2");
}
