// SPDX-License-Identifier: MIT
// A setting that the deployment's concurrency model would silently ignore is a mistake.
#include <doctest/doctest.h>

#include <string>

#include "models/scenario/diagnostics.hpp"
#include "models/scenario/reader.hpp"

namespace {

// The first line of the one diagnostic of a scenario with this deployment; empty when it is sound.
std::string complaint(const std::string& deployment) {
  const std::string text =
      "service: {load: 10/s}\n"
      "profiles: {p: {kernels: {k: {phases: [{cpu: 1ms}]}}}}\n"
      "deployments:\n"
      "  one: {profile: p, " + deployment + "}\n";
  models::Diagnostics diagnostics;
  models::parse_scenario("s.yaml", text, {}, diagnostics);
  if (diagnostics.sorted().empty()) return {};
  REQUIRE(diagnostics.sorted().size() == 1);
  const std::string rendered = render(diagnostics.sorted().front(), false);
  return rendered.substr(0, rendered.find('\n'));
}

}  // namespace

TEST_CASE("threads belong to runtimes that have some") {
  CHECK(complaint("server: gunicorn_gthread, threads: 4").empty());
  CHECK(complaint("runtime: subinterpreters, threads: 4").empty());
  CHECK(complaint("server: gunicorn_sync, threads: 1").empty());
  CHECK(complaint("server: gunicorn_sync, threads: 4") ==
        "s.yaml:4:44: error: 'threads' has no effect in runtime 'processes'");
  CHECK(complaint("server: uvicorn, threads: 4") == "s.yaml:4:38: error: 'threads' has no effect in runtime 'event_loop'");
}

TEST_CASE("carriers and executor threads belong to one runtime each") {
  CHECK(complaint("server: go_http, carriers: 4").empty());
  CHECK(complaint("server: uvicorn, executor_threads: 4, blocking_waits: loop").find("error") == std::string::npos);
  CHECK(complaint("server: uvicorn, carriers: 4") == "s.yaml:4:38: error: 'carriers' has no effect in runtime 'event_loop'");
  CHECK(complaint("runtime: gil_threads, executor_threads: 4") ==
        "s.yaml:4:43: error: 'executor_threads' has no effect in runtime 'gil_threads'");
}
