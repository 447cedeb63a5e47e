// SPDX-License-Identifier: MIT
#include "tools/profiler/probe_plan.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace {

measure::Subject subject(const std::string& command, const std::vector<std::string>& paths = {"/checkout"}) {
  measure::Subject one;
  one.name = "shop";
  one.command = command;
  for (const std::string& path : paths) {
    measure::Request request;
    request.path = path;
    one.requests.push_back(request);
  }
  return one;
}

std::vector<std::string> names(const std::vector<measure::Job>& jobs) {
  std::vector<std::string> found;
  for (const measure::Job& job : jobs) found.push_back(job.name);
  return found;
}

profiler::PlanOptions two_cores() {
  profiler::PlanOptions options;
  options.machine_cores = 2;
  return options;
}

constexpr auto full = "server -b 127.0.0.1:{port} -w {processes} --threads {threads}";

}  // namespace

TEST_CASE("A server that varies both gets every probe") {
  const auto jobs = profiler::probe_plan(subject(full), two_cores());
  CHECK(names(jobs) == std::vector<std::string>{"checkout: floor", "checkout: saturated", "checkout: paced",
                                                "checkout: contended", "checkout: one core", "checkout: crowd",
                                                "checkout: processes", "checkout: connections", "checkout: rare",
                                                "checkout: throttled", "checkout: throttled 3x1",
                                                "checkout: memory 10000"});
}

TEST_CASE("Only a server whose quota can be set and is not given is throttled") {
  const auto throttled = [](const profiler::PlanOptions& options) {
    return std::ranges::count(names(profiler::probe_plan(subject(full), options)), "checkout: throttled");
  };
  profiler::PlanOptions options = two_cores();
  CHECK(throttled(options) == 1);
  options.cpu = models::Cores{1.5};
  CHECK(throttled(options) == 0);
  options = two_cores();
  options.throttles = false;
  CHECK(throttled(options) == 0);
}

TEST_CASE("Threads and processes are varied only where the command can") {
  const auto count = [](const std::string& command, auto varied) {
    const auto jobs = profiler::probe_plan(subject(command), two_cores());
    return std::ranges::count_if(jobs, [&](const measure::Job& job) { return varied(job.what) > 1; });
  };
  const auto threads = [](const models::Configuration& what) { return what.threads; };
  const auto processes = [](const models::Configuration& what) { return what.processes; };
  CHECK(count("server {port} {processes}", threads) == 0);
  CHECK(count("server {port} {processes}", processes) > 0);
  CHECK(count("server {port} {threads}", processes) == 0);
  CHECK(count("server {port} {threads}", threads) > 0);
  CHECK(count("server {port}", processes) == 0);
}

TEST_CASE("Every kernel has its own demand and each probe makes requests of one kernel") {
  const auto jobs = profiler::probe_plan(subject(full, {"/checkout", "/search"}), two_cores());
  for (const std::string kernel : {"checkout", "search"}) {
    for (const std::string probe : {"floor", "saturated", "contended", "one core"}) {
      CHECK(std::ranges::count(names(jobs), kernel + ": " + probe) == 1);
    }
  }
  CHECK(std::ranges::count(names(jobs), "search: processes") == 0);
  for (const measure::Job& job : jobs) {
    REQUIRE(job.subject.requests.size() == 1);
    CHECK(profiler::kernel_name(job.subject.requests[0]) == job.what.kernel);
  }
}

TEST_CASE("What requests do to memory is asked of each kernel once, preloaded in two sizes where the server can") {
  measure::Subject preloading = subject(full, {"/checkout", "/search"});
  preloading.preload_argument = "--preload";
  std::vector<std::string> asked;
  for (const measure::Job& job : profiler::probe_plan(preloading, two_cores())) {
    CHECK(job.once == (job.before > 0));
    if (!job.once) continue;
    asked.push_back(job.name);
    CHECK(job.what.preload);
    CHECK(job.what.window == models::Duration{});
    CHECK_FALSE(job.what.keep_alive);
    CHECK(job.what.processes == (job.before == 1000 ? 3 : 1));
  }
  CHECK(asked == std::vector<std::string>{"checkout: memory 1000", "checkout: memory 10000", "search: memory 1000",
                                          "search: memory 10000"});
  profiler::PlanOptions options = two_cores();
  options.memory = false;
  CHECK(std::ranges::none_of(profiler::probe_plan(preloading, options), [](const auto& job) { return job.once; }));
}

TEST_CASE("One core leaves no probe without a core for a hand-over") {
  profiler::PlanOptions options;
  options.machine_cores = 1;
  const auto jobs = profiler::probe_plan(subject(full), options);
  CHECK(std::ranges::count(names(jobs), "checkout: one core") == 0);
}

TEST_CASE("The connection probe flips how users connect, the others do as users do") {
  for (const bool keep_alive : {true, false}) {
    profiler::PlanOptions options = two_cores();
    options.keep_alive = keep_alive;
    for (const measure::Job& job : profiler::probe_plan(subject(full), options)) {
      if (job.once) continue;  // memory
      CHECK(job.what.keep_alive == (keep_alive != job.name.ends_with("connections")));
    }
  }
}

TEST_CASE("One quick round fits in a minute, three rounds of the full plan in five") {
  profiler::PlanOptions options = two_cores();
  CHECK(profiler::expected_length(profiler::probe_plan(subject(full), options), 3).seconds < 240.0);
  options.quick = true;
  options.memory = false;
  CHECK(profiler::expected_length(profiler::probe_plan(subject(full), options), 1).seconds < 40.0);
}

TEST_CASE("Kernels are named by their paths") {
  const auto name = [](const std::string& path) {
    measure::Request request;
    request.path = path;
    return profiler::kernel_name(request);
  };
  CHECK(name("/") == "root");
  CHECK(name("/checkout") == "checkout");
  CHECK(name("/api/v2/items/?page=1&x=2") == "api_v2_items");
  CHECK(name("/a//b") == "a_b");
}

TEST_CASE("Names of probes are unique on a machine of many cores, too") {
  profiler::PlanOptions options;
  options.machine_cores = 16;
  std::vector<std::string> found = names(profiler::probe_plan(subject(full, {"/a", "/b"}), options));
  CHECK(std::ranges::count(found, "a: all cores") == 1);
  std::ranges::sort(found);
  CHECK(std::ranges::adjacent_find(found) == found.end());
}

TEST_CASE("Asked-for windows are as long as was asked for, and memory needs none") {
  profiler::PlanOptions options = two_cores();
  options.window = models::Duration{20.0};
  for (const measure::Job& job : profiler::probe_plan(subject(full), options))
    CHECK(job.what.window.seconds == (job.before > 0 ? 0.0 : 20.0));
}
