// SPDX-License-Identifier: MIT
#include "tools/validate/measured_case.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/fields/quantity_text.hpp"

namespace validation {

using models::Kind;

std::string label(const models::Configuration& what) {
  std::string text = what.subject;
  if (!what.kernel.empty()) text.append(" ").append(what.kernel);
  // One subject may run under several servers; their names start alike.
  if (!what.server.empty()) text.append(" ").append(what.server, what.server.rfind('_') + 1);
  text += fmt::format(" {}x{}", what.processes, what.threads);
  if (what.cpu) text += " cpu " + models::format_quantity(Kind::cores, what.cpu->value);
  if (what.memory) text += " mem " + models::format_quantity(Kind::bytes, what.memory->value);
  if (what.preload) text += " preload";
  if (what.rate) {
    text += fmt::format(" {:.4g}/s", what.rate->per_second);
  } else {
    text += fmt::format(" n={}", what.connections);
  }
  if (!what.keep_alive) text += " close";
  if (what.cores != 2) text += fmt::format(" {} core{}", what.cores, what.cores == 1 ? "" : "s");
  return text;
}

bool same_case(const models::Configuration& a, const models::Configuration& b) {
  models::Configuration timed = a;
  timed.warm_up = b.warm_up;
  timed.window = b.window;
  return timed == b;
}

std::vector<MeasuredCase> grouped(const std::vector<models::MeasuredRun>& runs) {
  std::vector<MeasuredCase> cases;
  for (const models::MeasuredRun& run : runs) {
    const auto known = std::find_if(cases.begin(), cases.end(),
                                    [&](const MeasuredCase& one) { return same_case(one.what, run.what); });
    (known == cases.end() ? cases.emplace_back(MeasuredCase{run.what, {}}) : *known).runs.push_back(run);
  }
  return cases;
}

}  // namespace validation
