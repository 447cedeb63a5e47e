// SPDX-License-Identifier: MIT
#include "models/pricing/sizing.hpp"

#include <algorithm>
#include <cmath>

namespace models {
namespace {

constexpr int most_attempts = 12;

double mean_of(const std::vector<Observation>& seen, Metric metric) {
  double sum = 0.0;
  for (const Observation& one : seen) sum += one[static_cast<std::size_t>(metric)];
  return sum / static_cast<double>(seen.size());
}

// The value that 99 of 100 do not exceed: nearest rank, so of few replications the largest.
double p99_of(const std::vector<Observation>& seen, Metric metric) {
  std::vector<double> values;
  values.reserve(seen.size());
  for (const Observation& one : seen) values.push_back(one[static_cast<std::size_t>(metric)]);
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(0.99 * static_cast<double>(values.size())));
  return values[std::max<std::size_t>(rank, 1) - 1];
}

PodUse use_of(const TrialParameters& at, const std::vector<Observation>& seen) {
  PodUse use = requests_of(at.container);
  use.memory = {p99_of(seen, Metric::memory_max)};
  use.cpu = {mean_of(seen, Metric::cpu_used) / static_cast<double>(at.replicas)};
  return use;
}

bool holds(const std::vector<Observation>& seen, const Slo& slo) {
  const auto broken = std::count_if(seen.begin(), seen.end(), [&](const Observation& one) { return !meets(one, slo); });
  return static_cast<std::size_t>(broken) <= most_broken;
}

double total_load(const Load& load) {
  return load.open ? load.open->per_second : static_cast<double>(load.connections.value_or(0));
}

std::optional<Count> first_guess(const SizingQuestion& question, std::string& refused) {
  if (question.at.replicas > 0) return question.at.replicas;
  if (!question.capacity) {
    refused = "there is no promise that more load could break";
    return std::nullopt;
  }
  const Capacity& capacity = *question.capacity;
  if (!capacity.any) {
    refused = "no load keeps the promises: " + capacity.reason;
    return std::nullopt;
  }
  const std::optional<Count> wanted = containers_for(question.at.service.load, std::min(capacity.load.low, capacity.load.high));
  if (!wanted) refused = "more than " + std::to_string(most_containers) + " containers would be needed";
  return wanted;
}

// Connections and tasks come in whole ones: a part has rather more of them than its share.
double share_of(const Load& part, const Load& whole, double containers) {
  if (whole.connections) return static_cast<double>(*whole.connections) / static_cast<double>(*part.connections);
  if (whole.tasks) return static_cast<double>(*whole.tasks) / static_cast<double>(*part.tasks);
  return containers;
}

Count part(Count whole, Count containers, Count replicas) {
  return std::max<Count>(1, (whole * containers + replicas - 1) / replicas);
}

}  // namespace

TrialParameters part_of_service(const TrialParameters& at, Count containers, Count replicas) {
  TrialParameters result = at;
  result.replicas = containers;
  if (containers == replicas) return result;
  Load& load = result.service.load;
  if (load.open) load.open->per_second *= static_cast<double>(containers) / static_cast<double>(replicas);
  if (load.connections) load.connections = part(*load.connections, containers, replicas);
  if (load.tasks) load.tasks = part(*load.tasks, containers, replicas);
  result.service.connection_split.clear();
  for (Pool& pool : result.pools) {
    if (pool.per == PoolScope::service) pool.size = part(pool.size, containers, replicas);
    if (pool.max) pool.max = part(*pool.max, containers, replicas);
  }
  return result;
}

std::optional<Count> containers_for(const Load& load, double load_of_one) {
  constexpr double rounding_error = 1e-9;
  const double wanted = std::ceil(total_load(load) / load_of_one * (1.0 - rounding_error));
  if (!(wanted <= static_cast<double>(most_containers))) return std::nullopt;
  return std::max<Count>(1, static_cast<Count>(wanted));
}

Sized size(const SizingQuestion& question, const Simulator& simulator) {
  Sized result;
  if (question.at.service.load.arrivals == ArrivalProcess::diurnal) {
    result.refused = "a load that changes over the day has no one size: see autoscale";
    return result;
  }
  const std::optional<Count> guess = first_guess(question, result.refused);
  if (!guess) return result;
  result.replicas = *guess;
  const Slo& slo = question.at.service.slo;
  for (int attempt = 1;; ++attempt) {
    const TrialParameters one = part_of_service(question.at, 1, result.replicas);
    std::vector<Observation> seen = simulator.observe(one, sizing_replications);
    result.use = use_of(one, seen);
    const std::optional<Spread> spread = question.spread(result.replicas, result.use);
    if (!spread) {
      result.refused = "one container does not fit on a node";
      return result;
    }
    result.spread = *spread;
    result.fullest = one;
    if (spread->fullest > 1) {
      result.fullest = part_of_service(question.at, spread->fullest, result.replicas);
      seen = simulator.observe(result.fullest, sizing_replications);
    }
    result.of_service = share_of(result.fullest.service.load, question.at.service.load,
                                 static_cast<double>(result.replicas) / static_cast<double>(result.fullest.replicas));
    result.holds = holds(seen, slo);
    result.seen = std::move(seen);
    const bool given = question.at.replicas > 0;
    if (given || result.holds || attempt == most_attempts || result.replicas == most_containers)
      return result;
    result.replicas = std::min(most_containers, result.replicas + std::max<Count>(1, result.replicas / 20));
  }
}

}  // namespace models
