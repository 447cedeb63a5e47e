// SPDX-License-Identifier: MIT
#include "models/scenario/explain.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

TEST_CASE("a parameter is explained with type, units, default, range and example") {
  CHECK(models::explain("container.cpu_period") ==
        "container.cpu_period: time\n"
        "  Period in which the CPU quota is counted (cpu.max).\n"
        "  units      ns us ms s min h d\n"
        "  default    100ms\n"
        "  range      1ms to 1s\n");
  CHECK(models::explain("service.load.scv") ==
        "service.load.scv: number\n"
        "  Squared coefficient of variation of the time between two arrivals; 1 is Poisson.\n"
        "  default    4\n"
        "  range      more than 0, up to 10000\n"
        "  only with  arrivals: gamma\n");
  CHECK(models::explain("profiles.lock.handover_cpu") ==
        "profiles.lock.handover_cpu: time or range\n"
        "  CPU time that one hand-over costs.\n"
        "  units      ns us ms s min h d\n"
        "  default    0s (assumed)\n"
        "  range      0s or more\n"
        "  example    handover_cpu: 30us\n"
        "  or         {value: ..., range: low..high, basis: measured|derived|extrapolated|assumed, source: "
        "...}\n");
  CHECK(models::explain("node.weight_rule") ==
        "node.weight_rule: one of runc_1_3_2, runc_before_1_3_2\n"
        "  How a CPU request becomes cpu.weight.\n"
        "  default    runc_1_3_2\n");
}

TEST_CASE("a map is explained with its keys, the top level too") {
  const auto has = [](std::string_view path, std::string_view part) {
    const auto text = models::explain(path);
    return text && text->find(part) != std::string::npos;
  };
  CHECK(has("", "\n    deployments  What is compared, by name.\n"));
  CHECK(has("service.load", "a plain value stands for 'open'"));
  CHECK(has("service.load", "exactly one of open, connections, tasks, trace"));
  CHECK(has("profiles", "or, to derive it from another profile"));
  CHECK(has("deployments.server", "\n    gunicorn_sync "));
}

TEST_CASE("names of deployments and indices may be given or left out") {
  for (const char* path :
       {"deployments.threads", "deployments.gthread-2x8.threads", "deployments.gthread-2x8", "expect.metric",
        "expect.0.metric", "profiles.kernels.json.phases.0.lock.mean", "profiles.kernels.phases.lock.mean",
        "profiles.ft.derive", "profiles.ft.file", "lock.present", "latency_p99", "gunicorn_sync",
        "gil_threads"}) {
    CAPTURE(std::string(path));
    CHECK(models::explain(path));
  }
  for (const char* path : {"nothing", "deployments.threds", "deployments.a.b.threads",
                           "service.load.open.more", ".", "service..load"}) {
    CAPTURE(std::string(path));
    CHECK_FALSE(models::explain(path));
  }
}

TEST_CASE("a wrong path suggests near ones, the likeliest first") {
  CHECK(models::suggestions("deployments.threds").front() == "deployments.threads");
  CHECK(models::suggestions("deploymens").front() == "deployments");
  CHECK(models::suggestions("latncy_p99").front() == "latency_p99");
  const auto anywhere = models::suggestions("cpu_periods");
  CHECK(std::find(anywhere.begin(), anywhere.end(), "container.cpu_period") != anywhere.end());
  CHECK(models::suggestions("zzzzzzzz").empty());
}
