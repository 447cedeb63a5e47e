// SPDX-License-Identifier: MIT
#include "models/break_even/break_even.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <iterator>
#include <map>
#include <span>
#include <utility>

#include "models/capacity/load_axis.hpp"
#include "models/capacity/replications.hpp"
#include "models/capacity/thresholds.hpp"
#include "models/profile/range_end.hpp"
#include "sim/experiment/root_search.hpp"

namespace models {
namespace {

constexpr std::size_t looks = 5;             // values across the range
constexpr std::size_t first_look = 8;        // replications at each
constexpr std::size_t window_requests = 10'000;
constexpr std::size_t usual_replications = 400;

Metric metric_of(Criterion criterion) {
  switch (criterion) {
    case Criterion::latency_mean: return Metric::latency_mean;
    case Criterion::latency_p99: return Metric::latency_p99;
    case Criterion::memory_mean: return Metric::memory_mean;
    case Criterion::throughput:
    case Criterion::capacity: break;
  }
  return Metric::throughput;
}

bool more_is_better(Criterion criterion) { return criterion == Criterion::capacity || criterion == Criterion::throughput; }

struct Pair {
  double of;
  double against;
};

class Search {
 public:
  Search(const BreakEvenQuestion& question, RangeEnd end, const RunOptions& options)
      : question_(question), end_(end), options_(options) {}

  BreakEven find() {
    look_around();
    std::vector<BreakEvenPoint> decided;
    std::ranges::copy_if(result_.looked_at, std::back_inserter(decided),
                         [](const BreakEvenPoint& point) { return point.winner != Winner::neither; });
    if (decided.empty()) return std::move(result_);
    result_.below = result_.above = decided.front().winner;
    for (std::size_t i = 0; i + 1 < decided.size(); ++i) {
      if (decided[i].winner == decided[i + 1].winner) continue;
      if (++result_.changes == 1) locate(decided[i], decided[i + 1]);
    }
    return std::move(result_);
  }

 private:
  const Contestants& contestants(double value) {
    const auto [known, is_new] = made_.try_emplace(value);
    if (is_new) {
      Contestants made = question_.at(value);
      for (TrialParameters* side : {&made.of, &made.against}) {
        if (question_.criterion == Criterion::capacity) *side = of_one_container(std::move(*side));
        side->profile = pinned(std::move(side->profile), end_);
      }
      known->second = std::move(made);
    }
    return known->second;
  }

  std::vector<Pair> values(std::span<const sim::Probe> probes) {
    result_.replications += 2 * probes.size();
    if (options_.on_progress) {
      const auto spent = static_cast<std::size_t>(result_.replications);
      options_.on_progress({spent, std::max(spent, usual_replications), "break-even"});
    }
    return question_.criterion == Criterion::capacity ? capacities(probes) : observed(probes);
  }

  std::vector<Pair> capacities(std::span<const sim::Probe> probes) {
    std::vector<Threshold> wanted;
    if (guess_ == 0.0) guess_ = first_load(contestants(probes.front().x).of);
    for (const sim::Probe& probe : probes) {
      const Contestants& both = contestants(probe.x);
      wanted.push_back({&both.of, probe.replication, guess_});
      wanted.push_back({&both.against, probe.replication, guess_});
    }
    // Told to a percent of the load, on the same levels for both: what is nearer than that is a tie.
    const Thresholds found = thresholds(wanted, question_.slo, {window_requests, 0.01}, options_);
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < probes.size(); ++i) pairs.push_back({found.loads[2 * i], found.loads[2 * i + 1]});
    return pairs;
  }

  std::vector<Pair> observed(std::span<const sim::Probe> probes) {
    std::vector<Replication> wanted;
    for (const sim::Probe& probe : probes) {
      const Contestants& both = contestants(probe.x);
      for (const TrialParameters* side : {&both.of, &both.against}) {
        wanted.push_back({side, window_of(*side, window_requests), probe.replication});
      }
    }
    const std::vector<Observation> seen = replicate(wanted, options_);
    const auto metric = static_cast<std::size_t>(metric_of(question_.criterion));
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < probes.size(); ++i) pairs.push_back({seen[2 * i][metric], seen[2 * i + 1][metric]});
    return pairs;
  }

  bool wins(double one, double other) const {
    if (std::isnan(one)) return false;
    if (std::isnan(other)) return true;
    return more_is_better(question_.criterion) ? one > other : one < other;
  }

  Winner winner_of(const Pair& pair) const {
    if (wins(pair.of, pair.against)) return Winner::of;
    return wins(pair.against, pair.of) ? Winner::against : Winner::neither;
  }

  void look_around() {
    std::vector<double> at;
    for (std::size_t i = 0; i < looks; ++i) {
      const double share = static_cast<double>(i) / static_cast<double>(looks - 1);
      double value = question_.low + share * (question_.high - question_.low);
      if (question_.whole) value = std::round(value);
      if (at.empty() || value > at.back()) at.push_back(value);
    }
    std::vector<sim::Probe> probes;
    for (const double value : at) {
      for (std::size_t k = 0; k < first_look; ++k) probes.push_back({value, k});
    }
    const std::vector<Pair> seen = values(probes);
    for (std::size_t i = 0; i < at.size(); ++i) {
      BreakEvenPoint point;
      point.value = at[i];
      std::size_t for_of = 0;
      std::size_t for_against = 0;
      for (std::size_t k = 0; k < first_look; ++k) {
        const Pair& pair = seen[i * first_look + k];
        point.of += pair.of / static_cast<double>(first_look);
        point.against += pair.against / static_cast<double>(first_look);
        if (winner_of(pair) == Winner::of) ++for_of;
        if (winner_of(pair) == Winner::against) ++for_against;
      }
      if (2 * for_of > first_look) point.winner = Winner::of;
      if (2 * for_against > first_look) point.winner = Winner::against;
      result_.looked_at.push_back(point);
    }
  }

  // Between two values with different winners. A replication that nobody wins has not changed sides yet.
  void locate(const BreakEvenPoint& before, const BreakEvenPoint& after) {
    result_.above = after.winner;
    sim::RootQuestion question;
    question.axis = question_.whole ? sim::Axis::whole : sim::Axis::linear;
    question.lowest = question_.low;
    question.highest = question_.high;
    question.start = question_.whole ? std::floor(0.5 * (before.value + after.value)) : 0.5 * (before.value + after.value);
    question.step = question_.whole ? 0.5 : 0.5 * (after.value - before.value);
    question.probability = 0.5;
    question.precision = question_.whole ? question_.precision : question_.precision * (question_.high - question_.low);
    question.counts = {16, 32, 64};
    const sim::Root root = sim::find_root(question, [&](std::span<const sim::Probe> probes) {
      constexpr double infinite = std::numeric_limits<double>::infinity();
      std::vector<double> margins;
      for (const Pair& pair : values(probes)) margins.push_back(winner_of(pair) != after.winner ? infinite : -infinite);
      return margins;
    });
    const bool located = root.place == sim::Root::Place::within;
    result_.value = located ? root.value : 0.5 * (before.value + after.value);
    result_.low = located ? root.low : before.value;
    result_.high = located ? root.high : after.value;
    result_.precise = root.precise;
  }

  const BreakEvenQuestion& question_;
  RangeEnd end_;
  const RunOptions& options_;
  std::map<double, Contestants> made_;
  double guess_ = 0.0;   // the load that every search for a capacity begins with
  BreakEven result_;
};

}  // namespace

std::vector<BreakEven> find_break_even(const BreakEvenQuestion& question, const RunOptions& options) {
  std::vector<BreakEven> ends;
  ends.push_back(Search(question, RangeEnd::optimistic, options).find());
  const Contestants somewhere = question.at(question.low);
  const Contestants elsewhere = question.at(question.high);
  for (const TrialParameters* side : {&somewhere.of, &somewhere.against, &elsewhere.of, &elsewhere.against}) {
    if (ends.size() == 1 && has_ranges(side->profile)) {
      ends.push_back(Search(question, RangeEnd::pessimistic, options).find());
    }
  }
  return ends;
}

}  // namespace models
