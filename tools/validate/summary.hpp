// SPDX-License-Identifier: MIT
// A validation in a few numbers, and whether they are as good as those that are recorded beside the data.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "models/scenario/validation_plan.hpp"
#include "tools/validate/ranking.hpp"
#include "tools/validate/score.hpp"

namespace validation {

// Sizes of relative errors over the scored cases that tell something about the metric; NaN where there is none.
struct MetricSummary {
  std::size_t cases = 0;
  double median_error = 0.0;
  double worst_error = 0.0;
  double naive_median_error = 0.0;   // over those that have a naive guess
  double own_median_error = 0.0;     // over the same cases
  double spread_median = 0.0;
  std::size_t qualifying = 0;        // where the accuracy targets hold (ScoredCase::qualifies)
  double qualifying_median_error = 0.0;
  double qualifying_worst_error = 0.0;
  double noisy_median_error_in_spreads = 0.0;   // of the others, error over spread
};

struct Summary {
  std::array<std::size_t, words(Standing{}).size()> cases{};   // by standing
  std::array<MetricSummary, metrics> by_metric{};
  std::array<std::size_t, words(RankingVerdict{}).size()> ranked{};   // by verdict
  std::size_t oom_cases = 0;         // a process was killed for memory, measured or predicted
  std::size_t oom_right = 0;         // in both

  std::size_t comparisons() const { return ranked[0] + ranked[1] + ranked[2]; }
  double ranking_score() const;      // right or tied, of all; NaN without comparisons
};

Summary summarize(const std::vector<ScoredCase>& cases, const std::vector<Ranking>& rankings);

// A sentence for each bound that is broken. Beside the recorded ones: scaling one worker must not be the better guess.
std::vector<std::string> broken_bounds(const Summary& summary, const models::AccuracyBounds& bounds);

}  // namespace validation
