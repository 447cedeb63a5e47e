// SPDX-License-Identifier: MIT
// Replays the recorded runs: measured beside predicted, the naive guess and what the measurement itself repeats to.
//
//   validation_replay [--runs] [--replications N]
//
// Exit code 1 when a bound below is broken. The bounds record what is reached; they may only become tighter.
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "tests/validation/replay/prediction.hpp"
#include "tests/validation/replay/recorded_run.hpp"
#include "tests/validation/replay/score.hpp"

namespace {

using validation::metrics;

struct Bound {
  const char* group;
  std::array<double, metrics> median;  // throughput, p50, p99, cpu/request, memory, pss
};
constexpr Bound bounds[] = {
    {"all", {0.03, 0.03, 0.10, 0.11, 0.01, 0.01}},
    {"uncontaminated", {0.02, 0.02, 0.07, 0.09, 0.01, 0.01}},
};
constexpr double ranking_tie = 0.03;
constexpr double rankings_right = 0.75;

std::string milliseconds(double seconds) { return fmt::format("{:.2f}", seconds * 1e3); }
std::string percent(double share) { return fmt::format("{:+.1f}%", share * 100.0); }
std::string percent_unsigned(double share) { return fmt::format("{:.1f}%", share * 100.0); }

void print_runs(const std::vector<validation::Scored>& scored) {
  fmt::print("{:>4} {:<36} {:>8} {:>8} {:>7} {:>7} {:>7} | {:>8} {:>8} {:>7} | {:>8} {:>8} {:>7} | {:>6} {:>6} {:>7} | {:>6} {:>6}\n",
             "run", "case (* contaminated)", "rps", "sim", "err", "naive", "spread", "p50 ms", "sim", "err", "p99 ms", "sim",
             "err", "cpu us", "sim", "err", "mem", "pss");
  for (const auto& one : scored) {
    const auto& run = one.run;
    fmt::print("{:>4} {:<36} {:>8.1f} {:>8.1f} {:>7} {:>7} {:>7} | {:>8} {:>8} {:>7} | {:>8} {:>8} {:>7} | {:>6.0f} {:>6.0f} {:>7} | {:>6} {:>6}\n",
               run.index, run.what.label() + (run.contaminated() ? " *" : ""), run.measured.throughput,
               one.predicted.throughput, percent(one.signed_error[0]),
               one.naive ? percent_unsigned((*one.naive)[0]) : "-", percent_unsigned(one.spread[0]),
               milliseconds(run.measured.p50), milliseconds(one.predicted.p50), percent(one.signed_error[1]),
               milliseconds(run.measured.p99), milliseconds(one.predicted.p99), percent(one.signed_error[2]),
               run.measured.cpu_per_request * 1e6, one.predicted.cpu_per_request * 1e6, percent(one.signed_error[3]),
               percent(one.signed_error[4]), percent(one.signed_error[5]));
  }
  fmt::print("\n");
}

// Cases whose replications settle in several regimes: what was measured, which of them it is, and what the mean hides.
void print_modes(const std::vector<validation::RecordedRun>& runs, const std::vector<validation::Prediction>& predictions) {
  for (const auto& prediction : predictions) {
    if (prediction.modes.empty()) continue;
    fmt::print("{} settles in {} modes; mean {:.1f} rps\n", prediction.what.label(), prediction.modes.size(),
               prediction.mean.throughput);
    for (const auto& mode : prediction.modes) {
      fmt::print("  {:>4.0f}% of replications {:>8.1f} rps, p50 {} ms, p99 {} ms\n", mode.share * 100.0, mode.values.throughput,
                 milliseconds(mode.values.p50), milliseconds(mode.values.p99));
    }
    for (const auto& run : runs) {
      if (run.what != prediction.what) continue;
      const auto& mode = validation::nearest_mode(prediction, run).values;
      fmt::print("  run {:>3} measured {:>8.1f} rps ({} off the nearest mode), p50 {} ms ({}), p99 {} ms ({})\n", run.index,
                 run.measured.throughput, percent(mode.throughput / run.measured.throughput - 1.0),
                 milliseconds(run.measured.p50), percent(mode.p50 / run.measured.p50 - 1.0), milliseconds(run.measured.p99),
                 percent(mode.p99 / run.measured.p99 - 1.0));
    }
  }
  fmt::print("\n");
}

void print_summaries(const std::vector<validation::Summary>& summaries) {
  fmt::print("{:<20} {:>5}  {:<12} {:>8} {:>8} {:>14} {:>14}\n", "group", "runs", "metric", "median", "worst", "naive median",
             "test-retest");
  for (const auto& summary : summaries) {
    for (std::size_t metric = 0; metric < metrics; ++metric) {
      fmt::print("{:<20} {:>5}  {:<12} {:>8} {:>8} {:>14} {:>14}\n", metric == 0 ? summary.group : "",
                 metric == 0 ? fmt::format("{}", summary.runs) : "", validation::metric_names[metric],
                 percent_unsigned(summary.median[metric]), percent_unsigned(summary.worst[metric]),
                 percent_unsigned(summary.naive_median[metric]), percent_unsigned(summary.spread_median[metric]));
    }
  }
  fmt::print("\n");
}

bool print_rankings(const std::vector<validation::Ranking>& rankings) {
  std::size_t right = 0;
  for (const auto& ranking : rankings) {
    right += ranking.right;
    fmt::print("{:<20} most throughput measured: {:<36} predicted: {:<36} {}\n", ranking.group, ranking.measured_best,
               ranking.predicted_best, ranking.right ? "right or tied" : "WRONG");
  }
  fmt::print("best deployment right or tied within {}: {} of {}\n\n", percent_unsigned(ranking_tie), right, rankings.size());
  return static_cast<double>(right) >= rankings_right * static_cast<double>(rankings.size());
}

bool within_bounds(const std::vector<validation::Summary>& summaries) {
  bool good = true;
  for (const auto& summary : summaries) {
    for (const Bound& bound : bounds) {
      if (summary.group != bound.group) continue;
      for (std::size_t metric = 0; metric < metrics; ++metric) {
        if (summary.median[metric] <= bound.median[metric]) continue;
        good = false;
        fmt::print("BROKEN: {} {}: median error {} is above {}\n", summary.group, validation::metric_names[metric],
                   percent_unsigned(summary.median[metric]), percent_unsigned(bound.median[metric]));
      }
      if (!(summary.median[0] < summary.naive_median[0])) {
        good = false;
        fmt::print("BROKEN: {}: median throughput error is not below the naive guess's\n", summary.group);
      }
    }
  }
  return good;
}

int replay(bool list_runs, models::Count replications) {
  const std::string root = FORKCAST_SOURCE_DIR;
  const auto runs = validation::read_recorded_runs(root + "/tests/validation/data/gunicorn-2cpu.jsonl");
  const auto subjects = validation::read_subjects(root);
  std::vector<validation::Case> cases;
  for (const auto& run : runs) {
    bool known = false;
    for (const auto& one : cases) known = known || one == run.what;
    if (!known) cases.push_back(run.what);
  }
  const auto predictions = validation::predict(cases, subjects, replications);
  const auto scored = validation::score(runs, predictions, subjects);
  fmt::print("{} runs recorded, {} scored; the others were fitted from\n\n", runs.size(), scored.size());
  if (list_runs) print_runs(scored);
  print_modes(runs, predictions);
  const auto summaries = validation::summarize(scored);
  print_summaries(summaries);
  const bool ranked = print_rankings(validation::rankings(runs, predictions, ranking_tie));
  return within_bounds(summaries) && ranked ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  bool list_runs = false;
  models::Count replications = 60;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--runs") {
      list_runs = true;
    } else if (argument == "--replications" && i + 1 < count) {
      replications = std::atoll(arguments[++i]);
    } else {
      fmt::print(stderr, "usage: validation_replay [--runs] [--replications N]\n");
      return 2;
    }
  }
  try {
    return replay(list_runs, replications);
  } catch (const std::exception& error) {
    fmt::print(stderr, "validation_replay: {}\n", error.what());
    return 2;
  }
}
