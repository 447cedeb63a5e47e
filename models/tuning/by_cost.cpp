// SPDX-License-Identifier: MIT
#include "models/tuning/by_cost.hpp"

#include <algorithm>
#include <compare>

#include "models/capacity/demand.hpp"
#include "models/capacity/load_axis.hpp"
#include "models/capacity/thresholds.hpp"

namespace models {
namespace {

constexpr std::size_t carrying_replications = 8;

}  // namespace

TrialParameters of_one_of_several(const TuneQuestion& question) {
  TrialParameters most = question.at;
  most.deployment.processes = question.processes.back();
  most.deployment.threads = question.threads.back();
  const bool by_rate = axis_of(most.service.load) == LoadAxis::rate;
  const double load_of_one = by_rate ? highest_rate(most) : first_load(most);
  const std::optional<Count> several =
      question.at.replicas > 0 ? question.at.replicas : containers_for(question.at.service.load, load_of_one);
  return of_one_container(part_of_service(question.at, 1, several.value_or(most_containers)));
}

Priced price_roughly(const TrialParameters& service, const TuneQuestion& question, const RunOptions& options,
                     std::size_t& replications) {
  RunOptions quiet = options;
  quiet.on_progress = {};
  const Simulator simulation = simulator(quiet);
  const Simulator rough{[&](const TrialParameters& at) {
                          std::vector<Threshold> wanted;
                          for (std::size_t k = 0; k < carrying_replications; ++k)
                            wanted.push_back({&at, k, 0.0});
                          const Thresholds found = thresholds(wanted, question.slo, {}, quiet);
                          replications += static_cast<std::size_t>(found.replications);
                          Capacity capacity;
                          const double most = *std::ranges::max_element(found.loads);
                          capacity.any = most > 0.0;
                          capacity.axis = axis_of(at.service.load);
                          capacity.load = {most, 0.0, most, most};
                          return capacity;
                        },
                        [&](const TrialParameters& at, std::size_t wanted) {
                          replications += wanted;
                          return simulation.observe(at, wanted);
                        }};
  return price(service, question.cost, rough);
}

void mark_cheap_and_fast(std::vector<Candidate>& candidates) {
  for (Candidate& one : candidates) {
    const auto beats = [&](const Candidate& other) {
      if (!other.price || !other.meets) return false;
      const auto costs = other.price->amount() <=> one.price->amount();
      const double slower = other[Metric::latency_p99].mean - one[Metric::latency_p99].mean;
      return costs <= 0 && slower <= 0.0 && (costs < 0 || slower < 0.0);
    };
    one.on_front = one.price && one.meets && std::ranges::none_of(candidates, beats);
  }
}

std::optional<std::size_t> cheapest(const std::vector<Candidate>& candidates,
                                    std::span<const std::size_t> priced) {
  const auto amount = [&](std::size_t i) -> const Money& { return candidates[i].price->amount(); };
  const auto p99 = [&](std::size_t i) -> const Estimate& { return candidates[i][Metric::latency_p99]; };
  std::vector<std::size_t> equals;
  for (const std::size_t i : priced) {
    if (!candidates[i].meets) continue;
    const auto costs = equals.empty() ? std::strong_ordering::less : amount(i) <=> amount(equals.front());
    if (costs < 0) equals.clear();
    if (costs <= 0) equals.push_back(i);
  }
  if (equals.empty()) return std::nullopt;
  const std::size_t quickest =
      *std::ranges::min_element(equals, {}, [&](std::size_t i) { return p99(i).mean; });
  const double limit = p99(quickest).mean + p99(quickest).half_width;
  std::erase_if(equals, [&](std::size_t i) { return p99(i).mean - p99(i).half_width > limit; });
  // Candidates are numbered by processes, then threads.
  return *std::ranges::min_element(equals);
}

}  // namespace models
