// SPDX-License-Identifier: MIT
// A comparison of results for programs: every metric, SI units in the names. What does not apply is null or empty.
#pragma once

#include <string>
#include <vector>

#include "tools/compare/gate.hpp"
#include "tools/compare/pairing.hpp"

namespace differences {

// One row a deployment and metric, then one a figure of its bill (RFC 4180).
std::string as_csv(const Comparison& comparison, const std::vector<models::Metric>& metrics);
std::string as_json(const Comparison& comparison, const std::vector<models::Metric>& metrics,
                    const std::vector<JudgedGate>& gates);

}  // namespace differences
