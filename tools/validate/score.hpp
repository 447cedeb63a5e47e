// SPDX-License-Identifier: MIT
// Predictions beside measurements, the naive guess, and what the measurement itself repeats to.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "tools/validate/measured_case.hpp"
#include "tools/validate/metric.hpp"
#include "tools/validate/prediction.hpp"

namespace validation {

// fitted: the profile was found with its help. too_short: fewer or shorter windows than the rule asks for.
// unpredicted: the model refuses it.
enum class Standing { scored, fitted, too_short, unpredicted };
constexpr std::array<std::string_view, 4> words(Standing) { return {"scored", "fitted", "short", "unpredicted"}; }

struct ScoredCase {
  models::Configuration what;
  Standing standing = Standing::scored;
  std::size_t repeats = 0;           // whose median is `measured`
  std::size_t contaminated = 0;      // of them: other programs or the hypervisor used above 2 % of the cores
  Values measured = no_values();
  Prediction prediction;
  Values error = no_values();        // predicted / measured - 1
  Values naive = no_values();
  Values naive_error = no_values();
  Values spread = no_values();       // test-retest, of the repeats
  double oom_kills = 0.0;            // median over repeats

  // The accuracy targets hold where the machine was quiet and repeats differ by less than half the target.
  bool qualifies(std::size_t metric) const {
    return contaminated == 0 && spread[metric] < metric_table[metric].target / 2.0;
  }
};

// The median is taken over the quiet repeats where they are enough for the rule, else over all of them.
std::vector<ScoredCase> score(const std::vector<MeasuredCase>& cases, const std::vector<Prediction>& predictions,
                              const Predictors& predictors, const models::ScoringRule& rule);

}  // namespace validation
