// SPDX-License-Identifier: MIT
// What no single field of a profile can say.
#include <cstddef>
#include <string>
#include <vector>

#include "models/fields/spelling.hpp"
#include "models/scenario/checks.hpp"
#include "models/scenario/scaling_check.hpp"

namespace models {
namespace {

void check_distribution(const YamlNode& phase, const Phase& read, Diagnostics& diagnostics) {
  const std::vector<QuantilePoint>& points = read.time.quantiles;
  if (const YamlNode* shape = node_at(phase, {word(read.kind), "shape"});
      shape && read.time.shape == Shape::quantiles && points.empty()) {
    diagnostics.error(shape->place, "'shape: quantiles' needs the quantiles",
                      "write 'quantiles: {...}' instead of a mean",
                      "profiles.kernels.phases." + std::string(word(read.kind)) + ".quantiles");
  }
  const YamlNode* written = node_at(phase, {word(read.kind), "quantiles"});
  if (!written || written->children.size() != points.size()) return;
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (points[i].probability <= points[i - 1].probability || points[i].value < points[i - 1].value) {
      diagnostics.error(written->children[i].key_place,
                        "quantiles must ascend: " + in_quotes(written->children[i].key) +
                            " does not follow " + in_quotes(written->children[i - 1].key));
      return;
    }
  }
}

void check_shares(const MemoryCosts& memory, const Measured<Fraction>& never_unshared, const Place& place,
                  Diagnostics& diagnostics) {
  if (memory.unshared_at_once.high.value + never_unshared.high.value <= 1.0) return;
  diagnostics.error(place, "'unshared_at_once' and 'never_unshared' add up to more than the whole shared heap", {},
                    "profiles.memory.never_unshared");
}

}  // namespace

void check_profile(const YamlNode& root, const Profile& profile, Diagnostics& diagnostics) {
  check_scaling(profile.host.scaling, profile.host.cores, node_at(root, {"host", "scaling"}), diagnostics);
  const MemoryCosts& memory = profile.memory;
  check_shares(memory, memory.never_unshared, place_of(root, {"memory", "never_unshared"}), diagnostics);
  if (memory.shared_heap.value > memory.process.value) {
    diagnostics.error(place_of(root, {"memory", "shared_heap"}),
                      "'shared_heap' is a part of 'process' and may not be larger", {},
                      "profiles.memory.shared_heap");
  }
  if (memory.held_by_master.value > memory.shared_heap.value) {
    diagnostics.error(place_of(root, {"memory", "held_by_master"}),
                      "'held_by_master' is a part of 'shared_heap' and may not be larger", {},
                      "profiles.memory.held_by_master");
  }
  for (const Kernel& kernel : profile.kernels) {
    if (kernel.memory.never_unshared) {
      check_shares(memory, *kernel.memory.never_unshared,
                   place_of(root, {"kernels", kernel.name, "memory", "never_unshared"}), diagnostics);
    }
    const YamlNode* phases = node_at(root, {"kernels", kernel.name, "phases"});
    if (!phases || phases->children.size() != kernel.phases.size()) continue;
    for (std::size_t i = 0; i < kernel.phases.size(); ++i) {
      check_distribution(phases->children[i], kernel.phases[i], diagnostics);
    }
  }
}

}  // namespace models
