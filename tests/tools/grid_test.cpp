// SPDX-License-Identifier: MIT
// Table and Markdown: the same cells, drawn twice.
#include "tools/report/grid.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "tests/tools/sample.hpp"
#include "tools/report/reporter.hpp"

namespace {

std::vector<std::string> titles(const report::Grid& grid) {
  std::vector<std::string> all;
  for (const report::Column& column : grid.columns) all.push_back(column.title);
  return all;
}

const report::Column& column(const report::Grid& grid, const std::string& title) {
  const auto found = std::ranges::find(grid.columns, title, &report::Column::title);
  REQUIRE(found != grid.columns.end());
  return *found;
}

std::string table(const models::Comparison& comparison, bool wide = false) {
  return report::make_table()->serialize({&comparison, 1}, {"1", "forkcast", wide});
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) all.push_back(line);
  return all;
}

}  // namespace

TEST_CASE("the table is exactly this") {
  CHECK(table(sample::closed()) ==
        "Which one for the shop?\n"
        "\n"
        "DEPLOYMENT     RPS     P50     P95     P99   CPU   MEMORY  LOST  BINDS    BASIS\n"
        "sync-5       233/s  3.00ms  6.00ms  12.0ms  1.50   310MiB     0  workers  measured\n"
        "gthread-1x8  150/s  30.0ms  60.0ms   120ms  1.50  61.0MiB     0  lock     measured\n"
        "gthread-2x4  192/s  12.5ms  25.0ms  50.0ms  1.50   120MiB     0  lock     measured\n"
        "\n"
        "sync-5 completes the most requests, 233/s: 41.0/s more than gthread-2x4 (192/s).\n"
        "What binds: the workers in sync-5; the interpreter lock in gthread-1x8 and gthread-2x4.\n"
        "sync-5 takes 310MiB of memory, 249MiB more than gthread-1x8 (61.0MiB).\n");
}

TEST_CASE("a column that applies nowhere is missing") {
  models::Comparison comparison = sample::closed();
  const std::vector<std::string> before = titles(report::make_grid(comparison, false));
  CHECK(std::ranges::count(before, "SLO") == 0);
  CHECK(std::ranges::count(before, "LOCK WAIT") == 0);
  CHECK(std::ranges::count(before, "THROTTLED") == 0);
  CHECK(std::ranges::count(before, "MAKESPAN") == 0);

  models::DeploymentResult& one = comparison.deployments[1];
  one.slo = models::SloVerdict::missed;
  one.slo_reason = "p99";
  one.estimates[static_cast<std::size_t>(models::Metric::lock_wait)] = sample::point(0.002);
  one.estimates[static_cast<std::size_t>(models::Metric::throttled_time)] = sample::point(0.25);
  CHECK(std::ranges::count(titles(report::make_grid(comparison, false)), "THROTTLED") == 0);  // no quota
  comparison.scenario.container.limits.cpu = models::Cores{1.0};
  const report::Grid after = report::make_grid(comparison, false, 1000);
  CHECK(column(after, "SLO").cells == std::vector<std::string>{"-", "missed: p99", "-"});
  CHECK(column(after, "LOCK WAIT").cells == std::vector<std::string>{"-", "2.00ms", "-"});
  CHECK(column(after, "THROTTLED").cells == std::vector<std::string>{"-", "25.0%", "-"});
}

TEST_CASE("the capacity stands in columns of its own, with what binds there and next") {
  models::Comparison comparison = sample::open();
  CHECK(std::ranges::count(titles(report::make_grid(comparison, false)), "RPS@SLO") == 0);
  models::Capacity found;
  found.any = true;
  found.load = sample::point(812.0, 10.0);
  found.binds = models::Binds::memory;
  found.next = models::Binds::cpu_quota;
  found.next_factor = 1.31;
  comparison.deployments[0].capacity = found;
  found.bounded = false;
  comparison.deployments[1].capacity = found;
  found.any = false;
  found.reason = "p99";
  comparison.deployments[2].capacity = found;
  const report::Grid grid = report::make_grid(comparison, false, 1000);
  CHECK(column(grid, "RPS@SLO").cells == std::vector<std::string>{"812/s", "over 812/s", "none: p99"});
  CHECK(column(grid, "BINDS@SLO").cells == std::vector<std::string>{"memory; cpu quota at 1.3x", "-", "-"});
}

TEST_CASE("a saturated deployment has no latencies") {
  models::Comparison comparison = sample::open();
  comparison.deployments[1].saturated = true;
  const report::Grid grid = report::make_grid(comparison, false);
  for (const char* title : {"P50", "P95", "P99"}) CHECK(column(grid, title).cells[1] == "saturated");
  CHECK(column(grid, "RPS").cells[1] == "100/s");
}

TEST_CASE("a row fits 120 characters by leaving columns out, and says which") {
  models::Comparison comparison = sample::closed();
  comparison.scenario.container.limits.cpu = models::Cores{1.0};
  for (auto& one : comparison.deployments) {
    one.deployment.name += "-long";
    one.slo = models::SloVerdict::undecided;
    one.slo_reason = "p99";
    for (auto& estimate : one.estimates) estimate = sample::range(0.150, 0.230);
  }
  const std::string text = table(comparison);
  for (const std::string& line : lines(text)) {
    if (line.ends_with("measured")) {
      CHECK(report::width(line) <= 120);
    }
  }
  CHECK(text.find("(too wide for P95") != std::string::npos);
  CHECK(report::make_grid(comparison, true).left_out.empty());
}

TEST_CASE("--wide shows every metric that applies somewhere") {
  const report::Grid grid = report::make_grid(sample::closed(), true);
  CHECK(std::ranges::count(titles(grid), "LATENCY MEAN") == 1);
  CHECK(std::ranges::count(titles(grid), "POOL WAIT") == 0);
}

TEST_CASE("under the table stand modes, unreached precision, warnings and assumptions, equal ones once") {
  models::Comparison comparison = sample::closed();
  comparison.deployments[2].modes = {{180.0, 0.020, 0.25}, {196.0, 0.012, 0.75}};
  comparison.deployments[0].precise = false;
  comparison.deployments[1].assumptions = {"a switch costs 26us"};
  comparison.deployments[2].assumptions = {"a switch costs 26us"};
  comparison.deployments[2].warnings = {"the lock is back on"};
  CHECK(report::remarks(comparison) ==
        std::vector<std::string>{
            "gthread-2x4 settles in 2 modes: 180/s with p50 20.0ms (25.0% of replications); 196/s with p50 12.0ms "
            "(75.0%)",
            "warning: sync-5 did not reach the asked precision of 2% in 2 replications",
            "warning: the lock is back on (gthread-2x4)",
            "Not measured:", "  a switch costs 26us (gthread-1x8, gthread-2x4)"});
}

TEST_CASE("many assumptions become a few lines and their number") {
  models::Comparison comparison = sample::closed();
  for (int i = 0; i < 20; ++i) comparison.deployments[0].assumptions.push_back("number " + std::to_string(i));
  const std::vector<std::string> all = report::remarks(comparison);
  CHECK(all.size() == 6);
  CHECK(all.back() == "  and 16 more, see --format json");
}

TEST_CASE("an interrupted run without any result still prints its header") {
  models::Comparison comparison = sample::closed();
  comparison.deployments.clear();
  comparison.verdicts.clear();
  comparison.interrupted = true;
  const std::string text = table(comparison);
  CHECK(text.find("DEPLOYMENT") != std::string::npos);
  CHECK(text.find("interrupted") != std::string::npos);
}

TEST_CASE("Markdown has the same cells between pipes, with its own characters escaped") {
  models::Comparison comparison = sample::closed();
  comparison.deployments[0].deployment.name = "a|b";
  const std::string text = report::make_markdown()->serialize({&comparison, 1}, {"1", "forkcast", false});
  CHECK(text.find("| DEPLOYMENT | RPS | P50 | P95 | P99 | CPU | MEMORY | LOST | BINDS | BASIS |\n"
                  "| :--- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | :--- | :--- |\n"
                  "| a\\|b | 233/s | 3.00ms | 6.00ms | 12.0ms | 1.50 | 310MiB | 0 | workers | measured |\n") !=
        std::string::npos);
}
