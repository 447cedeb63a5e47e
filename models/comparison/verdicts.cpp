// SPDX-License-Identifier: MIT
#include <array>
#include <cmath>

#include "models/comparison/judge.hpp"
#include "sim/experiment/compare.hpp"

namespace models {
namespace {

constexpr std::array deciding{Metric::throughput, Metric::latency_mean, Metric::latency_p99, Metric::memory_mean};

Verdict verdict_of(sim::Verdict verdict) {
  switch (verdict) {
    case sim::Verdict::less: return Verdict::less;
    case sim::Verdict::more: return Verdict::more;
    case sim::Verdict::no_difference_proven: break;
  }
  return Verdict::no_difference_proven;
}

// Over all combinations of ends; the verdict stands only if every one agrees.
PairedVerdict compare(const std::vector<AlternativeResult>& first, const std::vector<AlternativeResult>& second,
                      Metric metric) {
  PairedVerdict result;
  result.metric = metric;
  bool is_first_combination = true;
  for (const AlternativeResult& a : first) {
    for (const AlternativeResult& b : second) {
      const sim::PairedDifference difference = sim::paired_difference(values_of(a, metric), values_of(b, metric));
      const Verdict verdict = verdict_of(difference.verdict);
      if (is_first_combination) {
        result.difference = difference.mean;
        result.half_width = difference.half_width;
        result.verdict = verdict;
      } else if (verdict != result.verdict) {
        result.verdict = Verdict::no_difference_proven;
      }
      is_first_combination = false;
    }
  }
  return result;
}

}  // namespace

std::vector<PairedVerdict> paired_verdicts(const std::vector<std::vector<AlternativeResult>>& deployments) {
  std::vector<PairedVerdict> verdicts;
  for (std::size_t first = 0; first < deployments.size(); ++first) {
    for (std::size_t second = first + 1; second < deployments.size(); ++second) {
      for (const Metric metric : deciding) {
        PairedVerdict verdict = compare(deployments[first], deployments[second], metric);
        verdict.first = first;
        verdict.second = second;
        verdicts.push_back(verdict);
      }
    }
  }
  return verdicts;
}

}  // namespace models
