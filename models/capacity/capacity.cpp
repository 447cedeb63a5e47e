// SPDX-License-Identifier: MIT
#include "models/capacity/capacity.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "models/capacity/binds.hpp"
#include "models/capacity/lift.hpp"
#include "models/capacity/load_axis.hpp"
#include "models/capacity/promises.hpp"
#include "models/capacity/replications.hpp"
#include "models/profile/range_end.hpp"
#include "sim/experiment/root_search.hpp"

namespace models {
namespace {

constexpr double widest = 1024.0;             // a search goes up and down by this factor
constexpr double most_lifted = 8.0;           // times the capacity that is searched for what binds next
constexpr std::size_t seen_at_capacity = 8;   // replications
constexpr std::size_t seen_beyond = 4;
constexpr std::size_t usual_replications = 160;  // a guess for progress displays

// So many containers, at one end of the profile's ranges.
TrialParameters at_end(const TrialParameters& parameters, Count containers, RangeEnd end) {
  TrialParameters result = of_one_container(parameters);
  result.replicas = containers;
  result.profile = pinned(parameters.profile, end);
  return result;
}

class CapacitySearch {
 public:
  CapacitySearch(const TrialParameters& at, const CapacityQuestion& question, const RunOptions& options)
      : at_(at), question_(question), options_(options) {}

  Capacity find() {
    capacity_.axis = axis_of(at_.service.load);
    const sim::Root root = search(at_, question_.slo);
    capacity_.precise = root.precise;
    if (root.place == sim::Root::Place::below) {
      capacity_.reason = broken_promise(observe(at_, root.value, 1).front(), question_.slo);
      return std::move(capacity_);
    }
    capacity_.any = true;
    capacity_.bounded = root.place == sim::Root::Place::within;
    const double half_width = std::max(root.high - root.value, root.value - root.low);
    capacity_.load = {root.value, half_width, root.value, root.value};
    capacity_.at_capacity = estimates_of(observe(at_, root.value, seen_at_capacity));
    if (!capacity_.bounded) return std::move(capacity_);
    capacity_.binds = cause(at_, question_.slo, root.value);
    if (question_.find_next) find_next(root.value);
    return std::move(capacity_);
  }

 private:
  std::vector<Observation> observe(const TrialParameters& at, double load, std::size_t count) {
    std::vector<sim::Probe> probes;
    for (std::size_t k = 0; k < count; ++k) probes.push_back({load, k});
    return observe(at, probes);
  }

  std::vector<Observation> observe(const TrialParameters& at, std::span<const sim::Probe> probes) {
    struct Level {
      TrialParameters parameters;
      Window window;
    };
    std::map<double, Level> levels;
    for (const sim::Probe& probe : probes) {
      const auto [level, is_new] = levels.try_emplace(probe.x);
      if (!is_new) continue;
      level->second.parameters = at_load(at, probe.x);
      level->second.window = window_of(level->second.parameters, question_.requests);
    }
    std::vector<Replication> wanted;
    for (const sim::Probe& probe : probes) {
      const Level& level = levels.at(probe.x);
      wanted.push_back({&level.parameters, level.window, probe.replication});
    }
    std::vector<Observation> observations = replicate(wanted, options_);
    capacity_.replications += probes.size();
    if (options_.on_progress) {
      const auto spent = static_cast<std::size_t>(capacity_.replications);
      options_.on_progress({spent, std::max(spent, usual_replications), at_.deployment.name + ", capacity"});
    }
    return observations;
  }

  sim::Root search(const sim::RootQuestion& question, const TrialParameters& at, const Slo& slo) {
    return sim::find_root(question, [&](std::span<const sim::Probe> probes) {
      std::vector<double> margins;
      for (const Observation& observation : observe(at, probes)) margins.push_back(margin(observation, slo));
      return margins;
    });
  }

  sim::RootQuestion usual_question() const {
    sim::RootQuestion question;
    question.axis = axis_of(at_.service.load) == LoadAxis::rate ? sim::Axis::logarithmic : sim::Axis::whole;
    question.probability = question_.probability;
    question.precision = question_.precision;
    return question;
  }

  sim::Root search(const TrialParameters& at, const Slo& slo) {
    sim::RootQuestion question = usual_question();
    const bool by_rate = question.axis == sim::Axis::logarithmic;
    question.start = first_load(at);
    question.lowest = by_rate ? question.start / widest : 1.0;
    question.highest = by_rate ? std::min(question.start * widest, highest_rate_tried) : most_connections;
    return search(question, at, slo);
  }

  // What is used up at the lowest of a few loads beyond capacity at which something is.
  Binds cause(const TrialParameters& at, const Slo& slo, double load) {
    const bool whole = !at.service.load.open;
    double last = load;
    for (const double factor : {1.05, 1.25, 2.0, 4.0}) {
      const double beyond = whole ? std::max(last + 1.0, std::floor(load * factor)) : load * factor;
      last = beyond;
      const std::vector<Observation> seen = observe(at, beyond, seen_beyond);
      const auto broken = [&](std::string_view promise) {
        const auto count = std::ranges::count_if(seen, [&](const Observation& one) { return broken_promise(one, slo) == promise; });
        return static_cast<std::size_t>(count) * 2 >= seen.size();
      };
      if (broken("memory") || broken("oom")) return Binds::memory;
      if (broken("cpu")) return at.container.limits.cpu ? Binds::cpu_quota : Binds::cores;
      const Observation means = means_of(seen);
      const double growth = means[static_cast<std::size_t>(Metric::backlog_growth)];
      const Binds binds = what_binds(means, growth > growth_of_saturation);
      if (binds != Binds::arrivals) return binds;
    }
    return Binds::arrivals;
  }

  void find_next(double load) {
    const std::optional<Lifted> lifted = lift(at_, question_.slo, capacity_.binds);
    if (!lifted) return;
    sim::RootQuestion question = usual_question();
    question.level = 0.0;
    question.pilots = 4;
    question.counts = {24};
    question.precision = 2.0 * question_.precision;
    question.lowest = load;
    question.highest = question.axis == sim::Axis::whole ? std::floor(load * most_lifted) : load * most_lifted;
    question.start = question.axis == sim::Axis::whole ? std::min(load + 1.0, question.highest) : load * 1.25;
    const sim::Root root = search(question, lifted->at, lifted->slo);
    if (root.place == sim::Root::Place::above) return;
    const Binds next = cause(lifted->at, lifted->slo, root.value);
    // Four times of what binds was not enough of it to let anything else come first.
    if (next == capacity_.binds || next == Binds::arrivals) return;
    capacity_.next = next;
    capacity_.next_factor = root.value / load;
  }

  const TrialParameters& at_;
  const CapacityQuestion& question_;
  const RunOptions& options_;
  Capacity capacity_;
};

Estimate of_ends(const Estimate& one, const Estimate& other) {
  const auto [low, high] = std::minmax(one.mean, other.mean);
  return {0.5 * (low + high), std::max(one.half_width, other.half_width), low, high};
}

// What binds is taken from the pessimistic end: it comes first.
Capacity of_ends(const Capacity& optimistic, const Capacity& pessimistic) {
  Capacity capacity = pessimistic;
  capacity.bounded = optimistic.bounded && pessimistic.bounded;
  capacity.precise = optimistic.precise && pessimistic.precise;
  capacity.replications = optimistic.replications + pessimistic.replications;
  if (!capacity.any) return capacity;
  capacity.load = of_ends(optimistic.load, pessimistic.load);
  for (std::size_t i = 0; i < metric_count; ++i) {
    capacity.at_capacity[i] = of_ends(optimistic.at_capacity[i], pessimistic.at_capacity[i]);
  }
  return capacity;
}

}  // namespace

bool has_capacity(const Load& load, const Slo& slo) {
  return load.open || (load.connections && !promises(slo).empty());
}

Capacity find_capacity(const CapacityQuestion& question, const RunOptions& options) {
  const TrialParameters pessimistic = at_end(question.at, question.containers, RangeEnd::pessimistic);
  const Capacity low = CapacitySearch(pessimistic, question, options).find();
  if (!has_ranges(question.at.profile)) return low;
  const TrialParameters optimistic = at_end(question.at, question.containers, RangeEnd::optimistic);
  return of_ends(CapacitySearch(optimistic, question, options).find(), low);
}

}  // namespace models
