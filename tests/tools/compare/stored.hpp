// SPDX-License-Identifier: MIT
// Results as `run` writes them, made by hand: the test knows every number that a comparison should find.
#pragma once

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sim/stats/confidence.hpp"
#include "tests/tools/sample.hpp"
#include "tools/compare/result_reader.hpp"
#include "tools/report/reporter.hpp"

namespace stored {

using nlohmann::ordered_json;

// Of tests/tools/sample.hpp, as JSON.
inline ordered_json document() {
  const models::Comparison comparison = sample::closed();
  return ordered_json::parse(report::make_json()->serialize({&comparison, 1}, {"0.1.0", "forkcast run shop.yaml", false}));
}

// Gives a metric of a deployment these replications and their mean.
inline void set(ordered_json& document, std::size_t deployment, const std::string& field, const std::vector<double>& values) {
  ordered_json& one = document["deployments"][deployment];
  one["replications"][field] = values;
  const sim::Interval interval = sim::t_interval(values);
  one["metrics"][field] = {
      {"mean", interval.mean}, {"half_width", interval.half_width}, {"low", interval.mean}, {"high", interval.mean}};
  // All metrics have as many replications.
  for (auto& [key, list] : one["replications"].items()) {
    while (list.size() < values.size()) list.push_back(nullptr);
  }
}

inline differences::StoredResult read(const ordered_json& document, const std::string& file = "a.json") {
  std::vector<std::string> problems;
  std::optional<differences::StoredResult> result = differences::parse_result(file, document.dump(), problems);
  if (!result) throw std::runtime_error(problems.empty() ? "no result" : problems.front());
  return std::move(*result);
}

}  // namespace stored
