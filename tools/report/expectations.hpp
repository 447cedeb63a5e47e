// SPDX-License-Identifier: MIT
// The `expect:` block against the results: one verdict a bound, each with the number it was judged by.
#pragma once

#include <string>
#include <vector>

#include "models/comparison/comparison.hpp"

namespace report {

struct Checked {
  const models::Expectation* expectation = nullptr;
  bool passed = false;
  std::string claim;   // "mm1 latency_mean at most 6s"
  std::string found;   // "5.02s", or why it cannot be judged
};

// In the order of the file. A claim about a deployment that did not finish, about a number that does not apply,
// or about the latency of a saturated deployment fails.
std::vector<Checked> check(const models::Comparison& comparison);

// `✓ mm1 latency_mean at most 6s: 5.02s`
std::string line(const Checked& checked);

}  // namespace report
