// SPDX-License-Identifier: MIT
// What variance reduction buys:  bench_variance [REPLICATIONS]
// A gain is the ratio of squared half widths, without over with: by so much less is simulated for an equal precision.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/analytic/mmc.hpp"
#include "models/comparison/setting.hpp"
#include "models/profile/range_end.hpp"
#include "models/scenario/reader.hpp"
#include "sim/experiment/compare.hpp"
#include "sim/experiment/runner.hpp"
#include "tests/bench/control_variate.hpp"
#include "tests/bench/offered_work.hpp"

namespace {

using models::Metric;

constexpr std::array metrics{Metric::latency_mean, Metric::latency_p50, Metric::latency_p99,
                             Metric::cpu_used};

struct Case {
  std::string name;
  models::TrialParameters at;
  std::string other_name;  // a second deployment under the same load
  models::TrialParameters other;
  double exact_mean = std::numeric_limits<double>::quiet_NaN();  // latency, where theory knows it
};

// c processes that share one queue on c cores, and the same with a processor that is 5 % faster.
Case multi_server(models::Count servers, double utilization) {
  const models::Duration service{0.01};
  const double rate = utilization * static_cast<double>(servers) / service.seconds;
  models::Kernel kernel;
  kernel.name = "request";
  models::Phase& phase = kernel.phases.emplace_back();
  phase.time.shape = models::Shape::exponential;
  phase.time.mean = models::assumed(service);

  Case result;
  result.name = fmt::format("M/M/{} at {}", servers, utilization);
  result.at.profile.kernels.push_back(kernel);
  result.at.deployment.server = "pool";
  result.at.deployment.processes = servers;
  result.at.node.cores = servers;
  result.at.service.load.open = models::Rate{rate};
  result.other_name = "5 % faster";
  result.other = result.at;
  result.other.profile.kernels.front().phases.front().time.mean = models::assumed(service / 1.05);
  const models::analytic::MultiServerQueue queue{static_cast<std::size_t>(servers), rate, service};
  result.exact_mean = queue.mean_response().seconds;
  return result;
}

Case shipped(const std::string& file, const std::string& first, const std::string& second) {
  models::Diagnostics diagnostics;
  const auto scenario = models::read_scenario(FORKCAST_SOURCE_DIR "/scenarios/" + file, {}, diagnostics);
  if (!scenario) throw std::runtime_error("cannot read scenarios/" + file);
  const std::vector<models::Setting> settings = models::settings_of(*scenario, {});
  const auto find = [&](const std::string& name) {
    const auto named = std::ranges::find(scenario->deployments, name, &models::Deployment::name);
    const std::size_t place = static_cast<std::size_t>(named - scenario->deployments.begin());
    models::TrialParameters at = settings.at(place).at;
    at.profile = models::pinned(at.profile, models::RangeEnd::optimistic);
    return at;
  };
  Case result;
  result.name = fmt::format("{}: {}", file, first);
  result.at = find(first);
  result.other_name = second;
  result.other = find(second);
  return result;
}

// Observations of many replications, metric by metric.
struct Pool {
  std::vector<std::vector<double>> values;
  std::vector<double> controls;
};

Pool replicate(const models::TrialParameters& at, std::size_t count) {
  const models::Window window = models::choose_window(at, {});
  sim::Trial trial;
  trial.stopping.exactly = count;
  trial.replicate = [&](std::size_t replication) {
    const models::Observation observation = models::simulate(at, window, replication).observation;
    std::vector<double> row;
    for (const Metric metric : metrics) row.push_back(observation[static_cast<std::size_t>(metric)]);
    row.push_back(bench::offered_work_excess(at, window, replication));
    return row;
  };
  const std::vector<sim::TrialResult> results = sim::run(std::span(&trial, 1), {});
  Pool pool;
  pool.values.resize(metrics.size());
  for (const std::vector<double>& row : results.front().observations) {
    for (std::size_t m = 0; m < metrics.size(); ++m) pool.values[m].push_back(row[m]);
    pool.controls.push_back(row.back());
  }
  return pool;
}

struct Comparison {
  double gain = 0.0;
  double plain_coverage = 0.0;
  double controlled_coverage = 0.0;
};

// Over all groups of `size` consecutive replications.
Comparison compare(const std::vector<double>& values, const std::vector<double>& controls, std::size_t size,
                   double exact) {
  double plain_squares = 0.0;
  double controlled_squares = 0.0;
  Comparison result;
  std::size_t groups = 0;
  for (std::size_t from = 0; from + size <= values.size(); from += size, ++groups) {
    const auto group = std::span(values).subspan(from, size);
    const sim::Interval plain = sim::t_interval(group);
    const sim::Interval controlled =
        bench::controlled_interval(group, std::span(controls).subspan(from, size));
    plain_squares += plain.half_width * plain.half_width;
    controlled_squares += controlled.half_width * controlled.half_width;
    result.plain_coverage += plain.contains(exact) ? 1.0 : 0.0;
    result.controlled_coverage += controlled.contains(exact) ? 1.0 : 0.0;
  }
  result.gain = plain_squares / controlled_squares;
  result.plain_coverage /= static_cast<double>(groups);
  result.controlled_coverage /= static_cast<double>(groups);
  return result;
}

double relative_spread(const std::vector<double>& values) {
  sim::Tally tally;
  for (const double value : values) tally.add(value);
  return std::sqrt(tally.variance()) / tally.mean();
}

std::string times(double gain) {
  return gain < 100.0 ? fmt::format("{:.2f}x", gain) : fmt::format("{:.0f}x", gain);
}

std::string percent(double share) {
  return std::isnan(share) ? std::string() : fmt::format("{:.1f} %", 100.0 * share);
}

void print_controls(std::span<const Case> cases, std::span<const Pool> pools) {
  fmt::print(
      "Control variates: the CPU work that users brought, above its mean.\n\n"
      "| | metric | spread of one replication | gain with 8 replications | 10 | 20 | many | coverage of 10 without | with |\n"
      "|:--|:--|--:|--:|--:|--:|--:|--:|--:|\n");
  for (std::size_t i = 0; i < cases.size(); ++i) {
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      const std::vector<double>& values = pools[i].values[m];
      const auto gain = [&](std::size_t size) { return compare(values, pools[i].controls, size, 0.0).gain; };
      const bool known = metrics[m] == Metric::latency_mean && !std::isnan(cases[i].exact_mean);
      const Comparison ten = compare(values, pools[i].controls, 10, cases[i].exact_mean);
      fmt::print("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", m == 0 ? cases[i].name : "",
                 models::info(metrics[m]).name, percent(relative_spread(values)), times(gain(8)),
                 times(ten.gain), times(gain(20)), times(gain(values.size())),
                 known ? percent(ten.plain_coverage) : "", known ? percent(ten.controlled_coverage) : "");
    }
  }
}

void print_common_numbers(std::span<const Case> cases, std::span<const Pool> pools,
                          std::span<const Pool> others) {
  fmt::print(
      "\nCommon random numbers: the difference of two deployments, from streams of their own or in common.\n\n"
      "| | | latency_mean | latency_p50 | latency_p99 | cpu_used |\n|:--|:--|--:|--:|--:|--:|\n");
  for (std::size_t i = 0; i < cases.size(); ++i) {
    fmt::print("| {} | {} |", cases[i].name, cases[i].other_name);
    const std::size_t count = others[i].controls.size();
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      const auto first = std::span<const double>(pools[i].values[m]).first(count);
      const std::span<const double> second(others[i].values[m]);
      const double own = std::hypot(sim::t_interval(first).half_width, sim::t_interval(second).half_width);
      const double gain = std::pow(own / sim::paired_difference(first, second).half_width, 2.0);
      fmt::print(" {} |", times(gain));
    }
    fmt::print("\n");
  }
}

struct Stopped {
  double replications = 0.0;  // on average
  double coverage = 0.0;
  std::size_t runs = 0;
};

// One run after the other, each of which goes on where its predecessor stopped.
template <class IntervalOf>
Stopped stop_at(double precision, std::size_t available, double exact, const IntervalOf& interval_of) {
  sim::StoppingRule rule;
  rule.minimum = 8;
  rule.batch = 4;
  rule.maximum = available;
  Stopped result;
  std::size_t from = 0;
  for (std::size_t done = rule.next_decision(0); from + done <= available;) {
    const sim::Interval interval = interval_of(from, done);
    if (interval.half_width > precision * interval.mean) {
      done += rule.batch;
      continue;
    }
    result.coverage += interval.contains(exact) ? 1.0 : 0.0;
    ++result.runs;
    from += done;
    done = rule.next_decision(0);
  }
  result.replications = static_cast<double>(from) / static_cast<double>(result.runs);
  result.coverage /= static_cast<double>(result.runs);
  return result;
}

void print_stopping(std::span<const Case> cases, std::span<const Pool> pools) {
  constexpr double precision = 0.05;
  struct Row {
    std::string name;
    Metric metric;
    double exact;
    Stopped plain;
    Stopped controlled;
  };
  std::vector<Row> rows;
  double most = 0.0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    for (const std::size_t m : {std::size_t{0}, std::size_t{2}}) {
      const std::span<const double> values(pools[i].values[m]);
      const std::span<const double> controls(pools[i].controls);
      Row row{cases[i].name,
              metrics[m],
              m == 0 ? cases[i].exact_mean : std::numeric_limits<double>::quiet_NaN(),
              {},
              {}};
      row.plain = stop_at(precision, values.size(), row.exact, [&](std::size_t from, std::size_t size) {
        return sim::t_interval(values.subspan(from, size));
      });
      row.controlled = stop_at(precision, values.size(), row.exact, [&](std::size_t from, std::size_t size) {
        return bench::controlled_interval(values.subspan(from, size), controls.subspan(from, size));
      });
      most = std::max(most, row.plain.replications);
      rows.push_back(row);
    }
  }
  fmt::print(
      "\nSequential stopping at {} %, from 8 replications in steps of 4; gain over {:.0f} replications for everybody, "
      "which is what the hardest row needs.\n\n"
      "| | metric | replications | gain | coverage | with the control | gain | coverage |\n"
      "|:--|:--|--:|--:|--:|--:|--:|--:|\n",
      100.0 * precision, most);
  for (const Row& row : rows) {
    const auto coverage = [&](const Stopped& stopped) {
      return std::isnan(row.exact) ? std::string()
                                   : fmt::format("{} of {}", percent(stopped.coverage), stopped.runs);
    };
    fmt::print("| {} | {} | {:.1f} | {:.1f}x | {} | {:.1f} | {:.1f}x | {} |\n",
               row.metric == Metric::latency_mean ? row.name : "", models::info(row.metric).name,
               row.plain.replications, most / row.plain.replications, coverage(row.plain),
               row.controlled.replications, most / row.controlled.replications, coverage(row.controlled));
  }
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const std::size_t replications = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 4000;
    if (replications < 400) throw std::runtime_error("at least 400 replications");
    const std::vector<Case> cases{multi_server(1, 0.5),
                                  multi_server(1, 0.8),
                                  multi_server(1, 0.95),
                                  multi_server(8, 0.8),
                                  shipped("io-bound.yaml", "gil-1x12", "ft-1x12"),
                                  shipped("tutorial/04-a-measured-profile.yaml", "sync-2", "gthread-1x4")};
    std::vector<Pool> pools;
    std::vector<Pool> others;
    for (const Case& one : cases) {
      // A shipped scenario costs some ten times as much as a queue, and has no exact value to be covered.
      const std::size_t wanted = std::isnan(one.exact_mean) ? replications / 10 : replications;
      pools.push_back(replicate(one.at, wanted));
      others.push_back(replicate(one.other, replications / 10));
    }
    print_controls(cases, pools);
    print_common_numbers(cases, pools, others);
    print_stopping(cases, pools);
    return 0;
  } catch (const std::exception& problem) {
    std::cerr << "bench_variance: " << problem.what() << '\n';
    return 1;
  }
}
