// SPDX-License-Identifier: MIT
#include "models/scenario/scaling_check.hpp"

#include <string>

#include "models/fields/spelling.hpp"

namespace models {

void check_scaling(const std::vector<double>& scaling, Count cores, const YamlNode* node, Diagnostics& diagnostics) {
  if (!node || scaling.empty()) return;
  if (static_cast<Count>(scaling.size()) != cores) {
    diagnostics.error(node->key_place,
                      in_quotes(node->key) + " has " + std::to_string(scaling.size()) + " entries for " +
                          std::to_string(cores) + (cores == 1 ? " core" : " cores"),
                      "give one entry for each core");
    return;
  }
  for (std::size_t i = 0; i < scaling.size() && i < node->children.size(); ++i) {
    const bool first_is_one = i > 0 || scaling[0] == 1.0;
    if (first_is_one && scaling[i] > 0.0 && scaling[i] <= static_cast<double>(i + 1)) continue;
    diagnostics.error(node->children[i].place,
                      i == 0
                          ? in_quotes(node->key) + " is relative to one core, so its first entry must be 1"
                          : "the throughput of " + std::to_string(i + 1) + " cores must lie between 0 and " +
                                std::to_string(i + 1) + " times that of one");
    return;
  }
}

}  // namespace models
