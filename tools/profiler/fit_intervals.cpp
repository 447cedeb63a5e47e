// SPDX-License-Identifier: MIT
#include "tools/profiler/fit_intervals.hpp"

#include <nlohmann/json.hpp>

namespace profiler {

FitIntervals fit_intervals(std::string_view report) {
  using nlohmann::json;
  const FitIntervals not_one{{}, "is no report of `forkcast profile --report`"};
  const json all = json::parse(report, nullptr, false);
  if (!all.is_object() || !all.contains("parameters") || !all["parameters"].is_array()) return not_one;
  FitIntervals result;
  for (const json& one : all["parameters"]) {
    if (!one.is_object() || !one.contains("path") || !one["path"].is_string()) return not_one;
    const auto interval = one.find("interval_95");
    if (interval == one.end()) continue;
    const bool two = interval->is_array() && interval->size() == 2 && (*interval)[0].is_number() &&
                     (*interval)[1].is_number();
    if (!two) return not_one;
    result.intervals.push_back(
        {one["path"].get<std::string>(), (*interval)[0].get<double>(), (*interval)[1].get<double>()});
  }
  return result;
}

}  // namespace profiler
