// SPDX-License-Identifier: MIT
#include "models/scenario/autoscale_check.hpp"

#include <string>

namespace models {
namespace {

void check_days(const YamlNode& block, const Autoscale& autoscale, Diagnostics& diagnostics) {
  const YamlNode* written = block.find("day");
  if (!written || written->children.size() != autoscale.day.size()) return;
  for (std::size_t i = 1; i < autoscale.day.size(); ++i) {
    if (autoscale.day[i].at > autoscale.day[i - 1].at) continue;
    diagnostics.error(written->children[i].key_place, "the points of a day must ascend: this one is not after the one before it",
                      {}, "autoscale.day");
    return;
  }
  if (!autoscale.day.empty() && autoscale.day.back().at > Duration{86400.0}) {
    diagnostics.error(written->children.back().key_place, "a day has 24 hours", "a longer curve is a 'trace'", "autoscale.day");
  }
}

}  // namespace

void check_autoscale(const YamlNode& root, const Scenario& scenario, Diagnostics& diagnostics) {
  const YamlNode* block = root.find("autoscale");
  if (!block) return;
  const Autoscale& autoscale = scenario.autoscale;
  if (!autoscale.max) {
    // Whatever else is written there has been reported as having no effect.
    if (block->shape != YamlNode::Shape::map || block->children.empty()) {
      diagnostics.error(block->value_place(), "'autoscale' needs 'max'", "for example {min: 2, max: 20}", "autoscale.max");
    }
    return;
  }
  if (autoscale.min > *autoscale.max) {
    diagnostics.error(place_of(*block, {"min"}), "'min' is more than 'max'", {}, "autoscale.min");
  }
  if (!scenario.container.requests.cpu && !scenario.container.limits.cpu) {
    diagnostics.error(block->key_place, "the autoscaler needs a CPU request: use is a share of it",
                      "add 'container: {requests: {cpu: 1}}' or a limit", "container.requests");
  }
  const Load& load = scenario.service.load;
  if (!load.open && autoscale.day.empty() && !autoscale.trace) {
    diagnostics.error(block->key_place, "a day needs open arrivals", "give 'service.load' a rate, or the block a 'day' or 'trace'",
                      "autoscale.day");
  }
  check_days(*block, autoscale, diagnostics);
}

}  // namespace models
