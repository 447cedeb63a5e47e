// SPDX-License-Identifier: MIT
#include "tools/sweep/plan.hpp"

#include "tools/report/csv_text.hpp"

namespace sweep {

bool write_plan(const models::SweptScenario& scenario, const Shard& shard, const Sink& sink) {
  const models::Points& points = scenario.points();
  std::string text = "point";
  for (const models::Axis& axis : points.axes()) text += ',' + report::csv_quoted(axis.path);
  text += "\r\n";
  for (std::size_t position = 0; position < shard.size(points.size()); ++position) {
    const std::size_t point = shard.point(position);
    text += std::to_string(point + 1);
    for (const std::string& value : points.at(point)) text += ',' + report::csv_quoted(value);
    text += "\r\n";
    if (!sink(text)) return false;
    text.clear();
  }
  return text.empty() || sink(text);
}

}  // namespace sweep
