// SPDX-License-Identifier: MIT
// A comparison of results for people: one line a metric, the words more / less / no difference proven, then what must
// be known about the two sides.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/compare/pairing.hpp"

namespace differences {

// What is shown of it; the metrics in the order of the metric table.
std::string as_table(const Comparison& comparison, const std::vector<models::Metric>& metrics);
std::string as_markdown(const Comparison& comparison, const std::vector<models::Metric>& metrics);

// "233/s, then 240/s: +3.00% (+2.10%..+3.90%), more".
std::string in_words(const Change& change);
std::string in_words(const BillChange& change);

// "no difference proven".
std::string_view spoken(models::Verdict verdict);

}  // namespace differences
