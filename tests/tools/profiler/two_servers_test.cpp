// SPDX-License-Identifier: MIT
#include "tools/profiler/two_servers.hpp"

#include <doctest/doctest.h>

namespace {

models::MeasuredRun run_of(models::Count threads, std::optional<double> connections_per_request) {
  models::MeasuredRun run;
  run.what.threads = threads;
  run.what.connections = 8;
  run.requests = 5000;
  run.connections_per_request = connections_per_request;
  return run;
}

}  // namespace

TEST_CASE("A server that ends connections with one thread and keeps them with several is two servers") {
  const std::string text = profiler::two_servers({run_of(1, 1.0), run_of(4, 0.0016)});
  CHECK(text.starts_with("as 1 process(es) of 1 thread(s) the server ends each connection"));
  CHECK(text.find("as 1 process(es) of 4 thread(s) it keeps them") != std::string::npos);
  CHECK(text.find("-k gthread") != std::string::npos);
}

TEST_CASE("A server that always does the same is one, and what does not tell is not asked") {
  CHECK(profiler::two_servers({}).empty());
  CHECK(profiler::two_servers({run_of(1, 1.0), run_of(4, 1.0)}).empty());
  CHECK(profiler::two_servers({run_of(1, 0.0016), run_of(4, 0.0016)}).empty());
  models::MeasuredRun leaving = run_of(1, 1.0);   // the clients' own wish
  leaving.what.keep_alive = false;
  CHECK(profiler::two_servers({leaving, run_of(4, 0.0016)}).empty());
  models::MeasuredRun slow = run_of(1, 0.6);      // most connections have had one answer yet
  slow.requests = 13;
  CHECK(profiler::two_servers({slow, run_of(4, 0.0016)}).empty());
  models::MeasuredRun rare = run_of(1, 0.9);      // may be closed for idleness
  rare.what.rate = models::Rate{1.0};
  CHECK(profiler::two_servers({rare, run_of(4, 0.0016)}).empty());
  CHECK(profiler::two_servers({run_of(1, std::nullopt), run_of(4, 0.0016)}).empty());   // an older record
}
