// SPDX-License-Identifier: MIT
// What a bill says, in a few sentences: who costs the least, on what, what is left idle, and what the prices are.
#pragma once

#include <vector>

#include "models/comparison/comparison.hpp"
#include "tools/report/reading.hpp"

namespace report {

// Empty without a bill.
std::vector<Sentence> cost_reading(const models::Comparison& comparison);

}  // namespace report
